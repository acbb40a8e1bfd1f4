#include "pp/source/json_headers.hpp"

#include <stdexcept>
#include <utility>

#include <rapidjson/error/en.h>
#include <rapidjson/memorystream.h>
#include <rapidjson/reader.h>

#include "pp/base/hex.hpp"
#include "pp/packet/iso_time.hpp"
#include "pp/text/format.hpp"

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

}  // namespace

std::vector<JsonRecord> json_records(std::string_view lines) {
  std::vector<JsonRecord> out;
  for (std::size_t line = 1; !lines.empty(); ++line) {
    const std::size_t end = lines.find('\n');
    const std::string_view row = lines.substr(0, end);
    lines.remove_prefix(end == std::string_view::npos ? lines.size() : end + 1);
    if (row.find_first_not_of(" \t\r") == std::string_view::npos) continue;
    rapidjson::MemoryStream stream(row.data(), row.size());
    rapidjson::Reader reader;
    RecordStrings record;
    // Iterative: nesting is the input's choice.
    constexpr unsigned flags = rapidjson::kParseValidateEncodingFlag | rapidjson::kParseIterativeFlag;
    const rapidjson::ParseResult result = reader.Parse<flags>(stream, record);
    if (!result) {
      const bool shape = result.Code() == rapidjson::kParseErrorTermination;
      throw std::runtime_error(
          text::format("line {}: {}", line, shape ? "not an object of ppinspect -o json" : rapidjson::GetParseError_En(result.Code())));
    }
    if (!record.hex) continue;
    auto bytes = from_hex(*record.hex);
    if (!bytes) throw std::runtime_error(text::format("line {}: its hex is not hexadecimal digits in pairs", line));
    out.push_back(
        {line, std::move(*bytes), record.time ? packet::parse_iso_time(*record.time) : std::nullopt, record.verdict.value_or("")});
  }
  return out;
}

std::vector<std::vector<std::uint8_t>> json_headers(std::string_view text) {
  std::vector<std::vector<std::uint8_t>> out;
  for (JsonRecord& record : json_records(text)) out.push_back(std::move(record.bytes));
  return out;
}

}  // namespace pp::source
