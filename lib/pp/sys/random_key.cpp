#include "pp/sys/random_key.hpp"

#include <sys/random.h>

#include <cerrno>
#include <system_error>

namespace pp::sys {

HashKey random_key() {
  HashKey key;
  if (getrandom(&key, sizeof key, 0) != static_cast<ssize_t>(sizeof key))
    throw std::system_error(errno, std::generic_category(), "no random numbers");
  return key;
}

}  // namespace pp::sys
