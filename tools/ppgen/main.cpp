// ppgen: makes PROXY protocol headers, right ones and wrong ones on purpose.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <exception>
#include <string>
#include <string_view>
#include <vector>

#include "cli/completion.hpp"
#include "ppgen/header.hpp"
#include "ppgen/subcommands.hpp"
#include "ppgen/value_words.hpp"
#include "cli/manual.hpp"
#include "cli/suggest.hpp"
#include "cli/option_words.hpp"

namespace {

using namespace pp::tool;

struct Subcommand {
  std::string_view name;
  std::string_view summary;
  Run (*declare)(CLI::App& app);
};
constexpr Subcommand subcommands[] = {
    {"make", "one header, or a series, to standard output", declare_make},
    {"send", "a header to a receiver, and what comes back", declare_send},
    {"probe", "does a port speak PROXY, does it insist, which forms does it take", declare_probe},
    {"forward", "a header in front of every connection: makes any client speak PROXY", declare_forward},
    {"replay", "headers out of a capture or of ppinspect -o json, to a receiver", declare_replay},
    {"list", "cases, TLV types or mutations", declare_list},
    {"explain", "what a case of the catalogue is about", declare_explain},
    {"corpus", "the catalogue as files, for any fuzzer", declare_corpus},
    {"pcap", "the catalogue as a capture of TCP connections", declare_pcap},
};

void declare(CLI::App& app, const Subcommand& subcommand, Run& work) {
  app.option_defaults()->always_capture_default(false);
  app.set_help_flag("-h,--help", "this text");
  app.allow_extras();  // refused in our own words
  work = subcommand.declare(app);
}

/// What stands in the place of a subcommand.
struct OwnOptions {
  bool manual = false;
  std::string shell;
};

void declare_own(CLI::App& app, OwnOptions& o) {
  app.set_help_flag("-h,--help", "this text");
  app.set_version_flag("-V,--version", "ppgen " PP_VERSION, "the version");
  app.add_option("--completion", o.shell, "completion for this shell: bash, zsh or fish")->type_name("SHELL");
  app.add_flag("--man-page", o.manual, "this as a manual page, for man -l -");
}

ToolModel tool_model(const CLI::App& own) {
  ToolModel out{"ppgen", PP_VERSION, command_model(own, gen_value_words()), {}};
  for (const Subcommand& s : subcommands) {
    CLI::App app{std::string(s.summary), "ppgen " + std::string(s.name)};
    Run work;
    declare(app, s, work);
    out.subcommands.push_back(command_model(app, gen_value_words()));
  }
  return out;
}

std::string help() {
  std::string out =
      "ppgen: makes PROXY protocol headers (versions 1 and 2), right ones and wrong ones on purpose.\n\n"
      "Usage: ppgen SUBCOMMAND [OPTIONS]; ppgen SUBCOMMAND --help; ppgen --version | --man-page | --completion SHELL\n\n";
  for (const Subcommand& s : subcommands)
    out += "  " + std::string(s.name) + std::string(10 - s.name.size(), ' ') + std::string(s.summary) + "\n";
  return out + "\n" + exit_text(gen_manual()) + "\nA header is a claim that the receiver trusts: use it on systems that you run.\n";
}

int complain(std::string_view text, int status) {
  std::fprintf(stderr, "ppgen: %s\n", pp::shown(text, pp::Charset::ascii).c_str());
  return status;
}

void refuse_left_over(const CLI::App& app) {
  const std::vector<std::string> words = app.remaining();
  refuse_unknown_option(app, words, app.get_name() + " --help");
  if (!words.empty()) refuse(in_quotes(words.front()) + " is one word too many; see " + app.get_name() + " --help");
}

int run(const Subcommand& subcommand, int argc, char** argv) {
  CLI::App app{std::string(subcommand.summary), "ppgen " + std::string(subcommand.name)};
  Run work;
  declare(app, subcommand, work);
  try {
    std::vector<std::string> words;
    for (int i = argc; i-- > 2;) words.push_back(with_default_value(argv[i]));  // CLI11 takes them from the back
    app.parse(words);
    refuse_left_over(app);
    return work();
  } catch (const CLI::CallForHelp&) {
    CommandModel command = command_model(app, {});
    command.summary = command.name + ": " + command.summary + ".";
    std::fputs(help_text(command).c_str(), stdout);
    return 0;
  } catch (const CLI::ParseError& error) {
    return complain(error.what(), 2);
  }
}

std::string no_subcommand(std::string_view word) {
  std::vector<std::string> names;
  for (const Subcommand& s : subcommands) names.emplace_back(s.name);
  const std::string meant = did_you_mean(word, names);
  return "no subcommand '" + std::string(word) + "'" + (meant.empty() ? "; see ppgen --help" : meant);
}

/// Options without a subcommand.
int run_own(int argc, char** argv) {
  OwnOptions o;
  CLI::App app{"", "ppgen"};
  declare_own(app, o);
  std::string out;
  try {
    app.parse(argc, argv);
    if (o.manual) {
      out = man_page(tool_model(app), gen_manual());
    } else if (const auto text = completion(tool_model(app), o.shell)) {
      out = *text;
    } else {
      refuse("--completion " + in_quotes(o.shell) + " is none of bash, zsh, fish");
    }
  } catch (const CLI::CallForHelp&) {
    out = help();
  } catch (const CLI::CallForVersion& version) {
    out = std::string(version.what()) + "\n";
  } catch (const CLI::ParseError& error) {
    return complain(error.what(), 2);
  }
  std::fputs(out.c_str(), stdout);
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  const std::string_view word = argc > 1 ? argv[1] : "";
  try {
    if (word.starts_with('-')) return run_own(argc, argv);
    const auto* found = std::find_if(std::begin(subcommands), std::end(subcommands), [&](const Subcommand& s) { return s.name == word; });
    if (word.empty()) return complain("which subcommand? see ppgen --help", 2);
    if (found == std::end(subcommands)) return complain(no_subcommand(word), 2);
    return run(*found, argc, argv);
  } catch (const std::exception& error) {
    return complain(error.what(), 3);
  }
}
