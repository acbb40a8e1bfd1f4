// ppinspect: shows PROXY protocol headers and what is wrong with them.
#include <fcntl.h>

#include <cerrno>
#include <cstdio>
#include <exception>
#include <string_view>

#include "ppinspect/filter.hpp"
#include "ppinspect/options.hpp"
#include "ppinspect/run.hpp"
#include "pp/base/utf8.hpp"

namespace {

/// A standard descriptor that is closed would become the first file that is opened. It is taken by one that refuses what
/// it would be used for.
void hold_standard_descriptors() {
  for (const int fd : {0, 1, 2}) {
    if (fcntl(fd, F_GETFD) < 0 && errno == EBADF) (void)open("/dev/null", fd == 0 ? O_WRONLY : O_RDONLY);
  }
}

}  // namespace

int main(int argc, char** argv) {
  hold_standard_descriptors();
  bool redact = false;
  try {
    const pp::tool::ParsedOptions parsed = pp::tool::parse_inspect_options(argc, argv);
    if (parsed.exit_status) return *parsed.exit_status;
    redact = parsed.options.redact;
    return pp::tool::run(parsed.options);
  } catch (const pp::tool::BadFilter& error) {
    pp::tool::say_bad_filter(error.expression(), error.fault(), redact);
    return 2;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "ppinspect: %s\n", pp::shown(std::string_view(error.what()), pp::Charset::ascii).c_str());
    return 3;
  }
}
