#include "pp/source/json_headers.hpp"

#include <ctime>
#include <stdexcept>
#include <utility>

#include <rapidjson/error/en.h>
#include <rapidjson/memorystream.h>
#include <rapidjson/reader.h>

#include "pp/base/hex.hpp"

namespace pp::source {
namespace {

/// Keeps a few strings of the outermost object: TLVs have a "hex" too.
class RecordStrings : public rapidjson::BaseReaderHandler<rapidjson::UTF8<>, RecordStrings> {
 public:
  bool StartObject() { return ++depth_ > 0; }
  bool EndObject(rapidjson::SizeType) {
    --depth_;
    return true;
  }
  bool StartArray() { return ++depth_ > 1; }  // a line is an object, not an array
  bool EndArray(rapidjson::SizeType) {
    --depth_;
    return true;
  }
  bool Key(const char* text, rapidjson::SizeType size, bool) {
    const std::string_view key(text, size);
    wanted_ = depth_ != 1 ? nullptr : key == "hex" ? &hex : key == "time" ? &time : key == "verdict" ? &verdict : nullptr;
    return true;
  }
  bool String(const char* text, rapidjson::SizeType size, bool) {
    if (depth_ == 0) return false;
    if (wanted_ != nullptr) wanted_->emplace(text, size);
    wanted_ = nullptr;
    return true;
  }
  bool Default() {
    wanted_ = nullptr;
    return depth_ > 0;
  }

  std::optional<std::string> hex, time, verdict;

 private:
  unsigned depth_ = 0;
  std::optional<std::string>* wanted_ = nullptr;
};

/// "2026-11-23T06:33:06.640321Z", with 6 or 9 digits.
std::optional<std::int64_t> time_of(const std::string& text) {
  constexpr std::size_t seconds_end = 19;
  std::tm tm{};
  if (text.size() < seconds_end + 2 || text[seconds_end] != '.' || text.back() != 'Z') return std::nullopt;
  if (::strptime(text.c_str(), "%Y-%m-%dT%H:%M:%S", &tm) != text.c_str() + seconds_end) return std::nullopt;
  std::int64_t fraction = 0, unit = 1'000'000'000;
  for (std::size_t i = seconds_end + 1; i + 1 < text.size(); ++i) {
    if (text[i] < '0' || text[i] > '9' || unit == 1) return std::nullopt;
    fraction = fraction * 10 + (text[i] - '0');
    unit /= 10;
  }
  // Years are four digits, and a clock of nanoseconds ends in 2262. A second short of the first one, its fraction still fits.
  const std::int64_t seconds = ::timegm(&tm);
  std::int64_t ns = 0;
  const std::int64_t back = seconds < 0 ? 1 : 0;
  if (__builtin_mul_overflow(seconds + back, std::int64_t{1'000'000'000}, &ns) ||
      __builtin_add_overflow(ns, fraction * unit - back * 1'000'000'000, &ns))
    return std::nullopt;
  return ns;
}

}  // namespace

std::vector<JsonRecord> json_records(std::string_view text) {
  std::vector<JsonRecord> out;
  for (std::size_t line = 1; !text.empty(); ++line) {
    const std::size_t end = text.find('\n');
    const std::string_view row = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    if (row.find_first_not_of(" \t\r") == std::string_view::npos) continue;
    rapidjson::MemoryStream stream(row.data(), row.size());
    rapidjson::Reader reader;
    RecordStrings record;
    // Iterative: nesting is the input's choice.
    constexpr unsigned flags = rapidjson::kParseValidateEncodingFlag | rapidjson::kParseIterativeFlag;
    const rapidjson::ParseResult result = reader.Parse<flags>(stream, record);
    const std::string where = "line " + std::to_string(line) + ": ";
    if (!result) {
      const bool shape = result.Code() == rapidjson::kParseErrorTermination;
      throw std::runtime_error(where +
                               (shape ? "not an object of ppinspect -o json" : std::string(rapidjson::GetParseError_En(result.Code()))));
    }
    if (!record.hex) continue;
    auto bytes = from_hex(*record.hex);
    if (!bytes) throw std::runtime_error(where + "its hex is no hexadecimal digits in pairs");
    out.push_back({line, std::move(*bytes), record.time ? time_of(*record.time) : std::nullopt, record.verdict.value_or("")});
  }
  return out;
}

std::vector<std::vector<std::uint8_t>> json_headers(std::string_view text) {
  std::vector<std::vector<std::uint8_t>> out;
  for (JsonRecord& record : json_records(text)) out.push_back(std::move(record.bytes));
  return out;
}

}  // namespace pp::source
