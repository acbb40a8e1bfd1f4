// The option table of ppinspect.
#include <unistd.h>

#include <algorithm>
#include <cstdlib>

#include "cli/completion.hpp"
#include "cli/parse_args.hpp"
#include "cli/suggest.hpp"
#include "cli/usage.hpp"
#include "pp/render/predicted.hpp"
#include "ppinspect/arguments.hpp"
#include "ppinspect/known_names.hpp"

namespace pp::tool {
namespace {

using Args = InspectArguments;
using Row = OptionRow<InspectArguments>;

bool wants_color(std::string_view word) {
  if (word != "auto") return word == "always";
  const auto variable = [](const char* name) {
    const char* value = std::getenv(name);
    return std::string_view(value != nullptr ? value : "");
  };
  if (!variable("NO_COLOR").empty()) return false;
  if (const std::string_view force = variable("CLICOLOR_FORCE"); !force.empty() && force != "0") return true;
  if (variable("TERM") == "dumb") return false;
  return isatty(STDOUT_FILENO) == 1;
}

void take_interface(Args& a, const Given& given) {
  if (!a.live.interface.empty()) refuse("{} is given once; 'any' is every interface", given.option);
  if (given.value.empty()) refuse("{} needs the name of an interface; -D lists them", given.option);
  a.live.interface = given.value;
}

void take_snaplen(Args& a, const Given& given) {
  constexpr std::uint32_t longest = 262144;
  const std::uint64_t bytes = parse_count(given, 0, longest);
  a.live.snaplen = bytes == 0 ? longest : static_cast<std::uint32_t>(bytes);  // 0 as in tcpdump
}

void take_wait(Args& a, const Given& given) {
  a.wait = parse_timeout(given.option, given.value);
  if (a.wait.count() == 0) refuse("{} '{}': expected a time above 0", given.option, given.value);
}

void take_interval(Args& a, const Given& given) {
  a.interval = parse_timeout(given.option, given.value);
  if (a.interval.count() == 0) refuse("{} '{}': expected a time above 0", given.option, given.value);
}

void take_only(Args& a, const Given& given) {
  for (const std::string_view word : split_names(given.value)) {
    const auto only = inspect::parse_only(word);
    if (!only) refuse_word({given.row, given.option, word});
    a.selection.only.push_back(*only);
  }
}

void take_width(Args& a, const Given& given) {
  constexpr unsigned widest = 10000;
  a.style.width = static_cast<unsigned>(parse_count(given, 0, widest));
  if (a.style.width > 0 && a.style.width < least_width)
    refuse("{} '{}': expected 0, or at least {} columns", given.option, given.value, least_width);
  a.width_given = true;
}

void take_receivers(Args& a, const Given& given) {
  for (const std::string_view name : split_names(given.value)) {
    if (!render::add_receivers(a.style, name))
      refuse("{} '{}': not measured; expected {}", given.option, name, alternatives(receiver_names()));
  }
  // Each header has its receivers.
  a.style.all = true;
}

void take_tlv(Args& a, const Given& given) {
  const auto selector = inspect::parse_tlv_selector(given.value);
  if (!selector) {
    refuse("{} '{}': unknown TLV; --list-tlvs lists the names, and 0xNN is any type{}", given.option, given.value,
           suggest(given.value.substr(0, given.value.find('=')), tlv_names()));
  }
  a.selection.tlvs.push_back(*selector);
}

void take_ports(Args& a, const Given& given) {
  const bool alone = given.value == "auto" || given.value == "none";
  if (a.expect_given && (alone || a.expect != Expect::ports))
    refuse("{} auto and {} none cannot be combined with others", given.option, given.option);
  a.expect_given = true;
  a.expect = given.value == "auto" ? Expect::automatic : given.value == "none" ? Expect::none : Expect::ports;
  if (alone) return;
  if (!a.expected.add(given.value))
    refuse("{} '{}': expected auto, none, or ports or services, such as 80,https,8000-8100", given.option, given.value);
}

void take_times(Args& a, const Given& given) {
  constexpr render::TimeStyle last = render::TimeStyle::since_first;
  if (a.style.time == last) refuse("{} is given at most five times", given.option);
  a.style.time = static_cast<render::TimeStyle>(static_cast<unsigned>(a.style.time) + 1);
}

void ignore(Args&, const Given&) {}

// clang-format off
constexpr Row operands[] = {
    {{.names = "FILE", .help = "a capture, raw header bytes, hexadecimal text or base64; '-' is standard input", .repeatable = true}},
    {{.names = "FILTER", .help = "a packet filter as tcpdump takes it: words after the files, or after --", .repeatable = true}},
};

constexpr Row source[] = {
    {{.names = "-r,--read", .value = "FILE", .help = "read FILE; '-' is standard input",
      .more = "The same as naming FILE as an operand, for names that could be taken for a packet filter. Captures (pcap, pcapng) and everything "
              "else that --input-type names may be compressed with gzip or zstd.",
      .repeatable = true},
     add_text<&Args::files>},
    {{.names = "-F", .value = "FILE", .help = "read the packet filter from FILE",
      .more = "The file may have several lines; what follows # on a line is a comment."},
     take_text<&Args::filter_file>},
    {{.names = "--input-type", .value = "TYPE", .initial = "auto", .allowed = {"auto|pcap|raw|hex|base64|lines|text"},
      .help = "what the input is: auto, pcap, raw, hex, base64, lines (a header on each line), or text (bytes as programs print them)",
      .more = "auto decides by the first bytes. With text, string literals, arrays of numbers and dumps of many programs are read. With lines, each line is one header as hexadecimal digits or as text with escapes, and "
              "every line gives exactly one record."},
     take_choice<&Args::input_type>},
    {{.names = "-x,--hex", .value = "STRING", .help = "decode STRING itself: hex, base64, or bytes in any other form that programs print",
      .more = "A string literal with escapes, an array of numbers, a dump, a packet that tcpdump -x printed.", .repeatable = true},
     add_text<&Args::hex>},
    {{.names = "--follow", .help = "at the end of FILE wait for more, as tail -F does",
      .more = "A file that was truncated or replaced is read again from its start. Goes with exactly one FILE."},
     turn_on<&Args::follow>},
    {{.names = "--max-flows", .value = "N", .initial = "65536", .help = "connections followed at the same time",
      .more = "Beyond that the connection that has been idle for longest is given up; the counts at the end say how many were."},
     take_number<&Args::max_flows, 1, 16U << 20U>},
    {{.names = "-Z", .value = "USER", .otherwise = "nobody", .help = "when started as root, switch to USER before reading any input",
      .more = "Files, interfaces and sockets are opened first, so that root's rights are there for them and for nothing else."},
     take_text<&Args::user>},
};

constexpr Row live[] = {
    {{.names = "-i,--interface", .value = "IF", .help = "capture on interface IF, or on all of them with 'any'",
      .more = "Needs root or CAP_NET_RAW, which are given up before the first packet is read. Packets that the kernel had to drop are reported, and verdicts "
              "that they could have changed carry the note capture-incomplete.",
      .excludes = "-r,-x,-L"},
     take_interface},
    {{.names = "-D,--list-interfaces", .help = "list the interfaces that can be captured on"}, turn_on<&Args::list_interfaces>},
    {{.names = "-s", .value = "LEN", .initial = "262144", .help = "bytes to keep of each packet",
      .more = "0 is the default, as in tcpdump. A header that does not fit is reported as cut.", .needs = "-i"},
     take_snaplen},
    {{.names = "-B", .value = "KIB", .initial = "8192", .help = "size of the kernel's capture buffer in KiB",
      .more = "A larger one loses fewer packets when traffic comes in bursts.", .needs = "-i"},
     [](Args& a, const Given& given) { a.live.buffer_kib = static_cast<std::uint32_t>(parse_count(given, 1, 2U << 20U)); }},
    {{.names = "-p", .help = "do not use promiscuous mode: capture only this machine's packets", .needs = "-i"},
     [](Args& a, const Given&) { a.live.promiscuous = false; }},
    {{.names = "-Q", .value = "DIRECTION", .initial = "inout", .allowed = {"inout|in|out"}, .help = "packets to capture: in, out or inout", .needs = "-i"},
     [](Args& a, const Given& given) { a.live.direction = choice_of<source::Direction>(given); }},
    {{.names = "--immediate-mode", .help = "read each packet at once, not in batches every 20 ms",
      .more = "Costs a wake-up for each packet.", .needs = "-i"},
     [](Args& a, const Given&) { a.live.immediate = true; }},
    {{.names = "-n", .help = "accepted as in tcpdump and without effect: names are never looked up"}, ignore},
    {{.names = "-c", .value = "N", .help = "stop after N headers"}, take_number<&Args::count, 1, UINT64_MAX>},
    {{.names = "--duration", .value = "TIME", .help = "stop after TIME: 30s, 10m; seconds without a unit",
      .more = "Units are us, ms, s, m and h; the longest time is 24h."},
     take_timeout<&Args::duration>},
};

constexpr Row listening[] = {
    {{.names = "-L,--listen", .value = "ADDR", .help = "listen on [HOST:]PORT, unix:PATH or udp:[HOST:]PORT and show what senders send",
      .more = "A port alone is on loopback; '*:PORT' is on every interface. Point the load balancer or client that is in question here and see what it "
              "really sends. Port 0 lets the system choose.",
      .excludes = "-r,-x", .repeatable = true},
     add_text<&Args::listen>},
    {{.names = "--reply", .value = "FORM", .initial = "close", .allowed = {"none|close|ok|json|http|echo"},
      .help = "answer to each sender: close, none (keep open, send nothing), ok, json or http (send the record back), or echo",
      .more = "close ends the connection without an answer once the header is complete. json and http send the sender what was seen of its own header; "
              "echo sends the bytes after the header back.",
      .needs = "-L"},
     take_choice<&Args::reply>},
    {{.names = "--once", .help = "stop after the first connection or datagram", .needs = "-L"}, turn_on<&Args::once>},
    {{.names = "--wait", .value = "TIME", .initial = "5s", .help = "time that a connection has for its whole header", .needs = "-L"}, take_wait},
    {{.names = "--max-connections", .value = "N", .otherwise = "16384, or as many as descriptors allow", .help = "connections open at the same time",
      .more = "Further ones are closed at once and counted. One sender gets a quarter of them at most.", .needs = "-L"},
     take_number<&Args::max_connections, 1, UINT64_MAX>},
};

constexpr Row selection[] = {
    {{.names = "--only", .value = "WHAT", .allowed = {.listed = only_names, .others = true},
      .help = "show and judge only these records: ok, refused, late, warning, malformed, missing, truncated, cut, gap, open, unreadable, v1, v2, local",
      .more = "Several words are alternatives and may be written as one list: --only malformed,missing.", .repeatable = true},
     take_only},
    {{.names = "--src", .value = "CIDR", .help = "only headers that announce a source in this network"},
     [](Args& a, const Given& given) { a.selection.source = parse_network(given); }},
    {{.names = "--dst", .value = "CIDR", .help = "only headers that announce a destination in this network"},
     [](Args& a, const Given& given) { a.selection.destination = parse_network(given); }},
    {{.names = "--tlv", .value = "NAME[=TEXT]", .allowed = {.listed = tlv_names, .others = true}, .help = "only headers with this TLV, and this value",
      .more = "NAME is a name of --list-tlvs or a type as 0xNN; TEXT is the value as text or as hexadecimal digits. All that are given must match.", .repeatable = true},
     take_tlv},
    {{.names = "-e,--expect", .value = "PORTS", .otherwise = "auto", .help = "connections to these ports must begin with a header: 443,https,8000-8100, auto or none",
      .more = "A connection to one of them without a header is reported with what was sent instead, also when nothing was sent. auto: those to receivers "
              "that get a header on other connections, as warnings. none: no connection has to.", .repeatable = true},
     take_ports},
};

constexpr Row judgement[] = {
    {{.names = "--strict", .help = "treat warnings as errors", .more = "Level, verdict and exit status change together."}, turn_on<&Args::strict>},
    {{.names = "--fail-on", .value = "LEVEL", .initial = "error", .allowed = {"error|warning|none"}, .help = "exit 1 for findings from this level on: error, warning or none"},
     take_choice<&Args::fail_on>},
    {{.names = "--allow-empty", .help = "exit 0, not 4, when there was no header"}, turn_on<&Args::allow_empty>},
    {{.names = "--max-chain", .value = "N", .initial = "8", .help = "headers to look for after the first one",
      .more = "A header directly after a header is a record of its own with a warning, since most receivers read only the first."},
     take_number<&Args::max_chain, 0, 1000>},
    {{.names = "--no-reaction", .help = "do not wait for the receiver's reaction",
      .more = "Records are complete earlier, and say nothing about how the receiver answered."},
     [](Args& a, const Given&) { a.reactions = false; }},
};

constexpr Row output[] = {
    {{.names = "-o,--output", .value = "FORMAT", .initial = "text", .allowed = {.listed = format_names}, .help = "output format: text, json, hex or raw",
      .more = "json is one object on each line; --json-schema describes it. hex is one line of digits for each header, raw the headers' bytes without anything between them."},
     [](Args& a, const Given& given) { a.format = render::find_format(given.value); }},
    {{.names = "-v", .help = "a block for each header; -vv adds the annotated bytes"},
     [](Args& a, const Given&) {
       a.style.detail = std::min(a.style.detail + 1, 2U);
       a.style.every_receiver = true;
     }},
    {{.names = "-q,--quiet", .help = "show problems only"}, [](Args& a, const Given&) { a.style.quiet = true; }},
    {{.names = "--all", .help = "explain a cause each time that it is seen, and fold nothing"}, [](Args& a, const Given&) { a.style.all = true; }},
    {{.names = "--width", .value = "N", .help = "wrap text at N columns; 0 wraps nothing",
      .more = "Without it text is wrapped at the width of the terminal, and not at all into a pipe or a file."},
     take_width},
    {{.names = "--predict", .value = "[=NAME]", .allowed = {.listed = receiver_names, .others = true},
      .help = "tell which measured receivers would not take each header as its sender meant: those of NAME, or all; with -v each",
      .more = "measured: this very header was sent to it; likely: by what came of others of its kind, which are named; unknown: none was. ppgen conform --profile measures.",
      .excludes = "--redact", .repeatable = true, .without_value = "all"},
     take_receivers},
    {{.names = "-S,--summary", .help = "counts in place of records, problems first"}, turn_on<&Args::summary>},
    {{.names = "--group", .value = "WHAT", .allowed = {"port|sender|client|tlv"},
      .help = "with -S: counts by receiver's port, sender, announced client or TLV type", .needs = "-S"},
     [](Args& a, const Given& given) { a.group = choice_of<stats::GroupBy>(given); }},
    {{.names = "--interval", .value = "TIME", .initial = "10s", .help = "with -S on a live source, and not on a terminal: a line of counts every TIME",
      .more = "On a terminal the summary is redrawn in place and q ends it. With -o json each such line is a whole summary that is marked interim.",
      .needs = "-S"},
     take_interval},
    {{.names = "--merge", .help = "FILEs are summaries of -S -o json: show their sum",
      .more = "Counts and histograms are added, and percentiles are read off the sum; what was seen first is that of the first file.",
      .excludes = "-i,-L,-x,-w,--extract,--by,--group,--follow,--redact"},
     [](Args& a, const Given&) { a.merge = a.summary = true; }},
    {{.names = "--by", .value = "client", .allowed = {"client"}, .help = "show the headers of several files side by side, by the client that they announce",
      .more = "For captures from before and after a hop: what each hop changed stands in one place.", .excludes = "-S,-i,-L"},
     turn_on<&Args::by_client>},
    {{.names = "--redact", .help = "pseudonyms for addresses, no bytes and no texts: for output that is passed on",
      .more = "The same address has the same pseudonym within one run.", .excludes = "-w,--extract"},
     turn_on<&Args::redact>},
    {{.names = "-t", .help = "times as in tcpdump: -t none, -tt epoch, -ttt delta, -tttt date, -ttttt since the first"}, take_times},
    {{.names = "--utc", .help = "times in UTC"}, [](Args& a, const Given&) { a.style.utc = true; }},
    {{.names = "-l", .help = "write each record at once, also into a pipe"}, turn_on<&Args::line_buffered>},
    {{.names = "--color", .value = "WHEN", .initial = "auto", .allowed = {"auto|always|never"}, .help = "use colour: auto, always or never"},
     [](Args& a, const Given& given) { a.style.color = wants_color(given.value); }},
    {{.names = "-w", .value = "FILE", .help = "save the packets of the flows shown in FILE, up to header and reaction",
      .more = "A small capture to attach to a ticket. pcapng when FILE ends in .pcapng, otherwise pcap. Up to 16 MiB of packets wait while their record is not final; flows that did not fit are counted. "
              "Because \"no reaction for 5 s\" is inferred from later packets, the last flows in FILE are reported as unknown when it is read again.",
      .excludes = "-L,-x"},
     take_text<&Args::write>},
    {{.names = "--flow-bytes", .value = "N", .help = "with -w: bytes to save of each flow at least", .needs = "-w"},
     take_number<&Args::flow_bytes, 0, UINT64_MAX>},
    {{.names = "--extract", .value = "DIR", .help = "save each header's bytes as a file in DIR, which is new or empty",
      .more = "Files are named by number and verdict: 000001-valid.bin."},
     take_text<&Args::extract>},
    {{.names = "--ascii", .help = "only ASCII characters in the output"}, [](Args& a, const Given&) { a.style.ascii = true; }},
};

constexpr Row information[] = {
    {{.names = "--explain", .value = "CODE|TLV|TEXT", .allowed = {.listed = explained_names, .others = true},
      .help = "explain a code, a TLV, or a line of a receiver's log",
      .more = "For a log line: what it means and, when it quotes bytes, what these are. '-' reads a whole log from standard input and @FILE from a file: "
              "its known lines are grouped by cause and client, harmless ones last; -o json prints an object a group. With --follow a cause is printed "
              "when its first line comes, and all with their counts at the end.", .repeatable = true},
     add_text<&Args::explain>},
    {{.names = "--list-codes", .help = "list all codes of findings and diagnoses"}, turn_on<&Args::list_codes>},
    {{.names = "--list-tlvs", .help = "list all TLV types"}, turn_on<&Args::list_tlvs>},
    {{.names = "--json-schema", .help = "print the schema of -o json"}, turn_on<&Args::json_schema>},
    {{.names = "--completion", .value = "SHELL", .allowed = {.listed = shells}, .help = "print the completion script for bash, zsh or fish"},
     take_text<&Args::shell>},
    {{.names = "--man-page", .help = "print the manual page (view with: ppinspect --man-page | man -l -)"}, turn_on<&Args::man_page>},
    {{.names = "-h,--help", .help = "show this help"}},
    {{.names = "-V,--version", .help = "show the version, the libraries and the specification's date"}},
};
// clang-format on

}  // namespace

void add_inspect_options(CommandLine& line, InspectArguments& arguments) {
  line.add("Operands", operands, arguments);
  line.add("Source", source, arguments);
  line.add("Live capture", live, arguments);
  line.add("Listening", listening, arguments);
  line.add("Selection", selection, arguments);
  line.add("Judgement", judgement, arguments);
  line.add("Output", output, arguments);
  line.add("Information", information, arguments);
  line.usage("[options] [FILE...] [--] [FILTER...]");
}

}  // namespace pp::tool
