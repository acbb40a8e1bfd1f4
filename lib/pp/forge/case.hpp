// A header that a receiver should be shown: what the specification asks of it, and what is to be found in it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

#include "pp/lint/code.hpp"
#include "pp/wire/draft.hpp"
#include "pp/wire/section.hpp"

namespace pp::forge {

/// What the specification asks of a receiver.
enum class Asks : std::uint8_t {
  must_accept,
  must_accept_real,
  should_accept,
  should_accept_real,
  should_tolerate,
  may_use,
  may_real,
  may_clean,
  may_either,
  should_reject,
  must_reject_checksum,
  must_reject,
  second_header,
};
inline constexpr std::size_t asks_count = static_cast<std::size_t>(Asks::second_header) + 1;

constexpr std::string_view name(Asks asks) noexcept {
  constexpr std::string_view names[] = {"MUST accept, use header addresses",
                                        "MUST accept, use real endpoints",
                                        "SHOULD accept",
                                        "SHOULD accept, real endpoints; never header addresses",
                                        "SHOULD tolerate, MAY reject",
                                        "MAY use addresses, fall back to real endpoints, or reject",
                                        "MAY accept with real endpoints or reject; MUST NOT use header addresses",
                                        "MAY accept or reject cleanly; never desync",
                                        "MAY either",
                                        "SHOULD reject",
                                        "MUST reject if CRC32C is supported, else ignore",
                                        "MUST reject",
                                        "second header is application data: MUST NOT change the address"};
  static_assert(std::size(names) == asks_count);
  return names[static_cast<std::size_t>(asks)];
}

/// What follows the header, and how the client ends its side.
enum class Then : std::uint8_t {
  payload,           // a request, then wait for the answer
  payload_and_fin,   // a request, then FIN
  payload_and_idle,  // a request, then nothing for a long time
  fin,
  reset,
  idle,  // nothing for a long time
};

/// How a case is sent on a stream. Datagrams carry header and payload whole.
struct Plan {
  std::uint16_t at = 0;        // a second piece begins at this byte of header and payload; 0: one piece
  std::uint16_t pause_ms = 0;  // before the second piece, or between bytes
  bool each_byte = false;      // every byte of the header is a piece of its own
  bool large = false;          // the payload is about 3 KB
  Then then = Then::payload;

  constexpr bool has_payload() const noexcept { return then <= Then::payload_and_idle; }
  /// The client sends nothing more and waits until the receiver gives up.
  constexpr bool idles() const noexcept { return then == Then::idle || then == Then::payload_and_idle; }
  /// Takes long even with a receiver that answers at once.
  constexpr bool is_slow() const noexcept { return idles() || pause_ms != 0; }
};

/// What ppinspect must find when `payload` says what follows: the code of a fault or rule and its offset. No code: no
/// error and no warning.
struct Expected {
  lint::Code code;
  std::uint32_t offset = 0;
};

/// One row of the catalogue. Ids never change meaning once released.
struct CaseRow {
  std::string_view id;
  std::string_view alias;  // the id in tests/data/catalogue.tsv, or none
  Section section;
  Asks asks;
  Expected expected;
  Plan plan;
  Draft (*recipe)();
  std::string_view sentence;
  bool derived = false;  // the MUST follows from the text, which does not say it in so many words
};

/// A row, or an item of a sweep, ready for use.
struct Case {
  std::string id;
  std::string_view alias;
  std::string_view section;
  Asks asks = Asks::must_accept;
  Expected expected;
  Plan plan;
  Draft draft;
  std::string sentence;
  bool derived = false;
};

/// What follows the header of a case whose plan has a payload.
inline constexpr std::string_view request = "GET /t HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";

/// The request of this plan, padded when it is large; empty when there is none.
std::string payload_of(const Plan& plan);

}  // namespace pp::forge
