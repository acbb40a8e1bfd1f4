// Law: a verdict depends on the header's bytes alone, counts only bytes that are there, is the same for every chunking and final once settled, and is the one of the slow model.
#include <cstdint>
#include <string>

#include "harness.hpp"
#include "parse_laws.hpp"
#include "pp/wire/parse.hpp"
#include "slow_model.hpp"

namespace {

using fuzz::require;

/// The last byte missing, and two cuts that the bytes choose. For one input in 64 every cut that is more than a count of
/// what is missing: in all of a v1 line, in the fixed part of v2.
void cuts(pp::Bytes in, const pp::Parsed& whole, std::uint32_t choice) {
  if (in.empty()) return;
  const std::size_t telling = std::min(in.size(), in[0] == 'P' ? pp::v1_max_bytes + 2 : pp::v2_fixed_bytes + 2);
  for (std::size_t cut = 0; choice % 64 == 1 && cut < telling; ++cut) require(laws::broken_by_cut(in, whole, cut));
  require(laws::broken_by_cut(in, whole, in.size() - 1));
  require(laws::broken_by_cut(in, whole, (choice >> 8) % in.size()));
  require(laws::broken_by_cut(in, whole, (choice >> 8) % telling));
}

const char* differs_from_model(pp::Bytes in) {
  if (in.empty()) return nullptr;
  const pp::Verdict v = pp::parse(in).verdict;
  const slow::Opinion o = in[0] == 0x0d ? slow::v2(in.data(), in.size()) : slow::v1(std::string(in.begin(), in.end()));
  if (v.status != o.status) return "the slow model has another status";
  if (v.status == pp::Status::done && v.size != o.size) return "the slow model has another size";
  if (v.status == pp::Status::need_more && v.size > o.size) return "the slow model is done with fewer bytes";
  return nullptr;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const pp::Bytes in(data, size);
  const std::uint32_t choice = fuzz::hash(in);
  const pp::Parsed whole = pp::parse(in);
  require(laws::broken_by_verdict(in, whole));
  cuts(in, whole, choice);
  // What costs more is asked of some: each finding is a neighbour of many inputs.
  if (choice % 4 == 0) {
    require(laws::same(whole, pp::parse(in)), "parsing twice gives the same");
    constexpr pp::ByteLiteral junk("\r\n\0PROXY TCP4 1.1.1.1");
    require(laws::broken_by_junk(in, junk.view().first(1 + choice % junk.view().size())));
  }
  if (choice % 16 == 0) require(differs_from_model(in));
  return 0;
}
