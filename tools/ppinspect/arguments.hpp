// What ppinspect's command line says before its parts are checked against each other.
#pragma once

#include <string>
#include <vector>

#include "cli/command_line.hpp"
#include "ppinspect/options.hpp"

namespace pp::tool {

/// Text is not wrapped at fewer columns.
inline constexpr unsigned least_width = 40;

struct InspectArguments : InspectOptions {
  std::string filter_file;  // -F
  std::vector<std::string> explain;
  std::string shell;  // --completion
  bool list_interfaces = false;
  bool list_codes = false;
  bool list_tlvs = false;
  bool json_schema = false;
  bool man_page = false;
  bool width_given = false;   // --width
  bool expect_given = false;  // -e
};

/// Binds the option table to `arguments`, which must live until the command line is parsed.
void add_inspect_options(CommandLine& line, InspectArguments& arguments);

}  // namespace pp::tool
