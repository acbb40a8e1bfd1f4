// ppinspect: shows PROXY protocol headers and what is wrong with them.
#include <cstdio>
#include <exception>
#include <string_view>

#include "inspect_options.hpp"
#include "inspect_run.hpp"
#include "pp/base/utf8.hpp"

int main(int argc, char** argv) {
  try {
    const pp::tool::ParsedOptions parsed = pp::tool::parse_inspect_options(argc, argv);
    if (parsed.exit_status) return *parsed.exit_status;
    return pp::tool::run(parsed.options);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "ppinspect: %s\n", pp::shown(std::string_view(error.what()), pp::Charset::ascii).c_str());
    return 3;
  }
}
