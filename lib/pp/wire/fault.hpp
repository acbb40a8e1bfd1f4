// Everything that can be wrong with the bytes of a header, one row each: stable code, section, and what the specification asks.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "pp/wire/section.hpp"

namespace pp {

enum class Fault : std::uint8_t {
  none,
  not_proxy,
  truncated,
  v1_separator,
  v1_protocol,
  v1_missing_field,
  v1_ipv4_syntax,
  v1_ipv4_octet_range,
  v1_ipv4_leading_zero,
  v1_ipv6_syntax,
  v1_ipv6_group_length,
  v1_ipv6_group_count,
  v1_ipv6_compression,
  v1_ipv6_dotted_tail,
  v1_family_mismatch,
  v1_port_syntax,
  v1_port_range,
  v1_port_leading_zero,
  v1_extra_field,
  v1_line_end,
  v1_line_too_long,
  v2_version,
  v2_command,
  v2_family,
  v2_transport,
  v2_length_short,
  v2_tlv_overrun,
  v2_tlv_stray,
  v2_ssl_short,
  v2_ssl_tlv_overrun,
  v2_ssl_stray,
};

struct FaultInfo {
  Fault fault;
  std::string_view code;
  Section section;
  std::string_view description;
};

inline constexpr std::array fault_table = {
    FaultInfo{Fault::none, "ok", "2", "a complete header"},
    FaultInfo{Fault::not_proxy, "not-proxy", "2.2", "the connection starts with the 12-byte signature or with \"PROXY \""},
    FaultInfo{Fault::truncated, "truncated", "2", "the whole header arrives before anything else happens"},
    FaultInfo{Fault::v1_separator, "v1-separator", "2.1", "exactly one space between two fields"},
    FaultInfo{Fault::v1_protocol, "v1-protocol", "2.1", "the protocol is TCP4, TCP6 or UNKNOWN, in upper case"},
    FaultInfo{Fault::v1_missing_field, "v1-missing-field", "2.1",
              "protocol, source, destination, source port and destination port, in this order"},
    FaultInfo{Fault::v1_ipv4_syntax, "v1-ipv4-syntax", "2.1", "an IPv4 address is exactly four decimal numbers with one dot between"},
    FaultInfo{Fault::v1_ipv4_octet_range, "v1-ipv4-octet-range", "2.1", "each number of an IPv4 address is 0..255"},
    FaultInfo{Fault::v1_ipv4_leading_zero, "v1-ipv4-leading-zero", "2.1", "no leading zeros in an IPv4 address"},
    FaultInfo{Fault::v1_ipv6_syntax, "v1-ipv6-syntax", "2.1",
              "an IPv6 address is groups of hexadecimal digits with colons between, without brackets, zone or prefix length"},
    FaultInfo{Fault::v1_ipv6_group_length, "v1-ipv6-group-length", "2.1", "a group has at most four hexadecimal digits"},
    FaultInfo{Fault::v1_ipv6_group_count, "v1-ipv6-group-count", "2.1", "an IPv6 address has eight groups, exactly 128 bits"},
    FaultInfo{Fault::v1_ipv6_compression, "v1-ipv6-compression", "2.1",
              "at most one \"::\", and it stands for at least one group of zeros"},
    FaultInfo{Fault::v1_ipv6_dotted_tail, "v1-ipv6-dotted-tail", "2.1", "an IPv6 address is written in hexadecimal groups to its end"},
    FaultInfo{Fault::v1_family_mismatch, "v1-family-mismatch", "2.1", "both addresses are of the announced family"},
    FaultInfo{Fault::v1_port_syntax, "v1-port-syntax", "2.1", "a port is decimal digits, without sign"},
    FaultInfo{Fault::v1_port_range, "v1-port-range", "2.1", "a decimal 0..65535 without leading zeros"},
    FaultInfo{Fault::v1_port_leading_zero, "v1-port-leading-zero", "2.1", "a decimal 0..65535 without leading zeros"},
    FaultInfo{Fault::v1_extra_field, "v1-extra-field", "2.1", "nothing after the destination port but CRLF"},
    FaultInfo{Fault::v1_line_end, "v1-line-end", "2.1", "the line ends in CR LF, never in one of them alone"},
    FaultInfo{Fault::v1_line_too_long, "v1-line-too-long", "2.1", "the line ends within its first 107 bytes, CRLF included"},
    FaultInfo{Fault::v2_version, "v2-version", "2.2", "the high nibble of byte 12 is version 2; any other must be rejected"},
    FaultInfo{Fault::v2_command, "v2-command", "2.2", "the low nibble of byte 12 is 0 LOCAL or 1 PROXY; any other must be rejected"},
    FaultInfo{Fault::v2_family, "v2-family", "2.2", "the high nibble of byte 13 is 0 UNSPEC, 1 INET, 2 INET6 or 3 UNIX"},
    FaultInfo{Fault::v2_transport, "v2-transport", "2.2", "the low nibble of byte 13 is 0 UNSPEC, 1 STREAM or 2 DGRAM"},
    FaultInfo{Fault::v2_length_short, "v2-length-short", "2.2", "the length covers the address block of the family: 12, 36 or 216 bytes"},
    FaultInfo{Fault::v2_tlv_overrun, "v2-tlv-overrun", "2.2", "a TLV lies inside the 16 + length bytes of the header"},
    FaultInfo{Fault::v2_tlv_stray, "v2-tlv-stray", "2.2", "a TLV takes at least 3 bytes, so 1 or 2 bytes at the end are not one"},
    FaultInfo{Fault::v2_ssl_short, "v2-ssl-short", "2.2.6", "the SSL TLV starts with client (1 byte) and verify (4 bytes)"},
    FaultInfo{Fault::v2_ssl_tlv_overrun, "v2-ssl-tlv-overrun", "2.2.6", "a sub-TLV lies inside the SSL TLV"},
    FaultInfo{Fault::v2_ssl_stray, "v2-ssl-stray", "2.2.6", "a sub-TLV takes at least 3 bytes, so 1 or 2 bytes at the end are not one"},
};

constexpr const FaultInfo& info(Fault fault) noexcept { return fault_table[static_cast<std::size_t>(fault)]; }

static_assert(
    [] {
      for (std::size_t i = 0; i < fault_table.size(); ++i) {
        if (static_cast<std::size_t>(fault_table[i].fault) != i) return false;
        for (std::size_t k = 0; k < i; ++k) {
          if (fault_table[k].code == fault_table[i].code) return false;
        }
      }
      return fault_table.back().fault == Fault::v2_ssl_stray;
    }(),
    "a row for each fault, in order, each with a code of its own");

}  // namespace pp
