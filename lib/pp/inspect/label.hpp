// The one word that people read first: what a record is called in text, in counts and by --only.
//
// JSON's `verdict` is the Outcome. A label is finer where the eye needs it: a header that was refused or came late is a
// warning like others to a program, and something else to whoever looks for the fault.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace pp::inspect {

struct Record;

enum class Label : std::uint8_t { ok, refused, late, warning, malformed, truncated, cut, gap, open, missing, unreadable };

struct LabelRow {
  Label label;
  std::string_view word;     // in text, "REFUSED"
  std::string_view only;     // of --only, "refused"
  std::string_view also;     // another word that --only takes: JSON's verdict or a finding's code; empty when there is none
  std::string_view one;      // in counts, "1 refused"
  std::string_view several;  // "2 refused"
};

inline constexpr std::array label_table = {
    LabelRow{Label::ok, "ok", "ok", "valid", "ok", "ok"},
    LabelRow{Label::refused, "REFUSED", "refused", "header-refused", "refused", "refused"},
    LabelRow{Label::late, "LATE", "late", "header-late", "late", "late"},
    LabelRow{Label::warning, "WARNING", "warning", "", "warning", "warnings"},
    LabelRow{Label::malformed, "MALFORMED", "malformed", "", "malformed", "malformed"},
    LabelRow{Label::truncated, "TRUNCATED", "truncated", "", "truncated", "truncated"},
    LabelRow{Label::cut, "CUT", "cut", "header-cut", "cut", "cut"},
    LabelRow{Label::gap, "GAP", "gap", "header-gap", "with a gap", "with gaps"},
    LabelRow{Label::open, "OPEN", "open", "incomplete", "open", "open"},
    LabelRow{Label::missing, "MISSING", "missing", "", "without a header", "without a header"},
    LabelRow{Label::unreadable, "UNREADABLE", "unreadable", "", "unreadable", "unreadable"},
};
inline constexpr std::size_t label_count = label_table.size();

static_assert(
    [] {
      for (std::size_t i = 0; i < label_count; ++i) {
        if (static_cast<std::size_t>(label_table[i].label) != i) return false;
      }
      return label_table.back().label == Label::unreadable;
    }(),
    "a row for each label, in order");

constexpr const LabelRow& row(Label label) noexcept { return label_table[static_cast<std::size_t>(label)]; }

Label label_of(const Record& record) noexcept;

}  // namespace pp::inspect
