// A second opinion on headers, written from the rules (2.1, 2.2) for clearness alone: split, compare, convert. Slow,
// allocates, and shares nothing with the parser but the names of the statuses.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "pp/wire/verdict.hpp"

namespace slow {

struct Opinion {
  pp::Status status = pp::Status::missing;
  std::size_t size = 0;                           // done: the header's bytes. need_more: the fewest bytes that make it done
  std::string_view code;                          // v2 only, when malformed
  std::size_t offset = 0;                         // v2 malformed, and missing
  std::vector<std::uint8_t> source, destination;  // 4 or 16 bytes when believed
  unsigned source_port = 0, destination_port = 0;
};

inline std::vector<std::string> split(const std::string& text, char at) {
  std::vector<std::string> parts(1);
  for (char c : text) {
    if (c == at) {
      parts.emplace_back();
    } else {
      parts.back() += c;
    }
  }
  return parts;
}

/// 2.1: decimal, no sign, no leading zero.
inline std::optional<unsigned> decimal(const std::string& text, unsigned limit) {
  if (text.empty() || text.size() > 5 || (text.size() > 1 && text[0] == '0')) return std::nullopt;
  if (text.find_first_not_of("0123456789") != std::string::npos) return std::nullopt;
  const unsigned long value = std::stoul(text);
  return value <= limit ? std::optional(static_cast<unsigned>(value)) : std::nullopt;
}

/// 2.1: exactly four numbers with one dot between.
inline std::optional<std::vector<std::uint8_t>> ipv4(const std::string& text) {
  std::vector<std::uint8_t> value;
  for (const std::string& part : split(text, '.')) {
    const auto octet = decimal(part, 255);
    if (!octet) return std::nullopt;
    value.push_back(static_cast<std::uint8_t>(*octet));
  }
  return value.size() == 4 ? std::optional(value) : std::nullopt;
}

inline bool groups(const std::string& text, std::vector<std::uint8_t>& out) {
  for (const std::string& part : split(text, ':')) {
    if (part.empty() || part.size() > 4) return false;
    if (part.find_first_not_of("0123456789abcdefABCDEF") != std::string::npos) return false;
    const unsigned long value = std::stoul(part, nullptr, 16);
    out.push_back(static_cast<std::uint8_t>(value >> 8));
    out.push_back(static_cast<std::uint8_t>(value & 255U));
  }
  return true;
}

/// 2.1: groups of up to four digits, one "::" at most, which stands for one group at least.
inline std::optional<std::vector<std::uint8_t>> ipv6_hex(const std::string& text) {
  std::vector<std::uint8_t> left, right;
  const std::size_t gap = text.find("::");
  if (gap == std::string::npos) {
    if (!groups(text, left) || left.size() != 16) return std::nullopt;
    return left;
  }
  if (text.find("::", gap + 1) != std::string::npos) return std::nullopt;
  if (gap > 0 && !groups(text.substr(0, gap), left)) return std::nullopt;
  if (gap + 2 < text.size() && !groups(text.substr(gap + 2), right)) return std::nullopt;
  if (left.size() + right.size() > 14) return std::nullopt;
  left.resize(16 - right.size(), 0);
  left.insert(left.end(), right.begin(), right.end());
  return left;
}

/// The same, or an IPv4-mapped address with a dotted tail (the one departure from the grammar of 2.1).
inline std::optional<std::vector<std::uint8_t>> ipv6(const std::string& text) {
  if (text.find('.') == std::string::npos) return ipv6_hex(text);
  const std::size_t colon = text.rfind(':');
  if (colon == std::string::npos) return std::nullopt;
  const auto tail = ipv4(text.substr(colon + 1));
  auto value = ipv6_hex(text.substr(0, colon + 1) + "0:0");
  constexpr std::array<std::uint8_t, 12> mapped = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
  if (!tail || !value || !std::equal(mapped.begin(), mapped.end(), value->begin())) return std::nullopt;
  std::copy(tail->begin(), tail->end(), value->begin() + 12);
  return value;
}

/// The fewest characters behind `text` that make it an address or a port; nothing when none do.
template <class Check>
std::optional<std::size_t> shortest_ending(const std::string& text, const Check& check) {
  static const std::vector<std::string> endings = [] {
    std::vector<std::string> all = {"", "0", ".0", "0.0", ".0.0", "0.0.0", ".0.0.0", "0.0.0.0", ":", "::"};
    std::string chain;
    for (int i = 0; i < 8; ++i) {
      chain += ":0";
      all.push_back(chain);
      all.push_back("0" + chain);
    }
    std::sort(all.begin(), all.end(), [](const auto& a, const auto& b) { return a.size() < b.size(); });
    return all;
  }();
  // Behind a dot only dots help; behind colons alone, what a dotted tail could end can end in groups too.
  const bool dot = text.find('.') != std::string::npos;
  const bool colon = text.find(':') != std::string::npos;
  for (const std::string& ending : endings) {
    if (dot && ending.find(':') != std::string::npos) continue;
    if (!dot && colon && ending.find('.') != std::string::npos) continue;
    if (check(text + ending)) return ending.size();
  }
  return std::nullopt;
}

/// The fields behind "PROXY TCPn "; `line` has no CRLF. With `ended`, the CRLF stood behind it.
inline Opinion v1_tcp(const std::string& fields, bool v6, bool ended, std::size_t total) {
  Opinion o;
  o.status = pp::Status::malformed;
  const auto address = [v6](const std::string& t) { return v6 ? ipv6(t) : ipv4(t); };
  const auto port = [](const std::string& t) { return decimal(t, 65535); };
  const std::vector<std::string> part = split(fields, ' ');
  if (part.size() > 4) return o;
  const std::size_t least = v6 ? 2 : 7;
  const std::size_t rest[] = {1 + least + 1 + 1 + 1 + 1 + 2, 1 + 1 + 1 + 1 + 2, 1 + 1 + 2, 2};
  for (std::size_t i = 0; i + 1 < part.size(); ++i) {
    if (i < 2 ? !address(part[i]) : !port(part[i])) return o;
  }
  const std::size_t last = part.size() - 1;
  if (!ended) {
    const auto ending = last < 2 ? shortest_ending(part[last], address) : shortest_ending(part[last], port);
    if (!ending) return o;
    o.status = pp::Status::need_more;
    o.size = *ending + rest[last];
    return o;
  }
  if (last != 3 || !port(part[3])) return o;
  o.status = pp::Status::done;
  o.size = total;
  o.source = *address(part[0]);
  o.destination = *address(part[1]);
  o.source_port = *port(part[2]);
  o.destination_port = *port(part[3]);
  return o;
}

inline bool starts(const std::string& text, std::string_view with) { return text.compare(0, with.size(), with) == 0; }

inline Opinion v1(const std::string& in) {
  Opinion o;
  constexpr std::string_view word = "PROXY";
  for (; o.offset < word.size() && o.offset < in.size(); ++o.offset) {
    if (in[o.offset] != word[o.offset]) return o;
  }
  o.offset = 0;
  o.status = pp::Status::malformed;
  const std::size_t crlf = in.find("\r\n");
  const bool ended = crlf != std::string::npos && crlf + 2 <= 107;
  if (!ended && (in.size() >= 107 || (in.size() == 106 && in[105] != '\r'))) return o;
  // The shortest whole lines decide while the protocol is open.
  std::size_t fewest = 0;
  for (std::string_view whole : {"PROXY UNKNOWN\r\n", "PROXY TCP4 0.0.0.0 0.0.0.0 0 0\r\n", "PROXY TCP6 :: :: 0 0\r\n"}) {
    if (whole.size() > in.size() && whole.substr(0, in.size()) == in && (fewest == 0 || whole.size() - in.size() < fewest)) {
      fewest = whole.size() - in.size();
    }
  }
  if (fewest > 0) {
    o.status = pp::Status::need_more;
    o.size = fewest;
    return o;
  }
  std::string line = ended ? in.substr(0, crlf) : in;
  const bool half_end = !ended && !line.empty() && line.back() == '\r';
  if (half_end) line.pop_back();
  if (line == "PROXY UNKNOWN" || starts(line, "PROXY UNKNOWN ")) {
    o.status = ended ? pp::Status::done : pp::Status::need_more;
    o.size = ended ? crlf + 2 : half_end ? 1 : 2;
    return o;
  }
  if (!starts(line, "PROXY TCP4 ") && !starts(line, "PROXY TCP6 ")) return o;
  o = v1_tcp(line.substr(11), line[9] == '6', ended || half_end, crlf + 2);
  if (!half_end || o.status != pp::Status::done) return o;
  Opinion half;
  half.status = pp::Status::need_more;
  half.size = 1;
  return half;
}

inline Opinion v2(const std::uint8_t* in, std::size_t size) {
  static constexpr std::uint8_t signature[] = {0x0d, 0x0a, 0x0d, 0x0a, 0x00, 0x0d, 0x0a, 0x51, 0x55, 0x49, 0x54, 0x0a};
  Opinion o;
  for (; o.offset < 12 && o.offset < size; ++o.offset) {
    if (in[o.offset] != signature[o.offset]) return o;
  }
  const auto malformed = [&o](std::string_view code, std::size_t offset) {
    o.status = pp::Status::malformed;
    o.code = code;
    o.offset = offset;
    return o;
  };
  const auto more = [&o](std::size_t n) {
    o.status = pp::Status::need_more;
    o.offset = 0;
    o.size = n;
    return o;
  };
  if (size < 13) return more(16 - size);
  const int version = in[12] / 16, command = in[12] % 16;
  if (version != 2) return malformed("v2-version", 12);
  if (command != 0 && command != 1) return malformed("v2-command", 12);
  if (size < 14) return more(16 - size);
  const int family = in[13] / 16, transport = in[13] % 16;
  if (command == 1 && family > 3) return malformed("v2-family", 13);
  if (command == 1 && transport > 2) return malformed("v2-transport", 13);
  if (size < 16) return more(16 - size);
  const std::size_t length = in[14] * 256U + in[15];
  const std::size_t block = family == 1 ? 12 : family == 2 ? 36 : family == 3 ? 216 : 0;
  const bool believed = command == 1 && family != 0 && transport != 0;
  if (believed && length < block) return malformed("v2-length-short", 14);
  if (size < 16 + length) return more(16 + length - size);
  o.status = pp::Status::done;
  o.offset = 0;
  o.size = 16 + length;
  if (believed && family < 3) {
    const std::size_t n = family == 1 ? 4 : 16;
    o.source.assign(in + 16, in + 16 + n);
    o.destination.assign(in + 16 + n, in + 16 + 2 * n);
    o.source_port = in[16 + 2 * n] * 256U + in[17 + 2 * n];
    o.destination_port = in[18 + 2 * n] * 256U + in[19 + 2 * n];
  }
  return o;
}

}  // namespace slow
