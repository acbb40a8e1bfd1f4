// ppgen: makes PROXY protocol headers, right ones and wrong ones on purpose.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <exception>
#include <string>
#include <string_view>
#include <vector>

#include "gen_header.hpp"
#include "gen_subcommands.hpp"
#include "option_words.hpp"

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

void print_help() {
  std::printf("ppgen: makes PROXY protocol headers (versions 1 and 2), right ones and wrong ones on purpose.\n\n"
              "Usage: ppgen SUBCOMMAND [OPTIONS]; ppgen SUBCOMMAND --help\n\n");
  for (const Subcommand& s : subcommands) std::printf("  %-10s%s\n", std::string(s.name).c_str(), std::string(s.summary).c_str());
  std::printf("\nExit status: 0 all as expected; 1 an expectation was not met; 2 usage; 3 a file or target that cannot be reached.\n"
              "A header is a claim that the receiver trusts: use it on systems that you run.\n");
}

int complain(std::string_view text, int status) {
  std::fprintf(stderr, "ppgen: %s\n", pp::shown(text, pp::Charset::ascii).c_str());
  return status;
}

int run(const Subcommand& subcommand, int argc, char** argv) {
  CLI::App app{std::string(subcommand.summary), "ppgen " + std::string(subcommand.name)};
  app.option_defaults()->always_capture_default(false);
  app.set_help_flag("-h,--help", "this text");
  const Run work = subcommand.declare(app);
  try {
    std::vector<std::string> words;
    for (int i = argc; i-- > 2;) words.push_back(with_default_value(argv[i]));  // CLI11 takes them from the back
    app.parse(words);
    return work();
  } catch (const CLI::CallForHelp&) {
    std::string help = app.help();
    if (!help.ends_with('\n')) help += '\n';
    std::fputs(help.c_str(), stdout);
    return 0;
  } catch (const CLI::ParseError& error) {
    return complain(error.what(), 2);
  }
}

}  // namespace

int main(int argc, char** argv) {
  const std::string_view word = argc > 1 ? argv[1] : "";
  try {
    if (word == "-h" || word == "--help") {
      print_help();
      return 0;
    }
    if (word == "-V" || word == "--version") {
      std::puts("ppgen " PP_VERSION);
      return 0;
    }
    const auto* found = std::find_if(std::begin(subcommands), std::end(subcommands), [&](const Subcommand& s) { return s.name == word; });
    if (word.empty()) return complain("which subcommand? see ppgen --help", 2);
    if (found == std::end(subcommands)) return complain("no subcommand '" + std::string(word) + "'; see ppgen --help", 2);
    return run(*found, argc, argv);
  } catch (const std::exception& error) {
    return complain(error.what(), 3);
  }
}
