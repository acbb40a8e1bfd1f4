// The parser's faults as findings: which sentence applies, with the numbers and the places that it quotes.
#include <algorithm>

#include "pp/lint/lint.hpp"
#include "pp/lint/sentences.hpp"
#include "pp/wire/parse.hpp"

namespace pp::lint {
namespace {

using namespace argument;

constexpr std::size_t longest_quote = 48;

/// Which sentence applies to a fault, with what in it, and how many bytes the finding covers.
struct Said {
  std::uint8_t sentence = 0;
  Arguments arguments{};
  std::uint32_t span = 0;
};

bool ends_field(std::uint8_t b) { return b == ' ' || b == '\r' || b == '\n'; }

std::size_t field_start(Bytes seen, std::size_t at) {
  std::size_t start = std::min(at, seen.size());
  while (start > 0 && !ends_field(seen[start - 1])) --start;
  return start;
}

/// The field that contains `at`: from after the last space to the next space or line end, no longer than a quote needs.
Bytes field_at(Bytes seen, std::size_t at) {
  const std::size_t start = field_start(seen, at);
  std::size_t end = std::min(at, seen.size());
  while (end < seen.size() && end - start <= longest_quote && !ends_field(seen[end])) ++end;
  return seen.subspan(start, end - start);
}

std::size_t digits_at(Bytes seen, std::size_t at) {
  std::size_t end = at;
  while (end < seen.size() && end - at < longest_quote && seen[end] >= '0' && seen[end] <= '9') ++end;
  return end - at;
}

/// Index of the field (0 = protocol) that holds the offset, or with `next` of the one after it.
Argument field_name(Bytes seen, std::size_t at, bool next = false) {
  std::size_t index = next ? 1 : 0;
  for (std::size_t i = 6; i < at; ++i) index += seen[i] == ' ' ? 1 : 0;
  return of(Argument::Kind::v1_field, std::min<std::size_t>(index, 4));
}

Said v1_fault(Fault fault, Bytes seen, std::size_t at, std::uint32_t span) {
  const Argument field = field_name(seen, at);
  const Bytes token = field_at(seen, at);
  const Argument quoted = quote(field_start(seen, at), token.size());
  const auto quoted_digits = [&] { return quote(at, digits_at(seen, at)); };
  switch (fault) {
    case Fault::v1_separator:
      return at == 5 ? Said{says::no_space_after_proxy, {character(at)}, span} : Said{says::second_space, {field}, span};
    case Fault::v1_protocol: return {0, {quoted}, span};
    case Fault::v1_missing_field:
      if (at <= 5) return {says::ends_after_proxy, {}, span};
      // A space before the fault means that the field is empty; otherwise it is the next one that is missing.
      return {says::ends_before_field, {field_name(seen, at, seen[at - 1] != ' ')}, span};
    case Fault::v1_ipv4_octet_range: {
      const bool ipv6 = std::find(token.begin(), token.end(), std::uint8_t{':'}) != token.end();
      return {ipv6 ? says::ipv6_in_tcp4_line : says::octet_above_255, {quoted_digits(), field, quoted}, span};
    }
    case Fault::v1_ipv4_leading_zero: return {0, {quoted_digits(), field, quoted}, span};
    case Fault::v1_ipv4_syntax:
    case Fault::v1_ipv6_syntax:
    case Fault::v1_port_syntax: return {0, {field, quoted, character(at)}, span};
    case Fault::v1_family_mismatch: return {seen[9] == '6' ? says::is_ipv4 : says::is_ipv6, {field, quoted}, span};
    case Fault::v1_port_range: {
      const std::size_t digits = digits_at(seen, at);
      return {0, {field, range(Argument::Kind::digits, at, digits)}, static_cast<std::uint32_t>(digits)};
    }
    case Fault::v1_port_leading_zero: return {0, {field, quoted_digits()}, span};
    case Fault::v1_line_end:
      return seen[at - 1] == '\r' ? Said{says::cr_without_lf, {character(at)}, span} : Said{says::lf_without_cr, {}, span};
    default: return {0, {field, quoted}, span};
  }
}

Arguments v2_arguments(Fault fault, const Header& h) {
  switch (fault) {
    case Fault::v2_version: return {number(h.version_command >> 4)};
    case Fault::v2_command: return {number(h.version_command & 15U)};
    case Fault::v2_family: return {number(h.family())};
    case Fault::v2_transport: return {number(h.transport())};
    case Fault::v2_length_short:
      return {number(h.length), number(family_info(h.family())->block_bytes), of(Argument::Kind::family, h.family())};
    default: return {};
  }
}

/// Which kind of damage the start looks like. Otherwise it is not a header at all, and the finding covers no byte.
Said not_proxy(Bytes seen, std::size_t at, std::uint32_t span) {
  if (seen.empty()) return {says::no_bytes, {}, 0};
  constexpr std::uint8_t word[] = {'p', 'r', 'o', 'x', 'y'};
  const bool folded = seen.size() >= sizeof word && std::equal(std::begin(word), std::end(word), seen.begin(),
                                                               [](std::uint8_t a, std::uint8_t b) { return a == (b | 0x20U); });
  if (folded) return {says::lower_case, {quote(0, sizeof word)}, span};
  std::size_t equal = 0;
  for (std::size_t i = 0; i < std::min(seen.size(), sizeof v2_signature); ++i) equal += seen[i] == v2_signature[i] ? 1 : 0;
  if (seen.size() >= sizeof v2_signature && equal >= 9) return {says::damaged_signature, {number(at), number(equal)}, span};
  for (std::size_t skip = 1; skip < std::min<std::size_t>(seen.size(), 17); ++skip) {
    const Parsed later = pp::parse_v1(seen.subspan(skip));
    const Bytes rest = seen.subspan(skip);
    const bool signature = rest.size() >= sizeof v2_signature && std::equal(std::begin(v2_signature), std::end(v2_signature), rest.begin());
    if (signature || later.verdict.status == Status::done) return {says::later_header, {number(skip), quote(0, skip)}, span};
  }
  // Of text the first word alone: what follows may be a query string or a password.
  const Bytes start = seen.first(std::min<std::size_t>(seen.size(), 16));
  const auto word_end = std::find(start.begin() + 1, start.end(), std::uint8_t{' '});
  return {says::no_header, {quote(0, static_cast<std::size_t>(word_end - start.begin()))}, 0};
}

Said what_is_said(const Parsed& parsed, Bytes seen) {
  const Verdict& v = parsed.verdict;
  switch (v.status) {
    case Status::missing: return not_proxy(seen, v.offset, v.span);
    case Status::truncated: return {v.size == 1 ? says::one_more : says::several_more, {number(v.offset), number(v.size)}, 0};
    default:
      if (parsed.header.version == 1) return v1_fault(v.fault, seen, v.offset, v.span);
      return {0, v2_arguments(v.fault, parsed.header), v.span};
  }
}

}  // namespace

Finding describe(const Parsed& parsed, Bytes seen) {
  const Said said = what_is_said(parsed, seen);
  return make_finding(parsed.verdict.fault, parsed.verdict.offset, said.span, said.sentence, said.arguments);
}

}  // namespace pp::lint
