// Law: address texts are judged as inet_pton judges them, but for dotted tails elsewhere than behind ::ffff: and for NUL; what is accepted is written and read again as itself, and a verdict on a prefix never contradicts the whole.
#include <arpa/inet.h>

#include <cstdint>
#include <cstring>
#include <string>

#include "harness.hpp"
#include "pp/base/ip.hpp"
#include "pp/base/ip_text.hpp"
#include "slow_model.hpp"

namespace {

using fuzz::require;
using pp::Bytes;

struct Judged {
  bool accepted = false;
  pp::IpAddress value;
};

Judged ours(Bytes text, bool v6) {
  const auto read = v6 ? pp::read_ipv6(text) : pp::read_ipv4(text);
  require(read.used <= text.size(), "no more is read than is there");
  return {read.complete() && read.used == text.size(), read.value};
}

/// `slowly`: the slow model too, which takes as long as all the rest.
void against_inet_pton(Bytes in, bool v6, bool slowly) {
  const Judged mine = ours(in, v6);
  const std::string text(in.begin(), in.end());
  if (text.find('\0') != std::string::npos) return require(!mine.accepted, "NUL is in no address");
  std::uint8_t bytes[16] = {};
  bool expected = inet_pton(v6 ? AF_INET6 : AF_INET, text.c_str(), bytes) == 1;
  if (v6 && text.find('.') != std::string::npos) expected = expected && slow::ipv6(text).has_value();
  require(mine.accepted == expected, "inet_pton agrees");
  if (slowly) require(mine.accepted == (v6 ? slow::ipv6(text) : slow::ipv4(text)).has_value(), "the slow model agrees");
  if (!mine.accepted) return;
  require(mine.value.size == (v6 ? 16U : 4U) && std::memcmp(mine.value.bytes.data(), bytes, mine.value.size) == 0,
          "inet_pton reads the same address");
  const std::string written = pp::to_string(mine.value);
  require(written.size() <= pp::max_ip_text, "a text fits its bound");
  require(pp::parse_ip(written) == std::optional(mine.value), "what is written reads back");
  require(pp::parse_ip(text) == std::optional(mine.value), "the whole text is the address");
}

/// A fault on the front is a fault on the whole, at the same place: more text never mends it.
void prefixes(Bytes in, bool v6) {
  const auto whole = v6 ? pp::read_ipv6(in) : pp::read_ipv4(in);
  for (std::size_t n = 0; n < in.size() && n < 64; ++n) {
    const auto part = v6 ? pp::read_ipv6(in.first(n)) : pp::read_ipv4(in.first(n));
    if (part.fault == pp::TextFault::none) continue;
    require(whole.fault == part.fault && whole.used == part.used, "a fault in the front stays whatever follows");
  }
}

void networks(Bytes in) {
  const std::string text(in.begin(), in.end());
  const auto cidr = pp::parse_cidr(text);
  if (!cidr) return;
  require(cidr->prefix <= cidr->network.size * 8U, "a prefix is no longer than its address");
  require(cidr->contains(cidr->network), "a network holds its own address");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const Bytes in(data, size);
  const std::uint32_t choice = fuzz::hash(in);
  for (const bool v6 : {false, true}) {
    against_inet_pton(in, v6, choice % 4 == 0);
    if (choice % 4 == 1) prefixes(in, v6);
  }
  networks(in);
  return 0;
}
