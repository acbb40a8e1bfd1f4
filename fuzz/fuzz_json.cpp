// Law: JSON comes in as it went out: of each line's object its hex byte for byte and its time to the nanosecond, whatever stands around them; what a strict reader takes for an object is taken; and a line that is none is an error that names it, whatever stands in the others.
//
// Input: 8 bytes for a time, then lines of JSON, or a header's bytes.
#include <cstdint>
#include <cstdio>
#include <ctime>
#include <limits>
#include <stdexcept>
#include <string>

#include "harness.hpp"
#include "output_laws.hpp"
#include "pp/base/hex.hpp"
#include "pp/source/json_headers.hpp"

namespace {

using fuzz::require;
using pp::Bytes;
using pp::source::json_records;
using pp::source::JsonRecord;

struct Read {
  std::vector<JsonRecord> records;
  std::string error;
};

Read read(std::string_view text) {
  Read out;
  try {
    out.records = json_records(text);
  } catch (const std::runtime_error& error) {
    out.error = error.what();
    require(!out.error.empty(), "an error is a sentence");
  }
  return out;
}

/// A line of ASCII without \u: the strict reader's opinion needs no other.
bool plain(std::string_view line) {
  return line.find("\\u") == std::string_view::npos && std::all_of(line.begin(), line.end(), [](char c) { return c >= 0x20 && c < 0x7f; });
}

/// The whole is its lines, one by one, up to the first that is wrong.
void line_by_line(std::string_view text) {
  const Read whole = read(text);
  std::size_t at = 0, records = 0;
  std::string expected;
  for (std::size_t number = 1; at < text.size() && expected.empty(); ++number) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    const std::string_view line = text.substr(at, end - at);
    at = end + 1;
    Read alone = read(line);
    if (!alone.error.empty()) {
      require(alone.error.compare(0, 8, "line 1: ") == 0, "a line by itself is the first");
      expected = "line " + std::to_string(number) + alone.error.substr(6);
      if (plain(line) && laws::JsonReader(line).broken() == nullptr)
        require(alone.error.find("hex") != std::string::npos, "what a strict reader takes for an object is one");
      continue;
    }
    require(alone.records.size() <= 1, "a line is one record at most");
    if (alone.records.empty()) continue;
    const bool there =
        whole.records.size() > records && whole.records[records].line == number && whole.records[records].bytes == alone.records[0].bytes &&
        whole.records[records].time_ns == alone.records[0].time_ns && whole.records[records].verdict == alone.records[0].verdict;
    require(there || !whole.error.empty(), "a record is that of its line");
    ++records;
  }
  require(whole.error == expected, "the first line that is wrong is named");
  if (whole.error.empty()) require(whole.records.size() == records, "and no record is of any other");
}

/// As `-o json` has it, with nine digits or six.
std::string iso(std::int64_t ns, bool nanoseconds) {
  constexpr std::int64_t second = 1'000'000'000;
  std::time_t seconds = ns / second;
  std::int64_t fraction = ns % second;
  if (fraction < 0) {
    fraction += second;
    --seconds;
  }
  std::tm tm{};
  gmtime_r(&seconds, &tm);
  char text[32], digits[12];
  std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S", &tm);
  std::snprintf(digits, sizeof digits, ".%0*d", nanoseconds ? 9 : 6, static_cast<int>(nanoseconds ? fraction : fraction / 1000));
  return std::string(text) + digits + "Z";
}

void comes_back(Bytes bytes, std::int64_t time_ns, unsigned how) {
  const std::string hex = "\"hex\":\"" + pp::to_hex(bytes) + "\"", time = "\"time\":\"" + iso(time_ns, (how & 1U) != 0) + "\"";
  const std::string other = "\"tlvs\":[{\"type\":2,\"hex\":\"ff\",\"time\":\"x\",\"verdict\":\"y\"},null,1.5],\"n\":{\"hex\":\"\"}";
  const std::string line =
      (how & 2U) != 0 ? "{" + other + "," + time + "," + hex + "}" : " { " + hex + " , " + time + " , " + other + " } \r";
  const Read r = read("\n" + line + "\n{}\n");
  require(r.error.empty() && r.records.size() == 1 && r.records[0].line == 2, "an object with a hex is a record");
  require(r.records[0].bytes.size() == bytes.size() && std::equal(bytes.begin(), bytes.end(), r.records[0].bytes.begin()),
          "of those bytes");
  if (!r.records[0].time_ns) return require(false, "and of a time");
  const std::int64_t off = time_ns - *r.records[0].time_ns;
  require((how & 1U) != 0 ? off == 0 : off >= 0 && off < 1000, "which is the one that was written");
  require(r.records[0].verdict.empty(), "and of no verdict but its own");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::Choices c(Bytes(data, size));
  const auto high = std::uint64_t{c.u32()};
  const auto time_ns = static_cast<std::int64_t>(high << 32U | c.u32());
  const Bytes in = c.rest();
  line_by_line(fuzz::text_of(in));
  // Six digits of the first microsecond that 64 bits hold lie before it.
  const bool first = time_ns < std::numeric_limits<std::int64_t>::min() + 1000;
  comes_back(in, time_ns, fuzz::hash(in) | (first ? 1U : 0U));
  return 0;
}
