// Law: any line of a log is read without harm: what is said of it is for a terminal to show, the case of its letters does not matter to a receiver's words, and what a receiver quotes comes back byte for byte, however it was escaped.
//
// Input: a byte for the escapes, then the line, or the bytes that a receiver quotes.
#include <cstdint>
#include <cstdio>
#include <string>

#include "harness.hpp"
#include "output_laws.hpp"
#include "pp/explain/log_line.hpp"
#include "pp/explain/log_quote.hpp"
#include "pp/render/info_text.hpp"

namespace {

using fuzz::require;
using pp::Bytes;
using pp::explain::read_log_line;

/// As programs do it: all bytes as \xNN, or those that are no letters, digits or spaces, by a letter where there is one.
std::string escaped(Bytes bytes, unsigned how) {
  constexpr std::string_view meant = "\r\n\t\\\"'", letters = "rnt\\\"'";
  std::string out;
  for (const std::uint8_t b : bytes) {
    const char c = static_cast<char>(b);
    const std::size_t letter = meant.find(c);
    if ((how & 1U) != 0 && letter != std::string_view::npos) {
      out += {'\\', letters[letter]};
    } else if ((how & 2U) != 0 && (std::isalnum(b) != 0 || c == ' ')) {
      out += c;
    } else {
      char hex[5];
      std::snprintf(hex, sizeof hex, (how & 4U) != 0 ? "\\x%02x" : "\\x%02X", unsigned{b});
      out += hex;
    }
  }
  return out;
}

void comes_back(Bytes bytes, unsigned how) {
  const std::string text = escaped(bytes, how);
  const auto log = read_log_line("2026/11/23 [error] *1 broken header: \"" + text + "\" while reading PROXY protocol, client: 10.0.0.1");
  require(log && log->id == "nginx-broken-header", "nginx's words are nginx's, whatever it quotes");
  require(log->quoted.size() == bytes.size() && std::equal(bytes.begin(), bytes.end(), log->quoted.begin()), "what is quoted comes back");
}

std::string other_case(std::string text) {
  for (char& c : text) {
    if (std::isalpha(static_cast<unsigned char>(c)) != 0) c = static_cast<char>(c ^ 0x20);
  }
  return text;
}

/// Of the row that is known by words; a quoted header is known by its bytes, and capitals are other bytes.
std::string_view words(std::string_view text) {
  if (text.find_first_of("\"'`\\") != std::string_view::npos) return {};
  const auto log = read_log_line(text);
  return log && log->id != "header-as-data" ? log->id : std::string_view();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::Choices c(Bytes(data, size));
  const unsigned how = c.byte();
  const Bytes in = c.rest();
  const std::string text(fuzz::text_of(in));
  if (const auto log = read_log_line(text)) {
    require(log->quoted.size() <= text.size(), "no more is quoted than is there");
    require(!log->who.empty() && !log->meaning.empty() && !log->fix.empty(), "a row has something to say");
  }
  // What costs more is asked of some: each finding is a neighbour of many inputs.
  const std::uint32_t choice = fuzz::hash(in);
  if (choice % 4 == 0 && pp::explain::header_in_line(other_case(text)).empty() && pp::explain::header_in_line(text).empty())
    require(words(text) == words(other_case(text)), "words are the same in capitals");
  if (const auto said = pp::render::explain(text)) {
    require(!said->empty() && said->back() == '\n', "an explanation ends its line");
    require(laws::broken_by_output(*said, {}));
  }
  if (choice % 4 == 1) comes_back(in, how);
  return 0;
}
