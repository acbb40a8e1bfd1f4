// The parser's faults in words: what stands there, and what the rule wants.
#include <algorithm>

#include "pp/base/utf8.hpp"
#include "pp/lint/lint.hpp"
#include "pp/wire/parse.hpp"

namespace pp::lint {
namespace {

constexpr std::size_t longest_quote = 48;

std::string quoted(Bytes text) {
  std::string out = "\"";
  append_shown(out, text.first(std::min(text.size(), longest_quote)), Charset::ascii);
  out += text.size() > longest_quote ? "...\"" : "\"";
  return out;
}

/// The field around `at`: from the last space before it to the next space or line end, as far as it may be quoted.
Bytes field_at(Bytes seen, std::size_t at) {
  const auto ends = [](std::uint8_t b) { return b == ' ' || b == '\r' || b == '\n'; };
  std::size_t start = std::min(at, seen.size());
  while (start > 0 && !ends(seen[start - 1])) --start;
  std::size_t end = std::min(at, seen.size());
  while (end < seen.size() && end - start <= longest_quote && !ends(seen[end])) ++end;
  return seen.subspan(start, end - start);
}

Bytes digits_at(Bytes seen, std::size_t at) {
  std::size_t end = at;
  while (end < seen.size() && end - at < longest_quote && seen[end] >= '0' && seen[end] <= '9') ++end;
  return seen.subspan(at, end - at);
}

std::string byte_name(Bytes seen, std::size_t at) {
  switch (seen[at]) {
    case ' ': return "a space";
    case '\r': return "CR";
    default: return quoted(seen.subspan(at, 1));
  }
}

/// Which of the fields from the protocol on the offset lies in, or one further.
std::string_view field_name(Bytes seen, std::size_t at, bool next = false) {
  constexpr std::string_view names[] = {"protocol", "source address", "destination address", "source port", "destination port"};
  std::size_t index = next ? 1 : 0;
  for (std::size_t i = 6; i < at; ++i) index += seen[i] == ' ' ? 1 : 0;
  return names[std::min<std::size_t>(index, 4)];
}

std::string missing_field(Bytes seen, std::size_t at) {
  if (at <= 5) return "the line ends behind PROXY, before the protocol";
  // A space before the fault means that the field is empty; otherwise it is the next one that is missing.
  return "the line ends before the " + std::string(field_name(seen, at, seen[at - 1] != ' '));
}

std::string v1_message(Fault fault, Bytes seen, std::size_t at) {
  const std::string field(field_name(seen, at));
  const std::string token = quoted(field_at(seen, at));
  switch (fault) {
    case Fault::v1_separator:
      return at == 5 ? byte_name(seen, at) + " behind PROXY where a space belongs" : "a second space before the " + field;
    case Fault::v1_protocol: return "protocol " + token + " is not TCP4, TCP6 or UNKNOWN";
    case Fault::v1_missing_field: return missing_field(seen, at);
    case Fault::v1_ipv4_syntax: return field + " " + token + " is no IPv4 address: " + byte_name(seen, at) + " cannot stand there";
    case Fault::v1_ipv4_octet_range: {
      const Bytes address = field_at(seen, at);
      const bool ipv6 = std::find(address.begin(), address.end(), std::uint8_t{':'}) != address.end();
      return "number " + quoted(digits_at(seen, at)) + " in " + field + " " + token + " is above 255" +
             (ipv6 ? ": an IPv6 address in a TCP4 line" : "");
    }
    case Fault::v1_ipv4_leading_zero: return "number " + quoted(digits_at(seen, at)) + " in " + field + " " + token + " has a leading zero";
    case Fault::v1_ipv6_syntax: return field + " " + token + " is no IPv6 address: " + byte_name(seen, at) + " cannot stand there";
    case Fault::v1_ipv6_group_length: return "a group of more than four digits in " + field + " " + token;
    case Fault::v1_ipv6_group_count: return field + " " + token + " does not have eight groups";
    case Fault::v1_ipv6_compression: return "\"::\" in " + field + " " + token + " stands for no group, or for the second time";
    case Fault::v1_ipv6_dotted_tail: return field + " " + token + " has a dotted tail";
    case Fault::v1_family_mismatch: return field + " " + token + (seen[9] == '6' ? " is IPv4 in a TCP6 line" : " is IPv6 in a TCP4 line");
    case Fault::v1_port_syntax: return field + " " + token + " is no decimal number: " + byte_name(seen, at) + " cannot stand there";
    case Fault::v1_port_range: {
      const Bytes digits = digits_at(seen, at);
      return field + " " + std::string(digits.begin(), digits.end()) + " is above 65535";
    }
    case Fault::v1_port_leading_zero: return field + " " + quoted(digits_at(seen, at)) + " has a leading zero";
    case Fault::v1_extra_field: return "a space and more behind the destination port, where CR LF belongs";
    case Fault::v1_line_end: return seen[at - 1] == '\r' ? byte_name(seen, at) + " behind CR, where LF belongs" : "LF without CR before it";
    case Fault::v1_line_too_long: return "no CR LF in the first 107 bytes";
    default: return std::string(pp::info(fault).rule);
  }
}

std::string v2_message(Fault fault, const Header& h) {
  const unsigned high = h.version_command >> 4;
  const unsigned low = h.version_command & 15U;
  switch (fault) {
    case Fault::v2_version: return "version " + std::to_string(high) + " is not 2";
    case Fault::v2_command: return "command " + std::to_string(low) + " is neither 0 LOCAL nor 1 PROXY";
    case Fault::v2_family: return "address family " + std::to_string(h.family()) + " is not defined";
    case Fault::v2_transport: return "transport " + std::to_string(h.transport()) + " is not defined";
    case Fault::v2_length_short: {
      const FamilyInfo* family = family_info(h.family());
      return "length " + std::to_string(h.length) + " is less than the " + std::to_string(family->block_bytes) + " that " +
             std::string(family->title) + " needs";
    }
    default: return std::string(pp::info(fault).rule);
  }
}

/// What damage the start looks like, when it looks like any.
struct NotProxy {
  std::string message;
  bool damaged = true;  // a header's start is there, with a byte to blame
};
NotProxy not_proxy(Bytes seen, std::size_t at) {
  if (seen.empty()) return {"no bytes at all", false};
  std::string folded;
  for (std::size_t i = 0; i < std::min<std::size_t>(seen.size(), 5); ++i) folded += static_cast<char>(seen[i] | 0x20U);
  if (folded == "proxy") return {"starts with " + quoted(seen.first(5)) + ": PROXY is written in upper case"};
  std::size_t equal = 0;
  for (std::size_t i = 0; i < std::min(seen.size(), sizeof v2_signature); ++i) equal += seen[i] == v2_signature[i] ? 1 : 0;
  if (seen.size() >= sizeof v2_signature && equal >= 9) {
    return {"byte " + std::to_string(at) + " of the signature is damaged: " + std::to_string(equal) + " of 12 bytes are right"};
  }
  for (std::size_t skip = 1; skip < std::min<std::size_t>(seen.size(), 17); ++skip) {
    const Parsed later = pp::parse_v1(seen.subspan(skip));
    const Bytes rest = seen.subspan(skip);
    const bool signature = rest.size() >= sizeof v2_signature && std::equal(std::begin(v2_signature), std::end(v2_signature), rest.begin());
    if (signature || later.verdict.status == Status::done) {
      return {"a header begins at byte " + std::to_string(skip) + ", behind " + quoted(seen.first(skip))};
    }
  }
  // Of text the first word alone: what follows may be a query string or a password.
  Bytes start = seen.first(std::min<std::size_t>(seen.size(), 16));
  start = start.first(static_cast<std::size_t>(std::find(start.begin() + 1, start.end(), std::uint8_t{' '}) - start.begin()));
  return {"not a PROXY header: it starts with " + quoted(start), false};
}

}  // namespace

Finding describe(const Parsed& parsed, Bytes seen) {
  const Verdict& v = parsed.verdict;
  std::uint32_t span = v.span;
  std::string message;
  switch (v.status) {
    case Status::missing: {
      NotProxy found = not_proxy(seen, v.offset);
      message = std::move(found.message);
      if (!found.damaged) span = 0;
      break;
    }
    case Status::truncated:
      span = 0;
      message = "ends after " + std::to_string(v.offset) + " bytes, at least " + std::to_string(v.size) +
                (v.size == 1 ? " more is wanted" : " more are wanted");
      break;
    default:
      if (parsed.header.version == 1) {
        message = v1_message(v.fault, seen, v.offset);
        if (v.fault == Fault::v1_port_range) span = static_cast<std::uint32_t>(digits_at(seen, v.offset).size());
      } else {
        message = v2_message(v.fault, parsed.header);
      }
  }
  return make_finding(v.fault, v.offset, span, std::move(message));
}

}  // namespace pp::lint
