// Which of a code's sentences a finding means, for codes that have several: the order of explain/finding_text.cpp's table.
#pragma once

#include <cstdint>

namespace pp::lint::says {

enum NotProxy : std::uint8_t { no_bytes, lower_case, damaged_signature, later_header, no_header };
enum Truncated : std::uint8_t { one_more, several_more };
enum Separator : std::uint8_t { no_space_after_proxy, second_space };
enum MissingField : std::uint8_t { ends_after_proxy, ends_before_field };
enum OctetRange : std::uint8_t { octet_above_255, ipv6_in_tcp4_line };
enum FamilyMismatch : std::uint8_t { is_ipv4, is_ipv6 };
enum LineEnd : std::uint8_t { cr_without_lf, lf_without_cr };
enum Overrun : std::uint8_t { is_left, are_left, is_left_little_endian, are_left_little_endian };
enum Stray : std::uint8_t { one_stray, several_stray };
enum Mapped : std::uint8_t { source_mapped, destination_mapped };
enum Block : std::uint8_t { tlvs_without_block, tlvs_after_block, either, opaque };
enum Unspec : std::uint8_t { family_unspec, transport_unspec };
enum Checksum : std::uint8_t { checksum_wrong, little_endian, command_damaged };
enum Checksums : std::uint8_t { none_right, right_alone, right_together };
// How it was delivered.
enum Pieces : std::uint8_t { in_segments, in_pieces };
enum Families : std::uint8_t { one_mapped, addresses_over, paths_over };
enum Reserved : std::uint8_t { loopback, unspecified, documentation, multicast, onion_circuit };
enum PortZero : std::uint8_t { source_port, destination_port, both_ports };
enum TransportMismatch : std::uint8_t { dgram_over_tcp, stream_over_udp };
enum Refused : std::uint8_t { reset, closed, answered_error, sent_alert, closed_before, reset_before };
enum Incomplete : std::uint8_t { capture_ended, wait_over, listening_ended, evicted };
enum Authority : std::uint8_t { client_hello_asks, request_has };
enum Alpn : std::uint8_t { is_http1, is_http2, client_hello_offers };

}  // namespace pp::lint::says
