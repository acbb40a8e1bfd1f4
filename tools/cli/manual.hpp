// What a manual page says in addition to the options, and the page itself.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "cli/command_model.hpp"

namespace pp::tool {

struct ExitStatus {
  int status;
  std::string_view meaning;
};

struct Named {
  std::string_view name;     // an environment variable, a path
  std::string_view meaning;  // sentences
};

struct Example {
  std::string_view what;     // a sentence without its full stop
  std::string_view command;  // may have lines
};

struct Manual {
  std::string_view title;                         // after the dash of NAME
  std::span<const std::string_view> description;  // paragraphs
  std::span<const ExitStatus> exit;
  std::span<const Named> environment;
  std::span<const Named> files;
  std::span<const Example> examples;
  std::span<const std::string_view> bugs;  // paragraphs
  std::string_view see_also;               // "ppgen(1), tcpdump(1)"
};

const Manual& inspect_manual();
const Manual& gen_manual();

/// "Exit status: 0 ...; 1 ...": as --help ends, in one line.
std::string exit_text(const Manual& manual);

/// The page in roff, for man -l and for share/man/man1.
std::string man_page(const ToolModel& tool, const Manual& manual);

}  // namespace pp::tool
