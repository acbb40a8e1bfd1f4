#include "pp/explain/finding_text.hpp"

#include <algorithm>
#include <array>
#include <initializer_list>
#include <string_view>

#include "pp/base/hex.hpp"
#include "pp/inspect/contradictions.hpp"
#include "pp/text/format.hpp"
#include "pp/wire/tlv_types.hpp"

namespace pp::explain {
namespace {

using lint::Argument;
using lint::Code;
using lint::Rule;

constexpr std::size_t most_sentences = 6;

struct Row {
  constexpr Row(Code of, std::initializer_list<std::string_view> said) : code(of) {
    std::copy(said.begin(), said.end(), sentences.begin());
  }
  Code code;
  std::array<std::string_view, most_sentences> sentences;  // in the order of lint/sentences.hpp; {0} to {3} are arguments
};

// A row for each code, in the order of their tables. Lower case, no full stop, the wrong thing first.
// clang-format off
constexpr std::array rows = {
    Row{Fault::not_proxy, {"no bytes at all",
                   "starts with {0}: PROXY is written in upper case",
                   "byte {0} of the signature is damaged: {1} of 12 bytes are right",
                   "a header begins at byte {0}, after {1}",
                   "not a PROXY header: it starts with {0}"}},
    Row{Fault::truncated, {"ends after {0} bytes, at least {1} more is wanted", "ends after {0} bytes, at least {1} more are wanted"}},
    Row{Fault::v1_separator, {"{0} after PROXY where a space belongs", "a second space before the {0}"}},
    Row{Fault::v1_protocol, {"protocol {0} is not TCP4, TCP6 or UNKNOWN"}},
    Row{Fault::v1_missing_field, {"the line ends after PROXY, before the protocol", "the line ends before the {0}"}},
    Row{Fault::v1_ipv4_syntax, {"{0} {1} is not an IPv4 address: {2} is not allowed there"}},
    Row{Fault::v1_ipv4_octet_range, {"number {0} in {1} {2} is above 255", "number {0} in {1} {2} is above 255: an IPv6 address in a TCP4 line"}},
    Row{Fault::v1_ipv4_leading_zero, {"number {0} in {1} {2} has a leading zero"}},
    Row{Fault::v1_ipv6_syntax, {"{0} {1} is not an IPv6 address: {2} is not allowed there"}},
    Row{Fault::v1_ipv6_group_length, {"a group of more than four digits in {0} {1}"}},
    Row{Fault::v1_ipv6_group_count, {"{0} {1} does not have eight groups"}},
    Row{Fault::v1_ipv6_compression, {"\"::\" in {0} {1} stands for no group, or occurs twice"}},
    Row{Fault::v1_ipv6_dotted_tail, {"{0} {1} has a dotted tail"}},
    Row{Fault::v1_family_mismatch, {"{0} {1} is IPv4 in a TCP6 line", "{0} {1} is IPv6 in a TCP4 line"}},
    Row{Fault::v1_port_syntax, {"{0} {1} is not a decimal number: {2} is not allowed there"}},
    Row{Fault::v1_port_range, {"{0} {1} is above 65535"}},
    Row{Fault::v1_port_leading_zero, {"{0} {1} has a leading zero"}},
    Row{Fault::v1_extra_field, {"a space and more after the destination port, where CR LF belongs"}},
    Row{Fault::v1_line_end, {"{0} after CR, where LF belongs", "LF without CR before it"}},
    Row{Fault::v1_line_too_long, {"no CR LF in the first 107 bytes"}},
    Row{Fault::v2_version, {"version {0} is not 2"}},
    Row{Fault::v2_command, {"command {0} is neither 0 LOCAL nor 1 PROXY"}},
    Row{Fault::v2_family, {"address family {0} is not defined"}},
    Row{Fault::v2_transport, {"transport {0} is not defined"}},
    Row{Fault::v2_length_short, {"length {0} is less than the {1} that {2} needs"}},
    Row{Fault::v2_tlv_overrun, {"{0} TLV claims {1} bytes, only {2} is left in the header",
                        "{0} TLV claims {1} bytes, only {2} are left in the header",
                        "{0} TLV claims {1} bytes, only {2} is left in the header ({3} when read as little endian)",
                        "{0} TLV claims {1} bytes, only {2} are left in the header ({3} when read as little endian)"}},
    Row{Fault::v2_tlv_stray, {"{0} stray byte at the end of the header, a TLV takes at least 3",
                      "{0} stray bytes at the end of the header, a TLV takes at least 3"}},
    Row{Fault::v2_ssl_short, {"SSL TLV has {0} bytes, client and verify take 5"}},
    Row{Fault::v2_ssl_tlv_overrun, {"{0} TLV claims {1} bytes, only {2} is left in the SSL TLV",
                            "{0} TLV claims {1} bytes, only {2} are left in the SSL TLV",
                            "{0} TLV claims {1} bytes, only {2} is left in the SSL TLV ({3} when read as little endian)",
                            "{0} TLV claims {1} bytes, only {2} are left in the SSL TLV ({3} when read as little endian)"}},
    Row{Fault::v2_ssl_stray, {"{0} stray byte at the end of the SSL TLV, a TLV takes at least 3",
                      "{0} stray bytes at the end of the SSL TLV, a TLV takes at least 3"}},
    // The header as a whole.
    Row{Rule::v2_header_long, {"header of {0} bytes is longer than the {1} of the smallest segment"}},
    Row{Rule::v1_ipv4_mapped, {"source {0} is an IPv4-mapped address in a TCP6 line", "destination {0} is an IPv4-mapped address in a TCP6 line"}},
    Row{Rule::v1_unknown_text, {"{0} bytes between UNKNOWN and CRLF are ignored"}},
    Row{Rule::v2_local_block, {"{0} bytes after the fixed part: TLVs from byte 16 on, no address block",
                        "{0} bytes after the fixed part: an address block, ignored, and TLVs from byte {1} on",
                        "{0} bytes after the fixed part: they divide into TLVs from byte 16 on and from byte {1} on, read from byte {1} on",
                        "{0} bytes after the fixed part: they do not divide into TLVs, with or without an address block; skipped by length"}},
    Row{Rule::v2_local_family, {"family {0}, transport {1} is not defined; LOCAL ignores it"}},
    Row{Rule::v2_unspec, {"family UNSPEC: no address is announced", "transport UNSPEC: no address is announced"}},
    Row{Rule::v2_unspec_block, {"{0} bytes after the fixed part: TLVs from byte 16 on, no address block",
                         "{0} bytes after the fixed part: an address block, ignored, and TLVs from byte {1} on",
                         "{0} bytes after the fixed part: they divide into TLVs from byte 16 on and from byte {1} on, read from byte {1} on",
                         "{0} bytes after the fixed part: they do not divide into TLVs, with or without an address block; skipped by length"}},
    Row{Rule::v2_unix_padding, {"bytes other than NUL after the end of the path"}},
    // TLVs.
    Row{Rule::v2_crc32c, {"CRC32C {0} is wrong, the header's is {1}",
                   "CRC32C {0} is wrong, the header's is {1}: right only as little endian, the byte order of the field is big endian",
                   "CRC32C {0} is wrong, the header's is {1}: right with the lowest bit of byte 12 flipped, the command byte is damaged"}},
    Row{Rule::v2_crc32c_length, {"CRC32C TLV has {0} bytes, not 4"}},
    Row{Rule::v2_crc32c_duplicate, {"{0} CRC32C TLVs: none is right",
                             "{0} CRC32C TLVs: right with its own 4 bytes zero, the others as they are",
                             "{0} CRC32C TLVs: right with the bytes of all of them zero"}},
    Row{Rule::v2_crc32c_hidden, {"type {0} would be a right CRC32C if it were 0x03: a damaged bit"}},
    Row{Rule::v2_ssl_empty, {"SSL TLV of length 0: some senders mean that the client was encrypted, strict receivers refuse it"}},
    Row{Rule::v2_ssl_client_bits, {"client {0} has reserved bits"}},
    Row{Rule::v2_ssl_version_missing, {"client has 01 SSL, but there is no SSL_VERSION"}},
    Row{Rule::v2_ssl_nested, {"an SSL TLV inside the SSL TLV; its value is opaque"}},
    Row{Rule::v2_ssl_tlv_unknown, {"type {0} inside the SSL TLV is not defined"}},
    Row{Rule::v2_tlv_scope, {"{0} is outside the SSL TLV"}},
    Row{Rule::v2_tlv_duplicate, {"a second {0} TLV"}},
    Row{Rule::v2_tlv_reserved, {"type {0} is not assigned"}},
    Row{Rule::v2_tlv_experiment, {"type {0} is in the range for experiments"}},
    Row{Rule::v2_tlv_future, {"type {0} is reserved for future use"}},
    Row{Rule::v2_unique_id_long, {"{0} has {1} bytes, more than {2}"}},
    Row{Rule::v2_alpn_long, {"{0} has {1} bytes, more than {2}"}},
    Row{Rule::v2_text_utf8, {"{0} is not UTF-8 at its byte {1}"}},
    Row{Rule::v2_text_ascii, {"{0} is not ASCII at its byte {1}"}},
    Row{Rule::v2_text_nul, {"{0} has a NUL at its byte {1}"}},
    Row{Rule::v2_text_control, {"{0} has a control character at its byte {1}"}},
    Row{Rule::v2_text_empty, {"{0} is empty"}},
    // How it was delivered.
    Row{Rule::header_chained, {"a header right after another, at byte {0} of the connection: the receiver reads it as application data"}},
    Row{Rule::header_after_data, {"a header at byte {0} of what the client sends: the receiver reads it as application data"}},
    Row{Rule::header_split, {"delivered in {0} segments", "arrived in {0} pieces"}},
    Row{Rule::header_direction, {"sent by the side that accepted the connection"}},
    Row{Rule::start_not_seen, {"start of the connection not seen: its SYN is not in the capture"}},
    Row{Rule::v2_transport_mismatch, {"transport DGRAM announced over a TCP connection", "transport STREAM announced in a UDP datagram"}},
    Row{Rule::v2_authority_mismatch, {"AUTHORITY is {0}, but the ClientHello after the header asks for {1}",
                               "AUTHORITY is {0}, but the request after the header has Host {1}"}},
    Row{Rule::v2_alpn_mismatch, {"ALPN is {0}, but the bytes after the header are an HTTP/1 request",
                          "ALPN is {0}, but the bytes after the header are HTTP/2",
                          "ALPN is {0}, but the ClientHello after the header offers {1}"}},
    Row{Rule::udp_first_only, {"a datagram without a header on a flow whose earlier datagram had one"}},
    Row{Rule::simple_proxy, {"Simple Proxy Protocol: receivers of PROXY v1 and v2 do not understand it"}},
    Row{Rule::simple_short, {"Simple Proxy Protocol: the datagram ends after {0} of the header's {1} bytes"}},
    Row{Rule::header_late, {"the header was complete {0} after the connection was accepted, its first byte came after {1}"}},
    Row{Rule::header_delayed, {"the header was complete {0} after the connection was accepted, its first byte came after {1}"}},
    Row{Rule::family_differs, {"one of the two addresses is an IPv4-mapped one, the other is IPv6",
                        "{0} addresses announced over a connection of {1}",
                        "{0} paths announced over a connection of {1}"}},
    Row{Rule::own_endpoints, {"announces its own connection: the source is this sender and the destination this receiver"}},
    Row{Rule::source_reserved, {"the announced source is a loopback address, and the sender has a public one",
                         "the announced source is the unspecified address, and the sender has a public one",
                         "the announced source is an address for documentation, and the sender has a public one",
                         "the announced source is a multicast address, and the sender has a public one",
                         "the announced source is the number of a Tor circuit (fc00:dead:beef:4dad::/64), not an address"}},
    Row{Rule::port_zero, {"the announced source port is 0", "the announced destination port is 0", "both announced ports are 0"}},
    Row{Rule::v1_in_datagram, {"a version 1 header in a datagram"}},
    Row{Rule::header_refused, {"the receiver reset the connection {0} after the header",
                        "the receiver closed without a byte {0} after the header",
                        "the receiver answered with an error {0} after the header",
                        "the receiver sent TLS alert {1} {0} after the header",
                        "the receiver closed the connection when {0} of the header's {1} had come",
                        "the receiver reset the connection when {0} of the header's {1} had come"}},
    Row{Rule::answer_missing, {"the receiver's answer is not in the capture: its FIN has a later sequence number than what was seen of it"}},
    Row{Rule::header_cut, {"the capture kept {0} of the header: capture with a larger snaplen (tcpdump -s 0)"}},
    Row{Rule::header_gap, {"a segment is not in the capture: {0} of the header are known"}},
    Row{Rule::header_incomplete, {"{0} of the header had arrived when the capture ended",
                           "{0} of the header had arrived when the wait was over, {1} after accept",
                           "{0} of the header had arrived when listening ended",
                           "{0} of the header had arrived when the connection was closed to stay within the memory limit"}},
    Row{Rule::capture_incomplete, {"packets were lost while this connection was watched: what is missing may have been among them"}},
    Row{Rule::line_unreadable, {"{0}"}},
};
// clang-format on

/// Every placeholder is {0} to {3}.
constexpr bool sound(std::string_view format) {
  for (std::size_t i = 0; i < format.size(); ++i) {
    if (format[i] == '}') return false;
    if (format[i] != '{') continue;
    if (i + 2 >= format.size() || format[i + 1] < '0' || format[i + 1] > '3' || format[i + 2] != '}') return false;
    i += 2;
  }
  return true;
}
static_assert(
    [] {
      if (std::size(rows) != lint::all_codes.size()) return false;
      for (std::size_t i = 0; i < std::size(rows); ++i) {
        if (rows[i].code != lint::all_codes[i] || rows[i].sentences[0].empty()) return false;
        for (const std::string_view sentence : rows[i].sentences) {
          if (!sound(sentence)) return false;
        }
      }
      return true;
    }(),
    "a row for each code, in order, with a sentence at least");

/// The first `most` of the bytes, escaped and in quotes.
std::string quoted(std::string_view bytes, std::size_t most) {
  return text::format("\"{}{}\"", text::Shown{bytes.substr(0, most)}, bytes.size() > most ? "..." : "");
}

std::string tlv_name(std::uint8_t type, TlvScope scope) {
  const TlvType* row = tlv_info(type, scope);
  return row != nullptr ? std::string(row->name) : text::format("0x{:02x}", type);
}

std::string offers(const inspect::Payload& payload) {
  constexpr std::size_t most = 4;
  std::string out;
  for (std::size_t i = 0; i < std::min(payload.alpn.size(), most); ++i)
    text::append(out, "{}{}", i == 0 ? "" : ", ", quoted(payload.alpn[i], 64));
  if (payload.alpn.size() > most) out += " and others";
  return out;
}

class Sentence {
 public:
  Sentence(Bytes seen, const inspect::Record* record) : seen_(seen), record_(record) {}

