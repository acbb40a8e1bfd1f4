#include "pp/source/json_lines.hpp"

#include <stdexcept>

#include <rapidjson/error/en.h>
#include <rapidjson/memorystream.h>
#include <rapidjson/reader.h>

#include "pp/text/format.hpp"

namespace pp::source {
namespace {

class Flattener : public rapidjson::BaseReaderHandler<rapidjson::UTF8<>, Flattener> {
 public:
  bool StartObject() { return open(false); }
  bool EndObject(rapidjson::SizeType) { return close(); }
  bool StartArray() { return !levels_.empty() && open(true); }
  bool EndArray(rapidjson::SizeType) { return close(); }
  bool Key(const char* text, rapidjson::SizeType size, bool) {
    levels_.back().key.assign(text, size);
    return true;
  }
  bool String(const char* text, rapidjson::SizeType size, bool) { return put(std::string_view(text, size)); }
  bool RawNumber(const char* text, rapidjson::SizeType size, bool) { return put(std::string_view(text, size)); }
  bool Bool(bool value) { return put(value ? "true" : "false"); }
  bool Null() { return put(""); }

  FlatObject fields;

 private:
  struct Level {
    bool array = false;
    std::string key;
  };
  static constexpr std::size_t deepest = 16;

  bool open(bool array) {
    if (levels_.size() >= deepest) return false;
    levels_.push_back({array, {}});
    return true;
  }
  bool close() {
    levels_.pop_back();
    return true;
  }
  bool put(std::string_view value) {
    if (levels_.empty()) return false;
    std::string path;
    for (const Level& level : levels_) {
      if (!level.array) text::append(path, "{}{}", path.empty() ? "" : ".", level.key);
    }
    std::string& field = fields[path];
    if (levels_.back().array && !field.empty()) field += ' ';
    field += value;
    return true;
  }

  std::vector<Level> levels_;
};

}  // namespace

std::vector<FlatObject> flat_objects(std::string_view text) {
  std::vector<FlatObject> out;
  for (std::size_t line = 1; !text.empty(); ++line) {
    const std::size_t end = text.find('\n');
    const std::string_view row = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    if (row.find_first_not_of(" \t\r") == std::string_view::npos) continue;
    rapidjson::MemoryStream stream(row.data(), row.size());
    rapidjson::Reader reader;
    Flattener flattener;
    constexpr unsigned flags =
        rapidjson::kParseValidateEncodingFlag | rapidjson::kParseIterativeFlag | rapidjson::kParseNumbersAsStringsFlag;
    const rapidjson::ParseResult result = reader.Parse<flags>(stream, flattener);
    if (!result) {
      const bool shape = result.Code() == rapidjson::kParseErrorTermination;
      throw std::runtime_error(
          text::format("line {}: {}", line, shape ? "expected an object" : rapidjson::GetParseError_En(result.Code())));
    }
    out.push_back(std::move(flattener.fields));
  }
  return out;
}

}  // namespace pp::source
