// ppinspect: shows PROXY protocol headers and what is wrong with them.
#include <fcntl.h>

#include <cerrno>
#include <exception>

#include "cli/usage.hpp"
#include "ppinspect/filter.hpp"
#include "ppinspect/options.hpp"
#include "ppinspect/run.hpp"

namespace {

/// Opens /dev/null on closed standard descriptors in the opposite mode, so that a later open() does not get one of them and
/// accidental input or output fails.
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
    pp::tool::say_line("ppinspect", error.what());
    return 3;
  }
}
