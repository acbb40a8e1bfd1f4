// ppgen(1) without its options.
#include "cli/manual.hpp"

namespace pp::tool {
namespace {

constexpr std::string_view description[] = {
    "ppgen generates headers of the PROXY protocol, versions 1 and 2: valid ones, and deliberately invalid ones. It writes them as "
    "bytes, text, C arrays, corpora and captures, sends them to receivers and reports how these react, and puts them before the "
    "connections of any client. Values that do not fit the format are refused unless --set or --patch forces them.",
    "Receivers believe these headers. Only use ppgen against systems you operate.",
};

constexpr ExitStatus exits[] = {
    {0, "all as expected"},
    {1, "an expectation was not met"},
    {2, "usage error"},
    {3, "a file or target that cannot be reached"},
    {4, "replay found no header in its input"},
};

constexpr Named environment[] = {
    {"TZ", "Not used: times in captures that ppgen writes are fixed, so that the same options give the same bytes."},
};

constexpr Named files[] = {
    {"*.pcapng", "A capture is written as pcapng when its name ends so, otherwise as pcap."},
};

constexpr Example examples[] = {
    {"A header with two TLVs, to look at", "ppgen make --tlv AUTHORITY=www.example.com --crc32c --format xxd"},
    {"Does this port speak PROXY, and does it insist?", "ppgen probe 192.0.2.1:443 --tls=www.example.com"},
    {"In front of a receiver, in a test: exit status 1 unless it refuses",
     "ppgen send 8080 --case v2/tlv/overrun --payload http --expect reject"},
    {"Make curl speak PROXY", "ppgen forward --listen 8081 --to 127.0.0.1:8080 &\ncurl http://127.0.0.1:8081/"},
    {"The catalogue as files, for a fuzzer of your own", "ppgen corpus seeds/"},
    {"What is the case about?", "ppgen explain v2/tlv/overrun"},
};

constexpr std::string_view bugs[] = {
    "probe --tls sends a ClientHello and no more: a receiver that needs a complete handshake before it answers is not told apart.",
    "send opens one connection after the other; --count is not a load generator.",
};

}  // namespace

const Manual& gen_manual() {
  static constexpr Manual manual{"generate PROXY protocol headers, valid and deliberately invalid ones",
                                 description,
                                 exits,
                                 environment,
                                 files,
                                 examples,
                                 bugs,
                                 "ppinspect(1)"};
  return manual;
}

}  // namespace pp::tool
