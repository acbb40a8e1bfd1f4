// ppgen: generates PROXY protocol headers, valid ones and deliberately invalid ones.
#include <algorithm>
#include <cstdio>
#include <exception>
#include <string>
#include <string_view>
#include <vector>

#include "cli/completion.hpp"
#include "cli/manual.hpp"
#include "cli/parse_args.hpp"
#include "cli/suggest.hpp"
#include "cli/version.hpp"
#include "ppgen/exchange_json.hpp"
#include "ppgen/say.hpp"
#include "ppgen/subcommands.hpp"

namespace {

using namespace pp::tool;
namespace text = pp::text;

struct Subcommand {
  std::string_view name;
  std::string_view summary;
  Run (*declare)(CommandLine& line);
};
constexpr Subcommand subcommands[] = {
    {"make", "one header, or a series, to standard output", declare_make},
    {"send", "send a header to a receiver and show what comes back", declare_send},
    {"probe", "find out whether a port requires headers, and which forms it accepts", declare_probe},
    {"conform", "find out which rules of the specification a receiver breaks", declare_conform},
    {"forward", "put a header before each connection: makes any client speak PROXY", declare_forward},
    {"replay", "send headers again: those of a capture or of ppinspect -o json", declare_replay},
    {"list", "list cases, TLV types or mutations", declare_list},
    {"explain", "explain a case of the catalogue", declare_explain},
    {"corpus", "write the catalogue as files, for any fuzzer", declare_corpus},
    {"pcap", "write the catalogue as a capture of TCP connections", declare_pcap},
};

struct NoOptions {};
constexpr OptionRow<NoOptions> subcommand_rows[] = {
    {{.names = "-h,--help", .help = "show this help"}},
    {{.names = "-V,--version", .help = "show the version, the libraries and the specification's date"}},
};

struct OwnOptions {
  bool manual = false;
  bool json_schema = false;
  std::string shell;
};
constexpr OptionRow<OwnOptions> own_rows[] = {
    {{.names = "-h,--help", .help = "show this help"}},
    {{.names = "-V,--version", .help = "show the version, the libraries and the specification's date"}},
    {{.names = "--completion",
      .value = "SHELL",
      .allowed = {.listed = shells},
      .help = "print the completion script for bash, zsh or fish"},
     take_text<&OwnOptions::shell>},
    {{.names = "--json-schema", .help = "print the schema of -o json of probe, send and replay"}, turn_on<&OwnOptions::json_schema>},
    {{.names = "--man-page", .help = "print the manual page (view with: ppgen --man-page | man -l -)"}, turn_on<&OwnOptions::manual>},
};

/// A subcommand with its options bound.
struct Declared {
  CommandLine line;
  Run run;
};

Declared declared(const Subcommand& subcommand) {
  static NoOptions none;
  Declared out{CommandLine(text::format("ppgen {}", subcommand.name), subcommand.summary), nullptr};
  out.run = subcommand.declare(out.line);
  out.line.add("Options", subcommand_rows, none);
  return out;
}

ToolModel tool_model(const CommandLine& own) {
  ToolModel out{"ppgen", PP_VERSION, own.model(), {}};
  for (const Subcommand& s : subcommands) out.subcommands.push_back(declared(s).line.model());
  return out;
}

constexpr char help_format[] =
    "ppgen: generates PROXY protocol headers (versions 1 and 2), valid ones and\n"
    "deliberately invalid ones.\n"
    "\n"
    "Usage: ppgen SUBCOMMAND [options]\n"
    "       ppgen help SUBCOMMAND\n"
    "       ppgen --version | --json-schema | --man-page | --completion SHELL\n"
    "\n"
    "{}"
    "\n"
    "{}\n"
    "\n"
    "Receivers believe these headers. Only use ppgen against systems you operate.\n";

std::string help() {
  std::string rows;
  for (const Subcommand& s : subcommands) text::append(rows, "  {:<9} {}\n", s.name, s.summary);
  return text::format(help_format, rows, wrapped(exit_text(gen_manual())));
}

int print(const std::string& text) {
  std::fputs(text.c_str(), stdout);
  return 0;
}

std::string help_of(const CommandLine& line) {
  CommandModel command = line.model();
  command.summary = text::format("{}: {}.", command.name, command.summary);
  return help_text(command);
}

int run(const Subcommand& subcommand, const std::vector<std::string>& words) {
  Declared command = declared(subcommand);
  switch (command.line.parse(words)) {
    case CommandLine::Asked::help: return print(help_of(command.line));
    case CommandLine::Asked::version: return print(version_text("ppgen"));
    case CommandLine::Asked::run: break;
  }
  return command.run();
}

const Subcommand* find(std::string_view name) {
  const auto* found = std::find_if(std::begin(subcommands), std::end(subcommands), [&](const Subcommand& s) { return s.name == name; });
  return found == std::end(subcommands) ? nullptr : found;
}

[[noreturn]] void refuse_subcommand(std::string_view word) {
  std::vector<std::string> names;
  for (const Subcommand& s : subcommands) names.emplace_back(s.name);
  const std::string hint = suggest(word, names);
  if (hint.empty()) refuse("unknown subcommand '{}'; see ppgen --help", word);
  refuse("unknown subcommand '{}'{}", word, hint);
}

/// `ppgen --src 192.0.2.1 make`: options before the subcommand that they belong to.
void refuse_late_subcommand(const std::vector<std::string>& words) {
  const auto late = std::find_if(words.begin(), words.end(), [](const std::string& word) { return find(word) != nullptr; });
  if (late == words.end()) return;
  std::vector<std::string> others(words.begin(), late);
  others.insert(others.end(), late + 1, words.end());
  refuse("the subcommand comes first: ppgen {} {}", *late, joined(others, " "));
}

/// Options without a subcommand.
int run_own(const std::vector<std::string>& words) {
  OwnOptions o;
  CommandLine line("ppgen", "");
  line.add("Options", own_rows, o);
  refuse_late_subcommand(words);
  switch (line.parse(words)) {
    case CommandLine::Asked::help: return print(help());
    case CommandLine::Asked::version: return print(version_text("ppgen"));
    case CommandLine::Asked::run: break;
  }
  if (o.json_schema) return print(exchange_schema());
  if (o.manual) return print(man_page(tool_model(line), gen_manual()));
  if (const auto script = completion(tool_model(line), o.shell)) return print(*script);
  refuse("a subcommand is required; see ppgen --help");
}

int run(std::vector<std::string> words) {
  if (words.empty()) refuse("a subcommand is required; see ppgen --help");
  if (words.front() == "help") {
    words.erase(words.begin());
    words.push_back("--help");
  }
  if (words.front().starts_with('-')) return run_own(words);
  const Subcommand* const found = find(words.front());
  if (found == nullptr) refuse_subcommand(words.front());
  return run(*found, {words.begin() + 1, words.end()});
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return run({argv + std::min(argc, 1), argv + argc});
  } catch (const UsageError& error) {
    say_line("ppgen", error.what());
    return 2;
  } catch (const std::exception& error) {
    say_line("ppgen", error.what());
    return 3;
  }
}
