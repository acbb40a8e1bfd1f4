// A header that a receiver should be shown: what the specification asks of it, and what is to be found in it.
#pragma once

#include <cstdint>
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
};

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
                                        "MUST reject"};
  return names[static_cast<std::size_t>(asks)];
}

/// How the bytes are delivered on a stream: whole, in two pieces, or byte by byte.
struct Split {
  std::uint16_t at = 0;  // 0: not here
  bool each_byte = false;
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
  bool payload;  // a request follows the header; false: the stream ends behind it
  Split split;
  Draft (*recipe)();
  std::string_view sentence;
};

/// A row, or an item of a sweep, ready for use.
struct Case {
  std::string id;
  std::string_view alias;
  std::string_view section;
  Asks asks = Asks::must_accept;
  Expected expected;
  bool payload = false;
  Split split;
  Draft draft;
  std::string sentence;
};

/// What follows the header of a case with `payload`.
inline constexpr std::string_view request = "GET /t HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";

}  // namespace pp::forge
