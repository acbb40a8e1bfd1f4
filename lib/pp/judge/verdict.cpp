#include "pp/judge/verdict.hpp"

namespace pp::judge {

std::optional<Verdict> verdict_named(std::string_view text) noexcept {
  for (std::size_t i = 0; i < verdict_count; ++i) {
    if (name(static_cast<Verdict>(i)) == text) return static_cast<Verdict>(i);
  }
  return std::nullopt;
}

Judgement judge(forge::Asks asks, Code code, const Circumstances& c) noexcept {
  if (code == Code::left) return {Verdict::pass};
  if (code == Code::unreachable) return {Verdict::error};
  // Who waits for more of a header that never comes does nothing wrong, but holds a connection.
  if (code == Code::waits && c.idle && (!c.header_final || asks == forge::Asks::may_either)) return {Verdict::note};
  const Cell cell = row_of(asks).cells[static_cast<std::size_t>(code)];
  switch (cell.condition) {
    case Cell::If::always: break;
    case Cell::If::unobserved: return {Verdict::pass, true};
    case Cell::If::not_unix:
      if (c.unix_path) return {Verdict::pass};
      break;
    case Cell::If::checks_crc:
      if (!c.checks_crc) return {Verdict::na};
      break;
    case Cell::If::header_final:
      if (!c.header_final) return {Verdict::pass};
      break;
  }
  return {cell.verdict};
}

bool worth_repeating(forge::Asks asks, Code code) noexcept {
  using forge::Asks;
  if (took(code) || code == Code::left) return false;
  switch (asks) {
    case Asks::must_accept:
    case Asks::must_accept_real:
    case Asks::should_accept:
    case Asks::should_accept_real:
    case Asks::should_tolerate:
    // One attempt that is taken shows that the receiver does not check.
    case Asks::must_reject_checksum: return true;
    default: return false;
  }
}

}  // namespace pp::judge
