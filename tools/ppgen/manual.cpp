// ppgen(1) beside its options.
#include "cli/manual.hpp"

namespace pp::tool {
namespace {

constexpr std::string_view description[] = {
    "ppgen makes headers of the PROXY protocol, versions 1 and 2: right ones, and wrong ones on purpose. It writes them as bytes, text, C "
    "arrays, corpora and captures, sends them to receivers and says what these do, and puts them in front of the connections of any "
    "client.",
    "A header is a claim that the receiver trusts: use ppgen on systems that you run.",
};

constexpr ExitStatus exits[] = {
    {0, "all as expected"},
    {1, "an expectation was not met"},
    {2, "usage"},
    {3, "a file or target that cannot be reached"},
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

}  // namespace

const Manual& gen_manual() {
  static constexpr Manual manual{"make PROXY protocol headers, right ones and wrong ones on purpose", description, exits, examples,
                                 "ppinspect(1)"};
  return manual;
}

}  // namespace pp::tool
