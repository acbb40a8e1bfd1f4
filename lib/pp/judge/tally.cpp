#include "pp/judge/tally.hpp"

#include <algorithm>

namespace pp::judge {
namespace {

bool refused(const CaseResult& r) { return r.code == Code::refused || r.code == Code::error; }

}  // namespace

Tally tally(std::span<const CaseResult> results) {
  Tally out;
  out.cases = results.size();
  for (const CaseResult& r : results) {
    ++out.count[static_cast<std::size_t>(r.verdict)];
    if (r.address_unobserved) ++out.address_unobserved;
    if (r.verdict != Verdict::fail || !is_must(r.asks)) continue;
    ++(r.derived ? out.derived_broken : out.must_broken);
  }
  return out;
}

bool checks_crc(std::span<const CaseResult> results) {
  const auto right = std::find_if(results.begin(), results.end(), [](const CaseResult& r) { return r.id == "v2/crc32c/right"; });
  if (right == results.end() || !took(right->code)) return false;
  return std::any_of(results.begin(), results.end(), [](const CaseResult& r) {
    constexpr std::string_view of_4_bytes[] = {"v2/crc32c/zero", "v2/crc32c/little-endian", "v2/crc32c/crc32", "v2/crc32c/over-ff",
                                               "v2/crc32c/address-damaged"};
    return refused(r) && std::find(std::begin(of_4_bytes), std::end(of_4_bytes), r.id) != std::end(of_4_bytes);
  });
}

bool ignores_tlvs(std::span<const CaseResult> results) {
  bool any = false;
  for (const CaseResult& r : results) {
    if (!r.id.starts_with("v2/tlv/") && !r.id.starts_with("v2/ssl/")) continue;
    if (r.asks == forge::Asks::must_accept || r.verdict == Verdict::na || r.verdict == Verdict::skip) continue;
    // A long header is refused for its length.
    if (r.id == "v2/tlv/21840" || r.id == "v2/ssl/client-cert") continue;
    if (refused(r)) return false;
    any = true;
  }
  return any;
}

bool hands_on_unread(std::span<const CaseResult> results) {
  std::size_t all = 0, taken = 0;
  for (const CaseResult& r : results) {
    if (r.asks != forge::Asks::must_reject || r.verdict == Verdict::na || r.verdict == Verdict::skip) continue;
    ++all;
    if (r.code == Code::announced || r.code == Code::real || r.code == Code::other_address) return false;
    if (took(r.code)) ++taken;
  }
  return all > 0 && taken * 10 >= all * 6;
}

}  // namespace pp::judge
