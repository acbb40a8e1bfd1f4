// One judged header, or the bytes in place of one. Owns its bytes and parses them again on demand.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "pp/inspect/chunk.hpp"
#include "pp/inspect/payload.hpp"
#include "pp/inspect/reaction.hpp"
#include "pp/inspect/redact.hpp"
#include "pp/lint/finding.hpp"
#include "pp/wire/header.hpp"
#include "pp/wire/parse.hpp"
#include "pp/wire/simple.hpp"
#include "pp/wire/tlv_layout.hpp"

namespace pp::inspect {

enum class Outcome : std::uint8_t { valid, warning, malformed, truncated, cut, gap, incomplete, missing, unreadable };
inline constexpr std::size_t outcome_count = 9;

constexpr std::string_view name(Outcome outcome) noexcept {
  constexpr std::string_view names[] = {"valid", "warning", "malformed", "truncated", "cut", "gap", "incomplete", "missing", "unreadable"};
  return names[static_cast<std::size_t>(outcome)];
}

/// Who has to change what, as far as the bytes allow it (see diagnosis.hpp).
struct Diagnosis {
  std::string_view code;
  Side side = Side::unknown;
  std::string sentence;
  std::string fix;  // may be empty
};

struct Record {
  std::string_view input;  // the source outlives its records
  std::uint64_t line = 0;
  unsigned chain = 0;               // 0 for the first header of a flow
  std::uint32_t stream_offset = 0;  // of this header's first byte in the flow
  Flow flow;
  Mark mark = Mark::fin;
  std::vector<std::uint8_t> bytes;  // the header, or what was seen of it; missing: the first 64 bytes
  bool complete = false;            // the header's length is known and all of it is here
  JudgedTlvs tlvs;                  // complete headers: where the TLVs are, and what their checksums come to
  bool simple = false;              // Simple Proxy Protocol (wire/simple.hpp), a format of its own
  std::uint32_t header_at = 0;      // missing: where a header begins after other bytes; 0: nowhere
  Payload payload;                  // what follows the header; missing: what stands in its place
  std::size_t payload_bytes = 0;    // seen of what follows the header
  Reaction reaction;
  std::optional<Diagnosis> diagnosis;
  std::vector<lint::Finding> findings;
  std::string reason;  // unreadable: why the line is
  Outcome outcome = Outcome::valid;
  /// An earlier record of the same flow said this before the receiver's reaction was known; this one takes its place.
  std::optional<Outcome> amends;

  const Redactor* redactor = nullptr;  // with one, nothing of `bytes` is shown but what parsed() gives as addresses

  /// Borrows `bytes`. For what is shown or counted: with a redactor, addresses are pseudonyms.
  Parsed parsed() const noexcept;
  /// The same with the addresses of the wire.
  Parsed as_sent() const noexcept { return simple ? parse_simple(bytes) : pp::parse(bytes); }
  /// Of a record that amends: what the earlier one said, as far as it was another.
  Record as_told() const;
  bool is_header() const noexcept { return outcome != Outcome::missing && outcome != Outcome::unreadable; }
};

}  // namespace pp::inspect
