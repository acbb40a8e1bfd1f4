// The judgement of ppgen probe: what the answers to each form together say of a port.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "ppgen/outcome.hpp"

namespace pp::tool {

enum class Speaks : std::uint8_t { required, optional, none, unknown };

struct ProbeRow {
  std::string_view form;
  Exchange exchange;
  Outcome outcome;
};

struct ProbeVerdict {
  Speaks speaks = Speaks::unknown;
  std::string why;  // unknown only
};

/// `bare` is the row without a header, `v1` and `v2` the plain forms, `damaged` the form that no receiver may accept as a
/// header; it is looked at only where the bare payload and a header get the same answer.
ProbeVerdict judge_probe(const Outcome& bare, const Outcome& v1, const Outcome& v2, const Outcome& damaged);

/// Whether a row's form was taken, in the light of the verdict: "answered" (the row without a header), "taken",
/// "different", "refused", "no answer", or empty when that is unknown.
std::string_view row_word(const ProbeVerdict& verdict, const Outcome& bare, const Outcome& row);

}  // namespace pp::tool
