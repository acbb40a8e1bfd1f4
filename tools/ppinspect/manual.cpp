// ppinspect(1) without its options.
#include "cli/manual.hpp"

namespace pp::tool {
namespace {

constexpr std::string_view description[] = {
    "The PROXY protocol, versions 1 and 2, puts a small header in front of a connection so that the server behind a load balancer "
    "learns the client's address. ppinspect shows these headers: from capture files, pipes, interfaces, arguments and listening "
    "sockets. It prints the addresses and TLVs, the exact byte and rule that is violated, what was sent in place of a header, how "
    "the receiver reacted, and which side to fix.",
    "It works on any port without configuration: the first bytes of every TCP connection and of every UDP datagram are examined. "
    "Standard input is read when no file is named and it is not a terminal. Anything after the file names, or after --, is a "
    "packet filter as tcpdump takes it. What an input is, a capture, raw bytes, hexadecimal text or base64, is detected from its "
    "first bytes.",
    "Valid headers print one line each, bad ones a diagnostic with the bytes. Records go to standard output, counts and complaints to "
    "standard error. Codes in the output are explained by --explain. The first Ctrl-C ends a run with its counts, a second one at "
    "once; SIGUSR1 prints the counts so far.",
};

constexpr ExitStatus exits[] = {
    {0, "headers seen, none wrong"},
    {1, "findings at or above --fail-on"},
    {2, "usage error"},
    {3, "a file, interface or socket that cannot be read"},
    {4, "no PROXY header in the input"},
};

constexpr Named environment[] = {
    {"TZ", "The time zone of times in text; --utc and -o json do not use it."},
    {"COLUMNS", "The width at which text is wrapped on a terminal that does not report its own; --width is stronger."},
    {"NO_COLOR",
     "When it is not empty there is no colour. --color is stronger, and so are NO_COLOR over CLICOLOR_FORCE and that over TERM."},
    {"CLICOLOR_FORCE", "When it is neither empty nor 0 there is colour, also into a pipe."},
    {"TERM", "When it is dumb there is no colour."},
};

constexpr Named files[] = {
    {"*.pcap, *.pcapng, *.cap, *.dmp",
     "Captures, also compressed (.gz, .zst). The content decides; these suffixes only make a word a file name "
     "and not the begin of a packet filter."},
    {"/sys/class/net", "The interfaces that the completion scripts offer."},
};

constexpr Example examples[] = {
    {"What is on the wire? Problems only", "ppinspect -q capture.pcap"},
    {"The same on another machine, while it happens", "ssh box tcpdump -U -w - port 443 | ppinspect"},
    {"Who sends no header to a port that requires one", "ppinspect -e 8443 capture.pcap"},
    {"The same where the traffic is, from now on", "ppinspect -i any -e 8443"},
    {"Every field beside its bytes", "ppinspect -vv capture.pcap"},
    {"What does this sender really send? Point it at port 9000", "ppinspect -L 9000 --once -v"},
    {"For scripts: one JSON object a line", "ppinspect -o json capture.pcap | jq -r '[.peer.src, .src.ip, .verdict] | @tsv'"},
    {"A header out of a log", "ppinspect -x '50524f585920544350342031...'"},
    {"The whole capture at a glance, problems first", "ppinspect -S capture.pcap"},
    {"What a code in the output means", "ppinspect --explain v2-crc32c"},
    {"What a line of a receiver's log means", "ppinspect --explain 'broken header: \"\\x16\\x03\\x01\" while reading PROXY protocol'"},
};

constexpr std::string_view bugs[] = {
    "A header inside TLS is not seen: ppinspect does not decrypt.",
    "A connection whose first packets are missing in the capture can be judged only when its first bytes that were captured are the "
    "begin of a header.",
};

}  // namespace

const Manual& inspect_manual() {
  static constexpr Manual manual{"show PROXY protocol headers and what is wrong with them",
                                 description,
                                 exits,
                                 environment,
                                 files,
                                 examples,
                                 bugs,
                                 "ppgen(1), tcpdump(1)"};
  return manual;
}

}  // namespace pp::tool
