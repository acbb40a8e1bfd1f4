// A header description that can be deliberately wrong; used by generators and tests.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "pp/base/bytes.hpp"
#include "pp/wire/encode.hpp"
#include "pp/wire/family.hpp"

namespace pp {

/// A TLV; `length`, if given, is written to its length field in place of the true length.
struct DraftTlv {
  std::uint8_t type = 0;
  std::vector<std::uint8_t> value;
  std::optional<std::uint16_t> length;
};

/// The value of an SSL TLV: client, verify and sub-TLVs, encoded (2.2.6).
std::vector<std::uint8_t> ssl_value(std::uint8_t client, std::uint32_t verify, const std::vector<DraftTlv>& sub_tlvs);

struct DraftPatch {
  std::size_t offset = 0;
  std::vector<std::uint8_t> bytes;
};

enum class DraftCrc : std::uint8_t { none, good, bad, value };

/// Encoding order: fields, TLVs, CRC32C TLV, length field, checksum, then patches, truncation and appended bytes, which
/// therefore break a correct checksum. Fields that are not set are encoded correctly.
struct Draft {
  int version = 2;
  bool simple = false;  // Simple Proxy Protocol, in place of version 1 or 2: the two endpoints and nothing else
  Command command = Command::proxy;
  Family family = Family::inet;
  Transport transport = Transport::stream;
  Endpoint source;
  Endpoint destination;
  std::string unix_source;  // up to 108 bytes, NUL padded
  std::string unix_destination;

  // v1: whole fields as text, in place of the endpoints.
  std::optional<std::string> v1_protocol;
  std::optional<std::string> v1_source, v1_destination, v1_source_port, v1_destination_port;
  std::string v1_rest;  // after the last field, or after UNKNOWN
  std::string v1_line_end = "\r\n";

  // v2
  std::optional<std::vector<std::uint8_t>> block;  // in place of the family's address block
  std::vector<DraftTlv> tlvs;
  DraftCrc crc = DraftCrc::none;
  std::uint32_t crc_value = 0;
  std::optional<std::uint8_t> version_command;
  std::optional<std::uint8_t> family_transport;
  std::optional<std::uint16_t> length;
  std::optional<std::vector<std::uint8_t>> signature;

  // both
  std::vector<DraftPatch> patches;  // those past the end are ignored
  std::optional<std::size_t> truncate;
  std::vector<std::uint8_t> append;
};

/// The bytes that the draft describes. Never fails: a draft may be wrong in every way. A length above 65,535 is written
/// modulo 65,536 unless `length` is set.
std::vector<std::uint8_t> encode(const Draft& draft);

}  // namespace pp
