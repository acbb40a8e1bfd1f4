// Law: a verdict depends on the header's bytes alone, counts only bytes that are there, is the same for every chunking and final once settled, and is the one of the slow model.
#include <cstdint>
#include <string>

#include "harness.hpp"
#include "parse_laws.hpp"
#include "pp/wire/parse.hpp"
#include "slow_model.hpp"

namespace {

using fuzz::require;

/// Eight cuts that the bytes choose; for one input in sixteen every cut, which takes as long as all the rest together.
void cuts(pp::Bytes in, std::uint32_t choice) {
  if (in.empty()) return;
  const pp::Parsed whole = pp::parse(in);
  if (choice % 16 == 1) {
    for (std::size_t cut = 0; cut < in.size() && cut < 256; ++cut) require(laws::broken_by_cut(in, whole, cut));
  }
  require(laws::broken_by_cut(in, whole, in.size() - 1));
  for (int i = 0; i < 8; ++i) {
    choice = choice * 1664525U + 1013904223U;
    require(laws::broken_by_cut(in, whole, (choice >> 8) % in.size()));
  }
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
  require(laws::broken_by_verdict(in));
  cuts(in, choice);
  constexpr pp::ByteLiteral junk("\r\n\0PROXY TCP4 1.1.1.1");
  require(laws::broken_by_junk(in, junk.view().first(1 + choice % junk.view().size())));
  if (choice % 16 == 0) require(differs_from_model(in));
  return 0;
}
