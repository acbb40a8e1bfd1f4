#include <algorithm>
#include <string_view>

#include "pp/inspect/answer.hpp"
#include "pp/inspect/answer_proof.hpp"

namespace pp::inspect {
namespace {

std::size_t line_end(std::string_view text, std::size_t from) {
  const std::size_t lf = text.find('\n', from);
  return lf == std::string_view::npos ? text.size() : lf + 1;
}

/// 220 in one line, or in several of which all but the last have a dash.
std::size_t reply_220(std::string_view text) {
  std::size_t end = 0;
  for (std::string_view rest = text; rest.starts_with("220-") || rest.starts_with("220 "); rest = text.substr(end)) {
    end = line_end(text, end);
    if (rest[3] == ' ') break;
  }
  return end;
}

/// 200 and 201 greet in NNTP alone; elsewhere they are answers.
std::size_t nntp(std::string_view text) {
  const std::string_view line = text.substr(0, line_end(text, 0));
  const bool news = line.find("NNTP") != line.npos || line.find("NetNews") != line.npos || line.find("posting") != line.npos;
  return news && (line.starts_with("200 ") || line.starts_with("201 ")) ? line.size() : 0;
}

/// What an IRC server says about looking up names.
std::size_t notices(std::string_view text) {
  std::size_t end = 0;
  while (end < text.size()) {
    const std::string_view line = text.substr(end, line_end(text, end) - end);
    const std::size_t word = line.starts_with(':') ? line.find(' ') : 0;
    if (word == line.npos || !line.substr(word == 0 ? 0 : word + 1).starts_with("NOTICE ")) break;
    end += line.size();
  }
  return end;
}

/// Capabilities of ManageSieve, a quoted word to a line, then OK.
std::size_t sieve(std::string_view text) {
  if (!text.starts_with("\"IMPLEMENTATION\"")) return 0;
  std::size_t end = 0;
  while (end < text.size() && text[end] == '"') end = line_end(text, end);
  return text.substr(end).starts_with("OK") ? line_end(text, end) : end;
}

/// A server's SETTINGS, and WINDOW_UPDATE of the whole connection.
std::size_t settings(Bytes bytes) {
  std::size_t end = 0;
  while (bytes.size() - end >= 9) {
    const Bytes frame = bytes.subspan(end);
    const std::size_t size = 9 + (std::size_t{frame[0]} << 16U | std::size_t{load_be16(&frame[1])});
    const bool own = end == 0 ? frame[3] == 4 && size % 6 == 3 : frame[3] == 8 && size == 13;
    if (!own || frame[4] != 0 || load_be16(&frame[5]) != 0 || load_be16(&frame[7]) != 0 || size > frame.size()) break;
    end += size;
  }
  return end;
}

/// Length, number 0, protocol version 10, the server's version.
std::size_t mysql(Bytes bytes) {
  if (bytes.size() < 16 || bytes[1] != 0 || bytes[2] != 0 || bytes[3] != 0 || bytes[4] != 10 || bytes[5] < '0' || bytes[5] > '9') return 0;
  return std::min(bytes.size(), std::size_t{4} + bytes[0]);
}

}  // namespace

std::size_t greeting_size(Bytes bytes) noexcept {
  if (bytes.empty()) return 0;
  const std::string_view text = text_view(bytes);
  // Most answers begin with none of these, so one byte decides.
  switch (bytes[0]) {
    case 'S': return text.starts_with("SSH-") ? line_end(text, 0) : 0;
    case '+': return text.starts_with("+OK ") ? line_end(text, 0) : 0;
    case '*': return text.starts_with("* OK ") ? line_end(text, 0) : 0;
    case 'I': return text.starts_with("INFO {") ? line_end(text, 0) : 0;
    case 'R': return text.starts_with("RFB 00") ? line_end(text, 0) : 0;
    case '2': return text.starts_with("220") ? reply_220(text) : nntp(text);
    case '"': return sieve(text);
    case 'O': return text.starts_with("OK MPD ") ? line_end(text, 0) : 0;
    case '@': return text.starts_with("@RSYNCD:") ? line_end(text, 0) : 0;
    case 'N':
    case ':': return notices(text);
    case 0: return settings(bytes);
    default: return mysql(bytes);
  }
}

}  // namespace pp::inspect
