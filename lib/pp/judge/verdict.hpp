// From what the specification asks and what was observed to a verdict: one table.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "pp/forge/case.hpp"
#include "pp/judge/outcome.hpp"

namespace pp::judge {

enum class Verdict : std::uint8_t { pass, fail, warn, note, late, na, skip, crash, error };
inline constexpr std::size_t verdict_count = static_cast<std::size_t>(Verdict::error) + 1;

constexpr std::string_view name(Verdict v) noexcept {
  constexpr std::string_view names[] = {"pass", "fail", "warn", "note", "late", "n/a", "skip", "crash", "error"};
  static_assert(std::size(names) == verdict_count);
  return names[static_cast<std::size_t>(v)];
}
std::optional<Verdict> verdict_named(std::string_view name) noexcept;

/// One cell of the table.
struct Cell {
  enum class If : std::uint8_t {
    always,
    unobserved,    // a pass although no address was observed, which is counted apart
    not_unix,      // for UNIX addresses, which receivers spell as they like, it is a pass
    checks_crc,    // where the receiver checks checksums; elsewhere the case does not apply
    header_final,  // where more bytes cannot complete the header; elsewhere waiting is right
  };
  Verdict verdict;
  If condition = If::always;
};

struct AsksRow {
  forge::Asks asks;
  std::string_view level;     // "must", "should" or "may"
  std::array<Cell, 9> cells;  // A L N T X D R E H
};

namespace cells {
inline constexpr Cell P{Verdict::pass}, F{Verdict::fail}, W{Verdict::warn}, N{Verdict::note}, L{Verdict::late};
inline constexpr Cell U{Verdict::pass, Cell::If::unobserved}, X{Verdict::fail, Cell::If::not_unix};
inline constexpr Cell C{Verdict::fail, Cell::If::checks_crc}, H{Verdict::late, Cell::If::header_final};
}  // namespace cells

namespace asks_internal {
using namespace cells;
using forge::Asks;
// clang-format off
inline constexpr std::array table = {
    //                                                A  L  N  T  X  D  R  E  H
    AsksRow{Asks::must_accept,          "must",   {{P, F, F, U, F, F, F, F, F}}},
    AsksRow{Asks::must_accept_real,     "must",   {{F, P, U, U, F, F, F, F, F}}},
    AsksRow{Asks::should_accept,        "should", {{P, W, W, U, F, F, W, W, W}}},
    AsksRow{Asks::should_accept_real,   "should", {{F, P, U, U, F, F, W, W, W}}},
    AsksRow{Asks::should_tolerate,      "should", {{P, F, F, U, F, F, N, N, W}}},
    AsksRow{Asks::may_use,              "may",    {{P, P, P, P, X, F, P, P, W}}},
    AsksRow{Asks::may_real,             "may",    {{F, P, P, P, F, F, P, P, W}}},
    AsksRow{Asks::may_clean,            "may",    {{P, P, P, P, X, F, P, P, W}}},
    AsksRow{Asks::may_either,           "may",    {{P, P, P, P, P, F, P, P, P}}},
    AsksRow{Asks::should_reject,        "should", {{W, W, W, W, W, F, P, P, L}}},
    AsksRow{Asks::must_reject_checksum, "must",   {{C, C, C, C, C, F, P, P, L}}},
    AsksRow{Asks::must_reject,          "must",   {{F, F, F, F, F, F, P, P, H}}},
    AsksRow{Asks::second_header,        "must",   {{P, P, P, P, F, P, P, P, L}}},
};
// clang-format on

constexpr bool complete() {
  for (std::size_t i = 0; i < table.size(); ++i) {
    if (static_cast<std::size_t>(table[i].asks) != i) return false;
  }
  return table.size() == forge::asks_count;
}
static_assert(complete(), "every Asks has a row, in the order of the enumeration");
}  // namespace asks_internal

constexpr const AsksRow& row_of(forge::Asks asks) noexcept { return asks_internal::table[static_cast<std::size_t>(asks)]; }

/// A broken MUST for counts: what must be refused or taken, and addresses that may never be used.
constexpr bool is_must(forge::Asks asks) noexcept {
  return row_of(asks).level == "must" || asks == forge::Asks::should_accept_real || asks == forge::Asks::may_real;
}

/// What else decides.
struct Circumstances {
  bool header_final = true;  // more bytes cannot make a header of what was sent
  bool idle = false;         // the plan sends nothing more and waits
  bool unix_path = false;    // the header announces UNIX addresses
  bool checks_crc = false;   // the receiver checks CRC32C
};

struct Judgement {
  Verdict verdict = Verdict::pass;
  bool address_unobserved = false;
};
Judgement judge(forge::Asks asks, Code code, const Circumstances& circumstances) noexcept;

/// Load and chance can turn an acceptance into a refusal, never a refusal into an acceptance: whether asking again may give a
/// better verdict.
bool worth_repeating(forge::Asks asks, Code code) noexcept;

}  // namespace pp::judge
