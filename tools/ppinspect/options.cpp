// ppinspect's command line as values: what the option table does not decide by itself.
#include "ppinspect/options.hpp"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>

#include "cli/command_line.hpp"
#include "cli/completion.hpp"
#include "cli/manual.hpp"
#include "cli/parse_args.hpp"
#include "cli/suggest.hpp"
#include "cli/usage.hpp"
#include "cli/version.hpp"
#include "pp/net/listen.hpp"
#include "pp/render/info_text.hpp"
#include "ppinspect/arguments.hpp"
#include "ppinspect/conceal.hpp"
#include "ppinspect/filter.hpp"
#include "ppinspect/known_names.hpp"
#include "ppinspect/live.hpp"

namespace pp::tool {
namespace {

constexpr std::string_view summary =
    "Shows PROXY protocol headers (versions 1 and 2): from capture files, pipes, interfaces, arguments or listening sockets, "
    "and says what is wrong, at which byte and by which section of the specification.";

constexpr char footer[] =
    "{}\n\n"
    "Examples:\n"
    "  ppinspect capture.pcap\n"
    "  ssh box tcpdump -U -w - port 443 | ppinspect\n"
    "  ppinspect -i any -e 443";

std::string explained(const std::string& word) {
  if (auto text = render::explain(word)) return *std::move(text);
  refuse("--explain '{}': not a finding code, diagnosis, TLV (see --list-codes and --list-tlvs) or known line of a receiver's log{}", word,
         suggest(word, explained_names()));
}

/// What is printed in place of records; nullopt when records are wanted.
std::optional<std::string> information(const CommandLine& line, InspectArguments& a) {
  const ToolModel tool{"ppinspect", PP_VERSION, line.model(), {}};
  if (a.man_page) return man_page(tool, inspect_manual());
  if (!a.shell.empty()) return completion(tool, a.shell);
  if (a.list_interfaces) return interface_list();
  std::string out;
  const bool as_json = a.format != nullptr && a.format->name == "json";
  for (const std::string& word : a.explain) {
    if (word == "-" || (word.size() > 1 && word[0] == '@')) {
      a.logs.push_back(word == "-" ? word : word.substr(1));
    } else if ((a.redact || as_json) && render::explain_name(word).empty()) {
      a.log_texts.push_back(word);
    } else {
      out += explained(word);
    }
  }
  if (a.list_codes) out += render::list_codes();
  if (a.list_tlvs) out += render::list_tlvs();
  if (a.json_schema) out += render::json_schema();
  if (out.empty()) return std::nullopt;
  return out;
}

void check_words(const CommandLine& line, InspectArguments& a) {
  const std::vector<std::string>& operands = line.operands();
  LeftOver words = part_words(operands, line.after_dashes(), !a.live.interface.empty());
  a.files.insert(a.files.end(), words.files.begin(), words.files.end());
  const bool bare = a.live.interface.empty() && !words.filter.empty() && words.files.size() < operands.size();
  a.filter = std::move(words.filter);
  if (!a.filter_file.empty()) {
    if (!a.filter.empty()) refuse("-F cannot be combined with a filter on the command line: '{}'", a.filter);
    a.filter = read_filter_file(a.filter_file);
  }
  if (!a.live.interface.empty() && !source::have_libpcap()) {
    const std::string filter = a.filter.empty() ? "" : text::format("'{}' ", a.filter);
    refuse("built without libpcap; capture with: tcpdump -i {} -U -w - {}| ppinspect", a.live.interface, filter);
  }
  require_filter(a.filter, bare);
}

void check_inputs(const InspectArguments& a) {
  const bool reads = !a.files.empty() || !a.hex.empty();
  if (a.merge && !a.filter.empty()) refuse("--merge: '{}' is not a file", a.filter);
  if (!a.filter.empty() && !a.hex.empty()) refuse("a packet filter cannot be combined with -x");
  if (!a.filter.empty() && !a.listen.empty()) refuse("a packet filter cannot be combined with -L");
  if (!a.listen.empty() && reads) refuse("-L cannot be combined with files or -x");
  if (a.follow && (a.files.size() != 1 || !a.hex.empty() || !a.listen.empty() || !a.live.interface.empty()))
    refuse("--follow needs exactly one FILE");
}

void check_listen(const InspectArguments& a) {
  for (const std::string& word : a.listen) {
    try {
      const bool udp = parse_listen_address(word).kind == ListenAddress::Kind::udp;
      if (udp && a.reply == ReplyForm::http) refuse("--reply http cannot be combined with '{}': HTTP is not spoken in datagrams", word);
    } catch (const UsageError&) {
      throw;
    } catch (const std::runtime_error& error) {
      refuse("{}", error.what());
    }
  }
}

/// What text is wrapped at without --width: the width of the terminal that it goes to; 0: nothing is wrapped.
unsigned terminal_width() {
  if (isatty(STDOUT_FILENO) != 1) return 0;
  winsize size{};
  if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) return std::max<unsigned>(size.ws_col, least_width);
  const char* const columns = std::getenv("COLUMNS");
  const auto number = columns != nullptr ? parse_number<unsigned>(columns) : std::nullopt;
  constexpr unsigned usual = 80;
  constexpr unsigned widest = 10000;
  return std::clamp(number.value_or(usual), least_width, widest);
}

void check_output(InspectArguments& a) {
  if (!a.width_given) a.style.width = terminal_width();

  const std::string_view format = a.format->name;
  if (a.summary && a.format->summary == nullptr) refuse("-S cannot be combined with -o {}", format);
  if (a.by_client && a.format->hops == nullptr) refuse("--by client cannot be combined with -o {}", format);
  if (a.write == "-") refuse("-w '-': standard output is for the records; name a file");
  a.style.redacted = a.redact;
  if (!a.redact) return;
  if (a.format->redactable == render::Redactable::no)
    refuse("--redact cannot be combined with -o {}, which is nothing but the bytes", format);
  a.style.detail = std::min(a.style.detail, 1U);
}

void check(const CommandLine& line, InspectArguments& a) {
  a.information = information(line, a);
  const bool logs = !a.logs.empty() || !a.log_texts.empty();
  if (logs && a.information) refuse("--explain of a whole log cannot be combined with what prints a table or a single line");
  if (!a.logs.empty() && a.follow && (a.logs.size() != 1 || a.logs[0] == "-" || !a.log_texts.empty()))
    refuse("--follow needs exactly one FILE");
  if (a.information || logs) return;
  check_output(a);
  check_words(line, a);
  check_listen(a);
  if (!a.live.interface.empty() && !a.files.empty()) refuse("-i cannot be combined with files");
  check_inputs(a);
  a.style.names = a.files.size() > 1;
  if (a.live.interface.empty() && a.listen.empty() && a.files.empty() && a.hex.empty()) {
    if (isatty(STDIN_FILENO) == 1) refuse("nothing to read: name a file, pipe a capture in, or use -x, -i or -L; see --help");
    a.files.emplace_back("-");
  }
}

/// Values that are the tool's own words: --redact need not hide them.
std::vector<std::string> own_words(const CommandLine& line) {
  std::vector<std::string> out;
  for (const OptionModel& option : line.model().options) out.insert(out.end(), option.words.begin(), option.words.end());
  return out;
}

}  // namespace

ParsedOptions parse_inspect_options(int argc, const char* const* argv) {
  InspectArguments a;
  CommandLine line("ppinspect", summary);
  add_inspect_options(line, a);
  line.note(text::format(footer, exit_text(inspect_manual())));
  const Concealer conceal = Concealer::of_words({argv, argv + argc}, own_words(line));
  try {
    switch (line.parse({argv + std::min(argc, 1), argv + argc})) {
      case CommandLine::Asked::help: a.information = help_text(line.model()); break;
      case CommandLine::Asked::version: a.information = version_text("ppinspect"); break;
      case CommandLine::Asked::run: check(line, a);
    }
  } catch (const BadFilter& error) {
    say_bad_filter(error.expression(), error.fault(), conceal.active());
    return {{}, 2};
  } catch (const UsageError& error) {
    say_line("ppinspect", conceal(error.what()));
    return {{}, 2};
  } catch (const std::exception& error) {
    if (!conceal.active()) throw;
    throw std::runtime_error(conceal(error.what()));
  }
  return {std::move(a), std::nullopt};
}

}  // namespace pp::tool
