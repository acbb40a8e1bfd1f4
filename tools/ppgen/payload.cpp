#include "ppgen/payload.hpp"

#include "cli/usage.hpp"
#include "pp/judge/app.hpp"
#include "pp/source/file.hpp"
#include "pp/source/lines.hpp"
#include "pp/text/format.hpp"

namespace pp::tool {
namespace {

/// Payloads are written as a whole from memory.
constexpr std::size_t payload_limit = std::size_t{1} << 30;

std::vector<std::uint8_t> file_bytes(const std::string& name) {
  source::InputFile file(name);
  source::BlockBuffer buffer(file, source::BlockBuffer::default_block);
  return source::read_rest(buffer, payload_limit);
}

std::vector<std::uint8_t> text_bytes(const std::string& text) {
  // Without a backslash it is what it looks like; hexadecimal digits are text too.
  if (text.find('\\') == std::string::npos) return {text.begin(), text.end()};
  std::vector<std::uint8_t> buffer;
  source::Line line;
  source::decode_line(text, buffer, line);
  if (!line.error.empty()) refuse("--payload column {}: {}", line.column, line.error);
  return {line.bytes.begin(), line.bytes.end()};
}

}  // namespace

std::vector<std::uint8_t> parse_payload(const std::string& text, std::string_view host) {
  if (text == "-") return file_bytes("-");
  if (text == "http") return http_request(host);
  if (const judge::App* const app = judge::find_app(text); app != nullptr && text != "custom") {
    return app->payload({.mark = judge::mark_of(0), .host = host});
  }
  if (text.starts_with('@')) return file_bytes(text.substr(1));
  return text_bytes(text);
}

std::vector<std::uint8_t> http_request(std::string_view host) {
  const std::string text =
      text::format("GET / HTTP/1.1\r\nHost: {}\r\nUser-Agent: ppgen\r\nAccept: */*\r\nConnection: close\r\n\r\n", host);
  return {text.begin(), text.end()};
}

}  // namespace pp::tool
