// The longest header that a receiver takes, by bisection.
#include <algorithm>

#include "cli/interrupt.hpp"
#include "pp/wire/header.hpp"
#include "pp/wire/tlv_types.hpp"
#include "ppgen/conform_run.hpp"

namespace pp::tool {
namespace {

using Buffer = std::vector<std::uint8_t>;

Draft good() {
  Draft d;
  d.source = {*parse_ip("192.0.2.10"), 56324};
  d.destination = {*parse_ip("198.51.100.20"), 443};
  return d;
}

constexpr std::size_t inet_bytes = v2_fixed_bytes + 12;
constexpr std::size_t tlv_head = 3;

/// One NOOP that fills the header.
Buffer with_one_tlv(std::size_t size) {
  Draft d = good();
  d.tlvs.push_back({tlv_type::noop, Buffer(size - inet_bytes - tlv_head), {}});
  return encode(d);
}

/// NOOPs of 200 bytes, and a smaller one: receivers limit single values as well.
Buffer with_many_tlvs(std::size_t size) {
  constexpr std::size_t value = 200;
  Draft d = good();
  std::size_t left = size - inet_bytes;
  for (; left > value + 2 * tlv_head; left -= value + tlv_head) d.tlvs.push_back({tlv_type::noop, Buffer(value), {}});
  d.tlvs.push_back({tlv_type::noop, Buffer(left - tlv_head), {}});
  return encode(d);
}

Buffer unknown_line(std::size_t size) {
  Draft d = good();
  d.version = 1;
  d.command = Command::local;
  d.family = Family::unspec;
  constexpr std::size_t short_line = 15;
  if (size > short_line) d.v1_rest = " " + std::string(size - short_line - 1, 'x');
  return encode(d);
}

}  // namespace

/// 0 when not even the smallest is taken; `most` when all are.
std::size_t ConformRun::longest_taken(std::size_t least, std::size_t most, Buffer (*header)(std::size_t size)) {
  const auto taken = [&](std::size_t size) {
    // A refusal may be chance.
    for (unsigned n = 0; n < 2 && !interrupted(); ++n) {
      const Talked t = ask(header(size), {}, wait_);
      const int version = header == unknown_line ? 1 : 2;
      if (judge::took(judge::outcome(t.observed, t.announced, t.mark, run_.capability.of(version).oracle))) return true;
    }
    return false;
  };
  if (!taken(least)) return 0;
  if (taken(most)) return most;
  while (most - least > 1 && !interrupted()) {
    const std::size_t middle = least + (most - least) / 2;
    (taken(middle) ? least : most) = middle;
  }
  return least;
}

void ConformRun::measure_limits() {
  const std::size_t most = o_.udp ? 60000 : max_header_bytes;
  if (run_.capability.v2.supported) {
    const std::size_t smallest = inet_bytes + tlv_head;
    const std::size_t one = longest_taken(smallest, most, with_one_tlv), many = longest_taken(smallest, most, with_many_tlvs);
    // Without a limit there is nothing to say.
    if (std::max(one, many) != 0 && std::min(one, many) < most) run_.limits.emplace("v2", std::max(one, many));
    if (one != 0 && one < many) run_.limits.emplace("v2-one-tlv", one);
  }
  if (run_.capability.v1.supported) {
    const std::size_t line = longest_taken(15, v1_max_bytes, unknown_line);
    if (line < v1_max_bytes) run_.limits.emplace("v1-unknown", line);
  }
}

}  // namespace pp::tool
