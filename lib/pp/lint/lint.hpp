// Judges a parsed header: the parser's own fault, then every rule of the table that its bytes can break.
#pragma once

#include <vector>

#include "pp/base/bytes.hpp"
#include "pp/lint/finding.hpp"
#include "pp/wire/header.hpp"
#include "pp/wire/tlv_layout.hpp"

namespace pp::lint {

/// Appends what there is to say, in the order of the offsets. `seen` is everything that the connection brought: arguments of a
/// finding may be bytes of it that follow a fault. A header that is not done yields the fault alone; need_more yields nothing.
/// `tlvs`: what judge_tlvs says of the header, when it is done.
void lint(const Parsed& parsed, Bytes seen, const JudgedTlvs& tlvs, std::vector<Finding>& out);
inline void lint(const Parsed& parsed, Bytes seen, std::vector<Finding>& out) {
  lint(parsed, seen, parsed.verdict.status == Status::done ? judge_tlvs(parsed.header) : JudgedTlvs{}, out);
}

/// The parser's fault as a finding, with the numbers of this header.
Finding describe(const Parsed& parsed, Bytes seen);

}  // namespace pp::lint
