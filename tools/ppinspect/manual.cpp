// ppinspect(1) beside its options.
#include "cli/manual.hpp"

namespace pp::tool {
namespace {

constexpr std::string_view description[] = {
    "The PROXY protocol, versions 1 and 2, puts a small header in front of a connection so that the server behind a load balancer learns "
    "the client's address. ppinspect shows these headers: from capture files, pipes, interfaces, arguments and listening sockets. It "
    "prints the "
    "addresses and TLVs, says which byte breaks which rule of which section of the specification, names what came when there was no "
    "header, "
    "and tells what the receiver did then and who has to change what.",
    "No port has to be named: the first bytes of every TCP stream and of every UDP datagram are looked at. Standard input is read when no "
    "file is named and it is not a terminal. Words behind the files, or behind --, are a packet filter as tcpdump has it. What an input "
    "is, a capture, raw bytes, hexadecimal text or base64, is seen from its first bytes.",
    "A good header is one line, a bad one a diagnostic with the bytes. Records go to standard output, counts and complaints to standard "
    "error. "
    "Codes in the output are explained by --explain.",
};

constexpr ExitStatus exits[] = {
    {0, "headers seen, none wrong"},
    {1, "findings at or above --fail-on"},
    {2, "usage"},
    {3, "a file, interface or socket that cannot be read"},
    {4, "no PROXY header in the input"},
};

constexpr Example examples[] = {
    {"What is on the wire? Problems only", "ppinspect -q capture.pcap"},
    {"The same on another machine, while it happens", "ssh box tcpdump -U -w - port 443 | ppinspect"},
    {"Who sends no header to a port that wants one", "ppinspect -e 8443 capture.pcap"},
    {"The same where the traffic is, from now on", "ppinspect -i any -e 8443"},
    {"Every field beside its bytes", "ppinspect -vv capture.pcap"},
    {"What does this sender really send? Point it at port 9000", "ppinspect -L 9000 --once -v"},
    {"For scripts: one JSON object a line", "ppinspect -o json capture.pcap | jq -r '[.peer.src, .src.ip, .verdict] | @tsv'"},
    {"A header out of a log", "ppinspect -x '50524f585920544350342031...'"},
    {"The whole capture at a glance, the trouble first", "ppinspect -S capture.pcap"},
    {"What a word in the output means", "ppinspect --explain v2-crc32c"},
    {"What a line of a receiver's log means", "ppinspect --explain 'broken header: \"\\x16\\x03\\x01\" while reading PROXY protocol'"},
};

}  // namespace

const Manual& inspect_manual() {
  static constexpr Manual manual{"show PROXY protocol headers and what is wrong with them", description, exits, examples,
                                 "ppgen(1), tcpdump(1)"};
  return manual;
}

}  // namespace pp::tool
