#include "pp/source/json_headers.hpp"

#include <rapidjson/error/en.h>
#include <rapidjson/reader.h>

#include <ctime>
#include <string_view>

#include "pp/base/hex.hpp"

namespace pp::source {
namespace {

/// The few keys of the outermost object that matter; all else is passed over without being kept.
struct Handler : rapidjson::BaseReaderHandler<rapidjson::UTF8<>, Handler> {
  std::string schema, hex, time, verdict;
  std::string* wanted = nullptr;
  unsigned depth = 0;

  bool Default() {
    wanted = nullptr;
    return depth > 0;  // a bare value is no object
  }
  bool StartObject() {
    wanted = nullptr;
    ++depth;
    return true;
  }
  bool EndObject(rapidjson::SizeType) {
    --depth;
    return true;
  }
  bool StartArray() {
    wanted = nullptr;
    return depth++ > 0;
  }
  bool EndArray(rapidjson::SizeType) {
    --depth;
    return true;
  }
  bool Key(const char* text, rapidjson::SizeType size, bool) {
    const std::string_view key(text, size);
    wanted = depth != 1 ? nullptr : key == "schema" ? &schema : key == "hex" ? &hex : key == "time" ? &time : key == "verdict" ? &verdict : nullptr;
    return true;
  }
  bool String(const char* text, rapidjson::SizeType size, bool) {
    if (wanted != nullptr) wanted->assign(text, size);
    wanted = nullptr;
    return true;
  }
};

bool from_hex(std::string_view text, std::vector<std::uint8_t>& out) {
  if (text.size() % 2 != 0) return false;
  out.reserve(text.size() / 2);
  for (std::size_t i = 0; i < text.size(); i += 2) {
    const int high = hex_value(text[i]), low = hex_value(text[i + 1]);
    if (high < 0 || low < 0) return false;
    out.push_back(static_cast<std::uint8_t>(high << 4 | low));
  }
  return true;
}

/// "2026-11-23T06:33:06.640321Z", with 6 or 9 digits.
std::optional<std::int64_t> from_time(const std::string& text) {
  std::tm tm{};
  constexpr std::size_t seconds_end = 19;
  if (text.size() < seconds_end + 2 || text.back() != 'Z' || text[seconds_end] != '.') return std::nullopt;
  const char* const rest = ::strptime(text.c_str(), "%Y-%m-%dT%H:%M:%S", &tm);
  if (rest != text.c_str() + seconds_end) return std::nullopt;
  std::int64_t fraction = 0, scale = 1'000'000'000;
  for (std::size_t i = seconds_end + 1; i + 1 < text.size(); ++i) {
    if (text[i] < '0' || text[i] > '9' || scale == 1) return std::nullopt;
    fraction = fraction * 10 + (text[i] - '0');
    scale /= 10;
  }
  return std::int64_t{::timegm(&tm)} * 1'000'000'000 + fraction * scale;
}

}  // namespace

JsonHeader read_json_header(const std::string& line) {
  JsonHeader out;
  Handler handler;
  rapidjson::Reader reader;
  rapidjson::StringStream stream(line.c_str());
  // Iterative: the depth is the input's, not the stack's.
  const rapidjson::ParseResult result = reader.Parse<rapidjson::kParseIterativeFlag | rapidjson::kParseValidateEncodingFlag>(stream, handler);
  if (!result) {
    const bool not_object = result.Code() == rapidjson::kParseErrorTermination;
    out.error = not_object ? "no JSON object" : std::string("no JSON: ") + rapidjson::GetParseError_En(result.Code());
  } else if (handler.schema != "pp.header/1") {
    out.error = "no record of ppinspect -o json (\"schema\" is not pp.header/1)";
  } else if (!from_hex(handler.hex, out.bytes)) {
    out.bytes.clear();
    out.error = "\"hex\" is not hexadecimal";
  } else {
    out.verdict = handler.verdict;
    out.time_ns = from_time(handler.time);
  }
  return out;
}

bool JsonHeaderReader::line(std::string& out) {
  out.clear();
  bool stopped = false;
  std::size_t seen = 0;
  while (!ended_) {
    const Bytes held = buffer_.available();
    const std::string_view text(static_cast<const char*>(static_cast<const void*>(held.data())), held.size());
    const std::size_t lf = text.find('\n', seen);
    if (lf != std::string_view::npos) {
      out.assign(text.substr(0, lf));
      buffer_.consume(lf + 1);
      return true;
    }
    seen = held.size();
    if (seen > max_json_line) return false;
    if (read_more(buffer_, seen + 1, hooks_, timer_, stopped)) continue;
    ended_ = true;
    out.assign(text);
    buffer_.consume(seen);
    return !stopped && seen > 0;
  }
  return false;
}

bool JsonHeaderReader::next(JsonHeader& out) {
  std::string text;
  while (line(text)) {
    ++number_;
    if (!text.empty() && text.back() == '\r') text.pop_back();
    if (text.find_first_not_of(" \t") == std::string::npos) continue;
    out = read_json_header(text);
    out.line = number_;
    return true;
  }
  if (!ended_ && buffer_.available().size() > max_json_line) {
    ended_ = true;
    out = {};
    out.line = number_ + 1;
    out.error = "longer than any record";
    return true;
  }
  return false;
}

}  // namespace pp::source
