// What is wrong or unwise in a header that parses: one row each. The level follows the specification's verb: MUST is an
// error, SHOULD a warning, custom of the field a note.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "pp/wire/fault.hpp"
#include "pp/wire/section.hpp"

namespace pp::lint {

enum class Level : std::uint8_t { note, warning, error };

constexpr std::string_view name(Level level) noexcept {
  constexpr std::string_view names[] = {"note", "warning", "error"};
  return names[static_cast<std::size_t>(level)];
}

enum class Rule : std::uint8_t {
  // the header as a whole
  v2_header_long,
  v1_ipv4_mapped,
  v1_unknown_text,
  v2_local_block,
  v2_local_family,
  v2_unspec,
  v2_unspec_block,
  v2_unix_padding,
  // TLVs
  v2_crc32c,
  v2_crc32c_length,
  v2_crc32c_duplicate,
  v2_crc32c_hidden,
  v2_ssl_empty,
  v2_ssl_client_bits,
  v2_ssl_version_missing,
  v2_ssl_nested,
  v2_ssl_tlv_unknown,
  v2_tlv_scope,
  v2_tlv_duplicate,
  v2_tlv_reserved,
  v2_tlv_experiment,
  v2_tlv_future,
  v2_unique_id_long,
  v2_alpn_long,
  v2_text_utf8,
  v2_text_ascii,
  v2_text_nul,
  v2_text_control,
  v2_text_empty,
  // how it was delivered: found by the layer that sees the flow
  header_chained,
  header_after_data,
  header_split,
  header_direction,
  start_not_seen,
  v2_transport_mismatch,
  v2_authority_mismatch,
  v2_alpn_mismatch,
  udp_first_only,
  simple_proxy,
  simple_short,
  header_late,
  header_delayed,
  family_differs,
  own_endpoints,
  source_reserved,
  port_zero,
  v1_in_datagram,
  header_refused,
  answer_missing,
  header_cut,
  header_gap,
  header_incomplete,
  capture_incomplete,
  line_unreadable,
};

struct RuleInfo {
  Rule rule;
  std::string_view code;
  Level level;
  Section section;
  std::string_view description;
};

// A row to a line.
// clang-format off
inline constexpr std::array rule_table = {
    RuleInfo{Rule::v2_header_long, "v2-header-long", Level::warning, "2", "both formats are designed to fit the smallest segment, 536 bytes"},
    RuleInfo{Rule::v1_ipv4_mapped, "v1-ipv4-mapped", Level::warning, "2.1",
             "an IPv4 client is announced as TCP4; an IPv4-mapped address in TCP6 is outside the grammar's intent"},
    RuleInfo{Rule::v1_unknown_text, "v1-unknown-text", Level::note, "2.1",
             "receivers ignore everything between UNKNOWN and CRLF; some refuse the line"},
    RuleInfo{Rule::v2_local_block, "v2-local-block", Level::note, "2.2",
             "LOCAL: the receiver discards the block and skips it by its length"},
    RuleInfo{Rule::v2_local_family, "v2-local-family", Level::note, "2.2", "LOCAL: the family is ignored, whatever its value"},
    RuleInfo{Rule::v2_unspec, "v2-unspec", Level::note, "2.2",
             "UNSPEC: the receiver uses the real endpoints or rejects; no address of the header is used"},
    RuleInfo{Rule::v2_unspec_block, "v2-unspec-block", Level::note, "2.2", "UNSPEC: what follows the fixed part is opaque"},
    RuleInfo{Rule::v2_unix_padding, "v2-unix-padding", Level::note, "2.2", "a UNIX path is padded with NUL bytes to 108"},
    RuleInfo{Rule::v2_crc32c, "v2-crc32c", Level::error, "2.2.3",
             "the checksum covers the whole header with its own 4 bytes zero; a receiver that supports it must reject a mismatch"},
    RuleInfo{Rule::v2_crc32c_length, "v2-crc32c-length", Level::error, "2.2.3", "the CRC32C TLV holds 4 bytes"},
    RuleInfo{Rule::v2_crc32c_duplicate, "v2-crc32c-duplicate", Level::warning, "2.2.3", "one CRC32C TLV; with two it is not defined what each covers"},
    RuleInfo{Rule::v2_crc32c_hidden, "v2-crc32c-hidden", Level::note, "2.2.3", "a damaged type byte hides a checksum from its check"},
    RuleInfo{Rule::v2_ssl_empty, "v2-ssl-empty", Level::warning, "2.2.6", "the SSL TLV starts with client (1 byte) and verify (4 bytes)"},
    RuleInfo{Rule::v2_ssl_client_bits, "v2-ssl-client-bits", Level::note, "2.2.6", "client bits other than 01, 02 and 04 are reserved"},
    RuleInfo{Rule::v2_ssl_version_missing, "v2-ssl-version-missing", Level::warning, "2.2.6", "SSL_VERSION is present when client has 01 SSL"},
    RuleInfo{Rule::v2_ssl_nested, "v2-ssl-nested", Level::note, "2.2.6", "an SSL TLV inside an SSL TLV has no meaning"},
    RuleInfo{Rule::v2_ssl_tlv_unknown, "v2-ssl-tlv-unknown", Level::note, "2.2.6", "a sub-TLV type that the specification does not define; receivers skip it"},
    RuleInfo{Rule::v2_tlv_scope, "v2-tlv-scope", Level::warning, "2.2.6", "SSL sub-types have meaning inside the SSL TLV only"},
    RuleInfo{Rule::v2_tlv_duplicate, "v2-tlv-duplicate", Level::warning, "2.2", "receivers disagree on which of two equal types wins"},
    RuleInfo{Rule::v2_tlv_reserved, "v2-tlv-reserved", Level::warning, "2.2.8", "types outside the listed ones and outside E0..F7 are reserved"},
    RuleInfo{Rule::v2_tlv_experiment, "v2-tlv-experiment", Level::warning, "2.2.8", "types F0..F7 are for experiments, not for production"},
    RuleInfo{Rule::v2_tlv_future, "v2-tlv-future", Level::warning, "2.2.8", "types F8..FF are reserved for future use"},
    RuleInfo{Rule::v2_unique_id_long, "v2-unique-id-long", Level::warning, "2.2.5", "a UNIQUE_ID has up to 128 bytes"},
    RuleInfo{Rule::v2_alpn_long, "v2-alpn-long", Level::warning, "2.2.1", "a protocol name has up to 255 bytes (RFC 7301)"},
    RuleInfo{Rule::v2_text_utf8, "v2-text-utf8", Level::warning, "2.2.2", "the value is UTF-8"},
    RuleInfo{Rule::v2_text_ascii, "v2-text-ascii", Level::warning, "2.2.6", "the value is US-ASCII"},
    RuleInfo{Rule::v2_text_nul, "v2-text-nul", Level::warning, "2.2", "text values are not NUL terminated and hold no NUL"},
    RuleInfo{Rule::v2_text_control, "v2-text-control", Level::warning, "2.2", "a name holds no control characters; logs and headers built from it break"},
    RuleInfo{Rule::v2_text_empty, "v2-text-empty", Level::note, "2.2", "a sender leaves out a TLV for which it has no value"},
    RuleInfo{Rule::header_chained, "header-chained", Level::warning, "2",
             "one header, first on the connection; what follows it is application data"},
    RuleInfo{Rule::header_after_data, "header-after-data", Level::warning, "2", "a receiver looks for the header at the connection's start alone"},
    RuleInfo{Rule::header_split, "header-split", Level::note, "2", "the header is sent at once; a receiver may refuse one in pieces"},
    RuleInfo{Rule::header_direction, "header-direction", Level::warning, "2", "the side that opens the connection sends the header"},
    RuleInfo{Rule::start_not_seen, "start-not-seen", Level::note, "2", "the header is first on the connection"},
    RuleInfo{Rule::v2_transport_mismatch, "v2-transport-mismatch", Level::note, "2.2",
             "the transport is that of the announced connection; a receiver may fall back to the real endpoints"},
    RuleInfo{Rule::v2_authority_mismatch, "v2-authority-mismatch", Level::note, "2.2.2",
             "AUTHORITY is the host name that the client asked for; a receiver that routes by one name and serves by the other goes astray"},
    RuleInfo{Rule::v2_alpn_mismatch, "v2-alpn-mismatch", Level::note, "2.2.1",
             "ALPN is the protocol that was negotiated with the client; a receiver that believes it reads what follows the header as that"},
    RuleInfo{Rule::udp_first_only, "udp-first-only", Level::warning, "2", "header and payload in the same datagram, one header for each datagram"},
    RuleInfo{Rule::simple_proxy, "simple-proxy", Level::note, "2",
             "Cloudflare's Simple Proxy Protocol is a format of its own: 38 bytes in front of each UDP datagram, 56 ec, addresses, ports"},
    RuleInfo{Rule::simple_short, "simple-short", Level::error, "2", "a Simple Proxy Protocol header is 38 bytes, in one datagram with its payload"},
    RuleInfo{Rule::header_late, "header-late", Level::warning, "2", "the header is sent at once; a receiver may give up after 3 seconds"},
    RuleInfo{Rule::header_delayed, "header-delayed", Level::note, "2", "the header is sent at once; a receiver that waits for it holds the connection up"},
    RuleInfo{Rule::family_differs, "family-differs", Level::note, "2.2",
             "the announced addresses are those of the proxied connection; another family than the connection to the receiver is allowed, and not taken by all"},
    RuleInfo{Rule::own_endpoints, "own-endpoints", Level::note, "2",
             "the header announces the client's connection to the sender; one that announces its own connection tells the receiver nothing new"},
    RuleInfo{Rule::source_reserved, "source-reserved", Level::note, "2",
             "the announced source is the client's address; one that no client on the Internet has lets rules and logs of the receiver go astray"},
    RuleInfo{Rule::port_zero, "port-zero", Level::note, "2.1", "no TCP or UDP connection has port 0; senders write it when they do not know the port"},
    RuleInfo{Rule::v1_in_datagram, "v1-in-datagram", Level::warning, "2.1", "version 1 knows TCP alone; datagrams take version 2 with transport DGRAM"},
    RuleInfo{Rule::header_refused, "header-refused", Level::warning, "2", "a receiver configured for the protocol takes a complete, valid header"},
    RuleInfo{Rule::answer_missing, "answer-missing", Level::note, "2", "whether the receiver took it cannot be told: the capture lost the answer"},
    RuleInfo{Rule::header_cut, "header-cut", Level::note, "2", "whether it is valid cannot be told: the capture left bytes of it out"},
    RuleInfo{Rule::header_gap, "header-gap", Level::note, "2", "whether it is valid cannot be told: the capture lost a segment of it"},
    RuleInfo{Rule::header_incomplete, "header-incomplete", Level::note, "2", "whether it is valid cannot be told yet"},
    RuleInfo{Rule::capture_incomplete, "capture-incomplete", Level::note, "2", "a packet that the capture lost may be what is missing: the verdict is not certain"},
    RuleInfo{Rule::line_unreadable, "line-unreadable", Level::error, "2", "a line of a batch holds one header, as hexadecimal digits or as text with escapes"},
};
// clang-format on

constexpr const RuleInfo& info(Rule rule) noexcept { return rule_table[static_cast<std::size_t>(rule)]; }

static_assert(
    [] {
      for (std::size_t i = 0; i < rule_table.size(); ++i) {
        if (static_cast<std::size_t>(rule_table[i].rule) != i) return false;
        for (const FaultInfo& fault : fault_table) {
          if (fault.code == rule_table[i].code) return false;
        }
        for (std::size_t k = 0; k < i; ++k) {
          if (rule_table[k].code == rule_table[i].code) return false;
        }
      }
      return rule_table.back().rule == Rule::line_unreadable;
    }(),
    "a row for each rule, in order, each with a code of its own");

}  // namespace pp::lint
