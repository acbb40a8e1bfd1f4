#include "ppinspect/options.hpp"

#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <cstdlib>

#include "cli/completion.hpp"
#include "cli/duration_words.hpp"
#include "ppinspect/conceal.hpp"
#include "ppinspect/filter.hpp"
#include "ppinspect/listen_words.hpp"
#include "ppinspect/live.hpp"
#include "ppinspect/value_words.hpp"
#include "cli/manual.hpp"
#include "cli/suggest.hpp"
#include "cli/option_words.hpp"
#include "pp/base/utf8.hpp"
#include "pp/render/info_text.hpp"

namespace pp::tool {
namespace {

constexpr std::string_view description =
    "Shows PROXY protocol headers (versions 1 and 2): from capture files, pipes, interfaces, arguments or listening sockets, "
    "and says what is wrong, at which byte and by which section of the specification.";

constexpr std::string_view examples =
    "\n\nExamples:\n"
    "  ppinspect capture.pcap\n"
    "  ssh box tcpdump -U -w - port 443 | ppinspect\n"
    "  ppinspect -i any -e 443";

source::InputType parse_input_type(const std::string& word) {
  constexpr std::string_view words[] = {"auto", "pcap", "raw", "hex", "base64", "lines"};
  constexpr source::InputType types[] = {source::InputType::automatic, source::InputType::pcap,   source::InputType::raw,
                                         source::InputType::hex,       source::InputType::base64, source::InputType::lines};
  for (std::size_t i = 0; i < std::size(words); ++i) {
    if (words[i] == word) return types[i];
  }
  refuse("--input-type " + in_quotes(word) + " is none of auto, pcap, raw, hex, base64, lines");
}

bool wants_color(const std::string& word) {
  if (word == "always") return true;
  if (word == "never") return false;
  if (word != "auto") refuse("--color " + in_quotes(word) + " is none of auto, always, never");
  const auto variable = [](const char* name) {
    const char* value = std::getenv(name);
    return std::string_view(value != nullptr ? value : "");
  };
  if (!variable("NO_COLOR").empty()) return false;
  if (const std::string_view force = variable("CLICOLOR_FORCE"); !force.empty() && force != "0") return true;
  if (variable("TERM") == "dumb") return false;
  return isatty(STDOUT_FILENO) == 1;
}

Cidr parse_network(const std::string& option, const std::string& text) {
  const auto cidr = parse_cidr(text);
  if (!cidr) refuse(option + " " + in_quotes(text) + " is no address or network, such as 192.0.2.0/24 or 2001:db8::/32");
  return *cidr;
}

std::string information_text(bool codes, bool tlvs, bool schema, const std::vector<std::string>& words) {
  std::string out;
  for (const std::string& word : words) {
    const auto text = render::explain(word);
    if (!text)
      refuse(
          "--explain " + in_quotes(word) +
          ": no finding code, diagnosis or TLV of that name (see --list-codes and --list-tlvs), and nothing in it is what a receiver is known to say about a header" +
          did_you_mean(word, inspect_value_words(), "--explain"));
    out += *text;
  }
  if (codes) out += render::list_codes();
  if (tlvs) out += render::list_tlvs();
  if (schema) out += render::json_schema();
  return out;
}

/// What the command line says before it is checked.
struct Words {
  std::vector<std::string> left_over, behind, read, only, tlvs, expect, explain;
  std::string input_type = "auto", filter_file, source, destination, snaplen, buffer, direction, fail_on = "error", format = "text",
              color = "auto", by;
  int verbose = 0;
  int times = 0;
  bool interfaces = false, not_promiscuous = false, codes = false, list_tlvs = false, schema = false, manual = false;
  std::string shell;
  ListenWords listen;
};

void declare_source(CLI::App& app, InspectOptions& o, Words& w) {
  app.option_defaults()->group("Source");
  // Words are taken from what is left over: a vector of CLI11's would turn "[::1]" into "::1".
  app.allow_extras();
  app.get_formatter()->label("OPTIONS", "options] [FILE...] [--] [FILTER...");  // stands in brackets
  each_word(app, "-r,--read", w.read, "read FILE; '-' is standard input; repeatable", "FILE");
  app.add_option("-F", w.filter_file, "read the packet filter from FILE")->type_name("FILE");
  app.add_option("--input-type", w.input_type, "auto, pcap, raw, hex, base64, or lines: one header a line")->type_name("TYPE");
  each_word(app, "-x,--hex", o.hex, "decode literal bytes: hexadecimal or base64", "STRING");
  app.add_flag("--follow", o.follow, "wait at the end of FILE for what is appended to it");
  app.add_option("--max-flows", o.max_flows, "streams followed at one time")
      ->type_name("N")
      ->check(CLI::Range(std::size_t{1}, std::size_t{16} << 20).description(""));
  app.add_option("-Z", o.user, "when root: the user to become before anything is parsed (nobody)")->type_name("USER");
}

void declare_live(CLI::App& app, InspectOptions& o, Words& w) {
  app.option_defaults()->group("Live capture");
  on_word(
      app, "-i,--interface",
      [&o](const std::string& word) {
        if (!o.live.interface.empty()) refuse("-i is given once; 'any' is every interface");
        if (word.empty()) refuse("-i names no interface; see -D");
        o.live.interface = word;
      },
      "capture on interface IF, or on all with 'any'", "IF");
  app.add_flag("-D,--list-interfaces", w.interfaces, "the interfaces there are");
  on_word(
      app, "-s", [&w](const std::string& word) { w.snaplen = word; }, "bytes kept of each packet (262144)", "LEN");
  on_word(
      app, "-B", [&w](const std::string& word) { w.buffer = word; }, "size of the kernel's buffer in KiB (8192)", "KIB");
  app.add_flag("-p", w.not_promiscuous, "only packets from and to this machine: no promiscuous mode");
  on_word(
      app, "-Q", [&w](const std::string& word) { w.direction = word; }, "only packets that come in, or go out: in, out or inout",
      "DIRECTION");
  app.add_flag("--immediate-mode", o.live.immediate, "each packet at once, not 20 ms later with others");
  app.add_option("-c", o.count, "end after N headers")->type_name("N")->check(CLI::Range(std::uint64_t{1}, UINT64_MAX).description(""));
  on_word(
      app, "--duration", [&o](const std::string& word) { o.duration = timeout_word("--duration", word); },
      "end after this time, such as 30s or 10m", "TIME");
}

void declare_select(CLI::App& app, Words& w) {
  app.option_defaults()->group("Selection");
  each_word(app, "--only", w.only, "only records that are valid, warning, malformed, missing, v1, v2 or local; repeatable", "WHAT");
  app.add_option("--src", w.source, "only headers that announce a source in this network")->type_name("CIDR");
  app.add_option("--dst", w.destination, "only headers that announce a destination in this network")->type_name("CIDR");
  each_word(app, "--tlv", w.tlvs, "only headers with this TLV, and this value; repeatable", "NAME[=TEXT]");
  each_word(app, "-e,--expect", w.expect, "streams to these ports must carry a header: report those that lack it (80,443,8000-8100)",
            "PORTS");
}

void declare_judge(CLI::App& app, InspectOptions& o, Words& w) {
  app.option_defaults()->group("Judgement");
  app.add_flag("--strict", o.strict, "warnings count as errors");
  app.add_option("--fail-on", w.fail_on, "exit 1 from this level on: error, warning or none")->type_name("LEVEL");
  app.add_flag("--allow-empty", o.allow_empty, "exit 0 when there was no header");
  app.add_option("--max-chain", o.max_chain, "headers behind the first one that are looked for")
      ->type_name("N")
      ->check(CLI::Range(0U, 1000U).description(""));
  app.add_flag_callback(
      "--no-reaction", [&o] { o.reactions = false; }, "do not wait for what the receiver did");
}

void declare_output(CLI::App& app, InspectOptions& o, Words& w) {
  app.option_defaults()->group("Output");
  app.add_option("-o,--output", w.format, "text, json, hex or raw")->type_name("FORMAT");
  app.add_flag("-v", w.verbose, "a block for each header; -vv with annotated bytes");
  app.add_flag("-q,--quiet", o.style.quiet, "problems only");
  app.add_flag("-S,--summary", o.summary, "counts in place of records, the trouble first");
  app.add_option("--by", w.by, "client: the headers of several files side by side, by the source that they announce")->type_name("client");
  app.add_flag("--redact", o.redact, "pseudonyms for addresses, no bytes and no texts: for output that is passed on");
  app.add_flag("-t", w.times, "times as tcpdump: -t none, -tt epoch, -ttt delta, -tttt date, -ttttt since the first");
  app.add_flag("--utc", o.style.utc, "times in UTC");
  app.add_flag("-l", o.line_buffered, "write each record at once");
  app.add_option("--color", w.color, "auto, always or never")->type_name("WHEN");
  app.add_option("-w", o.write, "write the packets of the flows shown to FILE, up to header and reaction; pcapng when it is named so")
      ->type_name("FILE");
  app.add_option("--flow-bytes", o.flow_bytes, "with -w: at least so many bytes of each flow, when they come")->type_name("N");
  app.add_option("--extract", o.extract, "write each header's bytes into a file of its own in DIR, which is new or empty")
      ->type_name("DIR");
  app.add_flag("--ascii", o.style.ascii, "nothing but ASCII in the output");
}

void declare_info(CLI::App& app, Words& w) {
  app.option_defaults()->group("Information");
  each_word(app, "--explain", w.explain, "what a finding code, a diagnosis, a TLV, or a line of a receiver's log means; repeatable",
            "CODE|TLV|TEXT");
  app.add_flag("--list-codes", w.codes, "all finding and diagnosis codes");
  app.add_flag("--list-tlvs", w.list_tlvs, "all TLV types");
  app.add_flag("--json-schema", w.schema, "the schema of -o json");
  app.add_option("--completion", w.shell, "completion for this shell: bash, zsh or fish")->type_name("SHELL");
  app.add_flag("--man-page", w.manual, "this as a manual page, for man -l -");
  app.set_help_flag("-h,--help", "this text")->group("Information");
  app.set_version_flag("-V,--version", "ppinspect " PP_VERSION, "the version")->group("Information");
}

void declare(CLI::App& app, InspectOptions& o, Words& w) {
  declare_source(app, o, w);
  declare_live(app, o, w);
  declare_listen(app, o, w.listen);
  declare_select(app, w);
  declare_judge(app, o, w);
  declare_output(app, o, w);
  declare_info(app, w);
  app.footer(exit_text(inspect_manual()) + std::string(examples));
}

void check_words(InspectOptions& o, Words& w) {
  LeftOver words = part_words(w.left_over, w.behind, !o.live.interface.empty());
  o.files = std::move(w.read);
  o.files.insert(o.files.end(), words.files.begin(), words.files.end());
  const bool bare = o.live.interface.empty() && words.filter.size() > 0 && words.files.size() < w.left_over.size();
  o.filter = std::move(words.filter);
  if (!w.filter_file.empty()) {
    if (!o.filter.empty()) refuse("-F does not go with a filter on the command line: " + in_quotes(o.filter));
    o.filter = read_filter_file(w.filter_file);
  }
  if (!o.live.interface.empty() && !source::have_libpcap()) {
    refuse("this build captures nothing itself (libpcap): tcpdump -i " + shown(std::string_view(o.live.interface), Charset::ascii) +
           " -U -w - " + (o.filter.empty() ? "" : in_quotes(o.filter) + " ") + "| ppinspect");
  }
  require_filter(o.filter, bare);
  if (!o.filter.empty() && !o.hex.empty()) refuse("a packet filter does not go with -x");
  o.input_type = parse_input_type(w.input_type);
}

std::uint32_t number_between(const std::string& option, const std::string& word, std::uint32_t least, std::uint32_t most) {
  const auto number = parse_number<std::uint32_t>(word);
  if (!number || *number < least || *number > most) {
    refuse(option + " " + in_quotes(word) + " is no number from " + std::to_string(least) + " to " + std::to_string(most));
  }
  return *number;
}

void check_live(InspectOptions& o, const Words& w) {
  source::LiveOptions& live = o.live;
  if (live.interface.empty()) {
    if (!w.snaplen.empty()) refuse("-s goes with -i");
    if (!w.buffer.empty()) refuse("-B goes with -i");
    if (w.not_promiscuous) refuse("-p goes with -i");
    if (!w.direction.empty()) refuse("-Q goes with -i");
    if (live.immediate) refuse("--immediate-mode goes with -i");
    return;
  }
  if (!o.files.empty() || !o.hex.empty() || !o.listen.empty()) refuse("-i does not go with files, -x or -L");
  constexpr std::uint32_t longest = 262144;
  if (!w.snaplen.empty()) live.snaplen = number_between("-s", w.snaplen, 0, longest);
  if (live.snaplen == 0) live.snaplen = longest;  // as tcpdump
  if (!w.buffer.empty()) live.buffer_kib = number_between("-B", w.buffer, 1, 2U << 20U);
  live.promiscuous = !w.not_promiscuous;
  if (w.direction == "in") live.direction = source::Direction::in;
  if (w.direction == "out") live.direction = source::Direction::out;
  if (!w.direction.empty() && w.direction != "in" && w.direction != "out" && w.direction != "inout") {
    refuse("-Q " + in_quotes(w.direction) + " is none of in, out, inout");
  }
}

void check_select(InspectOptions& o, const Words& w) {
  for (const std::string& word : w.only) {
    const auto only = inspect::parse_only(word);
    if (!only) refuse("--only " + in_quotes(word) + " is none of valid, warning, malformed, missing, v1, v2, local");
    o.selection.only.push_back(*only);
  }
  if (!w.source.empty()) o.selection.source = parse_network("--src", w.source);
  if (!w.destination.empty()) o.selection.destination = parse_network("--dst", w.destination);
  for (const std::string& word : w.tlvs) {
    const auto selector = inspect::parse_tlv_selector(word);
    if (!selector)
      refuse("--tlv " + in_quotes(word) + ": no TLV of that name; see --list-tlvs, or write 0xNN" +
             did_you_mean(word.substr(0, word.find('=')), inspect_value_words(), "--tlv"));
    o.selection.tlvs.push_back(*selector);
  }
  for (const std::string& word : w.expect) {
    if (!o.expected.add(word)) refuse("-e " + in_quotes(word) + " is no list of ports, such as 80,443,8000-8100");
  }
}

void check_judge(InspectOptions& o, const Words& w) {
  if (w.fail_on != "error" && w.fail_on != "warning" && w.fail_on != "none") {
    refuse("--fail-on " + in_quotes(w.fail_on) + " is none of error, warning, none");
  }
  o.fail_on = w.fail_on == "error" ? FailOn::error : w.fail_on == "warning" ? FailOn::warning : FailOn::none;
}

void check_kept(const InspectOptions& o) {
  if (o.follow && (o.files.size() != 1 || !o.hex.empty() || !o.listen.empty() || !o.live.interface.empty()))
    refuse("--follow goes with one FILE");
  if (o.flow_bytes > 0 && o.write.empty()) refuse("--flow-bytes goes with -w");
  if (o.write == "-") refuse("-w '-': standard output is for the records; name a file");
  if (!o.write.empty() && (!o.listen.empty() || !o.hex.empty())) refuse("-w needs packets: it does not go with -L or -x");
}

void check_output(InspectOptions& o, const Words& w) {
  o.format = render::find_format(w.format);
  if (o.format == nullptr) refuse("-o " + in_quotes(w.format) + " is none of " + render::format_names());
  if (o.summary && o.format->summary == nullptr) refuse("-S has no form for -o " + w.format);
  if (w.times > 5) refuse("-t is given at most five times");
  constexpr render::TimeStyle styles[] = {render::TimeStyle::clock, render::TimeStyle::none, render::TimeStyle::epoch,
                                          render::TimeStyle::delta, render::TimeStyle::date, render::TimeStyle::since_first};
  o.style.time = styles[w.times];
  o.style.detail = static_cast<unsigned>(std::min(w.verbose, 2));
  o.style.color = wants_color(w.color);
}

void check_views(InspectOptions& o, const Words& w) {
  if (!w.by.empty() && w.by != "client") refuse("--by " + in_quotes(w.by) + " is none of client");
  o.by_client = !w.by.empty();
  if (o.by_client && o.summary) refuse("--by client does not go with -S");
  if (o.by_client && o.format->hops == nullptr) refuse("--by client has no form for -o " + w.format);
  if (o.by_client && (!o.listen.empty() || !o.live.interface.empty()))
    refuse("--by client compares files: it goes with -r, not with -i or -L");
  o.style.redacted = o.redact;
  if (o.redact && o.format->redactable == render::Redactable::no)
    refuse("--redact does not go with -o " + w.format + ": that is nothing but the bytes");
  if (o.redact) o.style.detail = std::min(o.style.detail, 1U);
}

/// Packets, and headers as files, are all that --redact is to keep back.
void refuse_packets_when_redacted(const CLI::App& app, const InspectOptions& o) {
  for (const char* name : {"-w", "--extract"}) {
    const CLI::Option* option = o.redact ? app.get_option_no_throw(name) : nullptr;
    if (option != nullptr && option->count() > 0) refuse(std::string("--redact does not go with ") + name + ": that writes the bytes");
  }
}

/// What the tool says of its own command line: a completion, a manual page.
std::string command_line_text(const CLI::App& app, const Words& w) {
  const ToolModel tool{"ppinspect", PP_VERSION, command_model(app, inspect_value_words()), {}};
  if (w.manual) return man_page(tool, inspect_manual());
  const auto text = completion(tool, w.shell);
  if (!text) refuse("--completion " + in_quotes(w.shell) + " is none of bash, zsh, fish");
  return *text;
}

void check(const CLI::App& app, InspectOptions& o, Words& w) {
  if (w.manual || !w.shell.empty()) {
    o.information = command_line_text(app, w);
    return;
  }
  if (w.codes || w.list_tlvs || w.schema || !w.explain.empty()) {
    o.information = information_text(w.codes, w.list_tlvs, w.schema, w.explain);
    return;
  }
  if (w.interfaces) {
    o.information = interface_list();
    return;
  }
  check_select(o, w);
  check_judge(o, w);
  check_output(o, w);
  check_words(o, w);
  check_live(o, w);
  check_views(o, w);
  check_listen(o, w.listen);
  if (o.live.interface.empty() && o.listen.empty() && o.files.empty() && o.hex.empty()) {
    if (isatty(STDIN_FILENO) == 1) refuse("nothing to read: name a file, pipe a capture in, or use -x, -i or -L; see --help");
    o.files.emplace_back("-");
  }
  check_kept(o);
}

std::vector<std::string> own_words() {
  std::vector<std::string> out;
  for (const ValueWords& row : inspect_value_words()) {
    for (std::string& word : row.words()) out.push_back(std::move(word));
  }
  return out;
}

}  // namespace

ParsedOptions parse_inspect_options(int argc, const char* const* argv) {
  ParsedOptions out;
  Words words;
  const Concealer conceal = Concealer::of_words({argv, argv + argc}, own_words());
  CLI::App app{std::string(description), "ppinspect"};
  app.option_defaults()->always_capture_default(false);
  declare(app, out.options, words);
  try {
    // What follows "--" is a packet filter; CLI11 would take it for files.
    const auto* const end = argv + argc;
    const auto* const dashes = std::find_if(argv + std::min(argc, 1), end, [](const char* word) { return std::string_view(word) == "--"; });
    if (dashes != end) words.behind.assign(dashes + 1, end);
    app.parse(static_cast<int>(dashes - argv), argv);
    words.left_over = app.remaining();
    refuse_unknown_option(app, words.left_over, "--help");
    check(app, out.options, words);
    refuse_packets_when_redacted(app, out.options);
  } catch (const CLI::CallForHelp&) {
    out.options.information = help_text(command_model(app, {}));
  } catch (const CLI::CallForVersion& version) {
    out.options.information = std::string(version.what()) + "\n";
  } catch (const BadFilter& error) {
    say_bad_filter(error.expression(), error.fault(), conceal.active());
    out.exit_status = 2;
  } catch (const CLI::ParseError& error) {
    std::fprintf(stderr, "ppinspect: %s\n", shown(conceal(error.what()), Charset::ascii).c_str());
    out.exit_status = 2;
  } catch (const std::exception& error) {
    if (!conceal.active()) throw;
    throw std::runtime_error(conceal(error.what()));
  }
  return out;
}

}  // namespace pp::tool
