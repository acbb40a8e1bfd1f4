// What came of one case against one receiver.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "pp/forge/case.hpp"
#include "pp/judge/verdict.hpp"

namespace pp::judge {

struct CaseResult {
  std::string id, section, sentence;
  forge::Asks asks = forge::Asks::must_accept;
  bool derived = false;
  Code code = Code::unreachable;
  Verdict verdict = Verdict::error;
  bool address_unobserved = false;
  std::string answer_class;
  Told told;
  End end = End::unreachable;
  std::int64_t us = 0;  // to the answer or the end
  unsigned tries = 0;
  std::string why;                 // skip, n/a, error, crash: the reason
  std::vector<std::uint8_t> sent;  // the header

  /// "v1/port": the id without its last part.
  std::string_view group() const noexcept { return std::string_view(id).substr(0, id.rfind('/')); }
};

}  // namespace pp::judge