  std::string of(const lint::Finding& f) const {
    const Row& row = rows[f.code.number() - 1];
    std::array<std::string, lint::most_arguments> a;
    for (std::size_t i = 0; i < a.size(); ++i) a[i] = argument(f.arguments[i]);
    std::string out;
    text::append_args(out, fmt::string_view(row.sentences[f.sentence].data(), row.sentences[f.sentence].size()),
                      fmt::make_format_args(a[0], a[1], a[2], a[3]));
    if (f.left_out > 0) text::append(out, " (and {} more findings on TLVs)", f.left_out);
    return out;
  }

 private:
  std::string_view bytes(const Argument& a) const {
    const std::size_t at = std::min(static_cast<std::size_t>(a.value), seen_.size());
    const Bytes found = seen_.subspan(at, std::min<std::size_t>(a.length, seen_.size() - at));
    return {reinterpret_cast<const char*>(found.data()), found.size()};
  }

  std::string argument(const Argument& a) const {
    switch (a.kind) {
      case Argument::Kind::none: return {};
      case Argument::Kind::number: return text::format("{}", a.value);
      case Argument::Kind::bytes: return text::format("{} {}", a.value, a.value == 1 ? "byte" : "bytes");
      case Argument::Kind::hex_byte: return text::format("0x{:02x}", a.value);
      case Argument::Kind::hex_word: return text::format("{:08x}", a.value);
      case Argument::Kind::quote: return quoted(bytes(a), 48);
      case Argument::Kind::digits: return std::string(bytes(a));
      case Argument::Kind::character: return character(bytes(a));
      case Argument::Kind::address: {
        const auto address = parse_ip(bytes(a));
        return address ? to_string(*address) : std::string();
      }
      case Argument::Kind::v1_field: {
        constexpr std::string_view names[] = {"protocol", "source address", "destination address", "source port", "destination port"};
        return std::string(names[static_cast<std::size_t>(a.value)]);
      }
      case Argument::Kind::tlv: return tlv_name(static_cast<std::uint8_t>(a.value), TlvScope::header);
      case Argument::Kind::sub_tlv: return tlv_name(static_cast<std::uint8_t>(a.value), TlvScope::ssl);
      case Argument::Kind::family: return std::string(family_info(static_cast<unsigned>(a.value))->title);
      case Argument::Kind::name: return quoted(bytes(a), 64);
      case Argument::Kind::duration: return inspect::duration_text(a.value);
      case Argument::Kind::tls_alert: return inspect::tls_alert_name(static_cast<int>(a.value));
      case Argument::Kind::asked_host: return record_ != nullptr ? quoted(inspect::asked_host(record_->payload), 64) : std::string();
      case Argument::Kind::offers: return record_ != nullptr ? offers(record_->payload) : std::string();
      case Argument::Kind::reason: return record_ != nullptr ? record_->reason : std::string();
    }
    return {};
  }

  static std::string character(std::string_view byte) {
    if (byte == " ") return "a space";
    if (byte == "\r") return "CR";
    return quoted(byte, 1);
  }

  Bytes seen_;
  const inspect::Record* record_;
};

}  // namespace

std::string finding_text(const lint::Finding& finding, Bytes seen) { return Sentence(seen, nullptr).of(finding); }

std::string finding_text(const lint::Finding& finding, const inspect::Record& record) {
  if (record.redactor != nullptr) return std::string(finding.code.description());
  return Sentence(record.bytes, &record).of(finding);
}

}  // namespace pp::explain
