// What the header's own bytes say.
#include <algorithm>

#include "pp/explain/diagnosis_rows.hpp"
#include "pp/text/format.hpp"

namespace pp::explain {
namespace {

using namespace inspect;

std::string no_fix(const Case&) { return {}; }

/// A request that stands inside the header, since its length covers it.
bool swallows_request(const Case& c) {
  if (c.h.version != 2 || c.r.complete || c.r.bytes.size() < v2_fixed_bytes + 16) return false;
  constexpr std::string_view marks[] = {" HTTP/1.", "\r\nHost: ", "EHLO "};
  const auto from = c.r.bytes.begin() + v2_fixed_bytes;
  return std::any_of(std::begin(marks), std::end(marks), [&](std::string_view mark) {
    return std::search(from, c.r.bytes.end(), mark.begin(), mark.end()) != c.r.bytes.end();
  });
}

// A row to a line.
// clang-format off
constexpr DiagnosisRow rows[] = {
    {"header-later", "a header in the middle of a connection, after STARTTLS, an SSLRequest, a greeting or a request", Side::sender,
     [](const Case& c) { return c.has_finding(lint::Rule::header_after_data); },
     [](const Case& c) {
       return text::format("{} sends a header after {} of the connection: receivers look for one at its start alone, and read this one as data",
                           c.sender(), text::Counted{c.r.stream_offset, "byte"});
     },
     [](const Case&) { return std::string("on the sender: the header comes first, before STARTTLS and the like, and once on a connection that is kept alive"); }},
    {"chained-headers", "a header after a header: two hops each add one, and the receiver reads only the first", Side::sender,
     [](const Case& c) { return c.r.chain > 0 || (c.refused && c.followed_by_header()); },
     [](const Case& c) {
       return text::format("two hops each add a header: the receiver reads the first and takes {} for application data",
                           c.r.chain > 0 ? "this one" : "the second");
     },
     [](const Case&) { return std::string("let the hop in the middle read the header it gets, or turn the header off on one of the two"); }},
    {"header-from-server", "the side that accepted the connection sent a header", Side::unknown,
     [](const Case& c) { return c.r.flow.from_server && c.h.version != 0; },
     [](const Case& c) { return text::format("the server side {} sent a header towards the client; no receiver waits for it there", c.sender()); },
     no_fix},
    {"checksum-broken", "the CRC32C does not match the bytes: computed wrongly, or the header was changed on its way", Side::unknown,
     [](const Case& c) { return c.r.complete && c.first_error() != nullptr && c.first_error()->code == lint::Rule::v2_crc32c; },
     [](const Case&) { return std::string("the sender computes the checksum wrongly, or something changed the header on its way"); },
     no_fix},
    {"length-swallows-payload", "the header's length is too large: it covers the request that follows", Side::sender, swallows_request,
     [](const Case& c) {
       return text::format("the length of the header, {} bytes, covers the request that follows it: the receiver reads the request as part of the header, "
                           "and waits for the rest or refuses", load_be16(&c.r.bytes[14]));
     },
     [](const Case&) { return std::string("on the sender: the length counts addresses and TLVs alone, from byte 16 on"); }},
    {"sender-malformed", "the sender's bytes break a rule of the specification", Side::sender,
     [](const Case& c) { return c.r.outcome == Outcome::malformed && c.first_error() != nullptr && c.first_error()->code != lint::Rule::header_refused; },
     [](const Case& c) { return text::format("the sender has to change: its header breaks section {}", c.first_error()->code.section()); },
     no_fix},
    {"transport-mismatch", "a header for datagrams on a TCP connection, or the other way round, which the receiver refused", Side::sender,
     [](const Case& c) { return c.refused && c.has_finding(lint::Rule::v2_transport_mismatch); },
     [](const Case& c) {
       return text::format("the header announces {}, and the receiver refused it: haproxy, Apache, Exim and Postfix take no such header",
                           c.r.flow.udp ? "a stream (TCP) in a UDP datagram" : "datagrams (UDP) over a TCP connection");
     },
     [](const Case& c) {
       return text::format("on the sender: byte 13 is {} for a connection like this one", c.r.flow.udp ? "0x12 or 0x22" : "0x11 or 0x21");
     }},
};
// clang-format on

}  // namespace

std::span<const DiagnosisRow> header_rows() noexcept { return rows; }

}  // namespace pp::explain
