#include "pp/source/json_headers.hpp"

#include <optional>
#include <stdexcept>
#include <string>

#include <rapidjson/error/en.h>
#include <rapidjson/memorystream.h>
#include <rapidjson/reader.h>

#include "pp/base/hex.hpp"

namespace pp::source {
namespace {

/// Keeps the string under the outermost object's "hex": TLVs have one too.
class HexOfRecord : public rapidjson::BaseReaderHandler<rapidjson::UTF8<>, HexOfRecord> {
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
    wanted_ = depth_ == 1 && std::string_view(text, size) == "hex";
    return true;
  }
  bool String(const char* text, rapidjson::SizeType size, bool) {
    if (depth_ == 0) return false;
    if (wanted_) hex.emplace(text, size);
    wanted_ = false;
    return true;
  }
  bool Default() {
    wanted_ = false;
    return depth_ > 0;
  }

  std::optional<std::string> hex;

 private:
  unsigned depth_ = 0;
  bool wanted_ = false;
};

}  // namespace

std::vector<std::vector<std::uint8_t>> json_headers(std::string_view text) {
  std::vector<std::vector<std::uint8_t>> out;
  for (std::size_t line = 1; !text.empty(); ++line) {
    const std::size_t end = text.find('\n');
    const std::string_view row = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    if (row.find_first_not_of(" \t\r") == std::string_view::npos) continue;
    rapidjson::MemoryStream stream(row.data(), row.size());
    rapidjson::Reader reader;
    HexOfRecord record;
    // Iterative: nesting is the input's choice.
    constexpr unsigned flags = rapidjson::kParseValidateEncodingFlag | rapidjson::kParseIterativeFlag;
    const rapidjson::ParseResult result = reader.Parse<flags>(stream, record);
    const std::string where = "line " + std::to_string(line) + ": ";
    if (!result) {
      const bool shape = result.Code() == rapidjson::kParseErrorTermination;
      throw std::runtime_error(where + (shape ? "not an object of ppinspect -o json" : std::string(rapidjson::GetParseError_En(result.Code()))));
    }
    if (!record.hex) continue;
    const auto bytes = from_hex(*record.hex);
    if (!bytes) throw std::runtime_error(where + "its hex is no hexadecimal digits in pairs");
    out.push_back(*bytes);
  }
  return out;
}

}  // namespace pp::source
