#include "pp/judge/told.hpp"

#include <algorithm>
#include <iterator>

namespace pp::judge {
namespace {

struct Key {
  std::string_view name;
  std::optional<std::string> Told::*member;
};
constexpr Key keys[] = {{"src", &Told::source},
                        {"sport", &Told::source_port},
                        {"dst", &Told::destination},
                        {"dport", &Told::destination_port},
                        {"mark", &Told::mark}};
constexpr std::size_t most_kept = 64;

bool is_word(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-'; }

bool ends_value(char c) { return static_cast<unsigned char>(c) <= ' ' || std::string_view("\"<>&,;'").find(c) != std::string_view::npos; }

std::string_view without_control(std::string_view value) {
  const auto* end = std::find_if(value.begin(), value.end(), [](char c) { return static_cast<unsigned char>(c) < ' '; });
  return value.substr(0, static_cast<std::size_t>(end - value.begin()));
}

/// A template cut into its literal texts and keys: text, key, text, key, text.
struct Piece {
  std::string_view literal;
  const Key* key = nullptr;  // follows the literal; nullptr: the template ends
};

const Key* find_key(std::string_view name) {
  const auto* const found = std::find_if(std::begin(keys), std::end(keys), [&](const Key& k) { return k.name == name; });
  return found == std::end(keys) ? nullptr : found;
}

/// The next piece, and what follows it in `pattern`.
Piece next_piece(std::string_view& pattern) {
  for (std::size_t open = pattern.find('{'); open != std::string_view::npos; open = pattern.find('{', open + 1)) {
    const std::size_t close = pattern.find('}', open);
    if (close == std::string_view::npos) break;
    const Key* const key = find_key(pattern.substr(open + 1, close - open - 1));
    if (key == nullptr) continue;
    const Piece out{pattern.substr(0, open), key};
    pattern.remove_prefix(close + 1);
    return out;
  }
  const Piece out{pattern, nullptr};
  pattern = {};
  return out;
}

/// The template from `pattern` on, against text that begins where its first literal must stand.
std::optional<Told> fits(std::string_view pattern, std::string_view text) {
  Told out;
  Piece piece = next_piece(pattern);
  if (!text.starts_with(piece.literal)) return std::nullopt;
  text.remove_prefix(piece.literal.size());
  while (piece.key != nullptr) {
    const Key* const key = piece.key;
    piece = next_piece(pattern);
    std::size_t end = 0;
    if (piece.literal.empty()) {
      while (end < text.size() && !ends_value(text[end])) ++end;
    } else {
      end = text.find(piece.literal);
      if (end == std::string_view::npos) return std::nullopt;
    }
    const std::string_view value = text.substr(0, end);
    if (value.find('\n') != std::string_view::npos) return std::nullopt;
    out.*key->member = std::string(value.substr(0, most_kept));
    text.remove_prefix(end + piece.literal.size());
  }
  return out;
}

}  // namespace

Told told_by_keys(std::string_view text) {
  Told out;
  for (const Key& key : keys) {
    for (std::size_t at = text.find(key.name); at != std::string_view::npos; at = text.find(key.name, at + 1)) {
      const std::size_t equals = at + key.name.size();
      if (equals >= text.size() || text[equals] != '=' || (at > 0 && is_word(text[at - 1]))) continue;
      std::size_t end = equals + 1;
      while (end < text.size() && !ends_value(text[end])) ++end;
      out.*key.member = std::string(without_control(text.substr(equals + 1, end - equals - 1)).substr(0, most_kept));
      break;
    }
  }
  return out;
}

Told told_by_template(std::string_view pattern, std::string_view text) {
  std::string_view rest = pattern;
  const std::string_view first = next_piece(rest).literal;
  for (std::size_t at = text.find(first); at != std::string_view::npos; at = text.find(first, at + 1)) {
    if (const auto told = fits(pattern, text.substr(at))) return *told;
    if (first.empty()) break;
  }
  return {};
}

std::string_view unknown_key(std::string_view pattern) {
  for (std::size_t open = pattern.find('{'); open != std::string_view::npos; open = pattern.find('{', open + 1)) {
    const std::size_t close = pattern.find('}', open);
    if (close == std::string_view::npos) break;
    if (find_key(pattern.substr(open + 1, close - open - 1)) == nullptr) return pattern.substr(open, close - open + 1);
  }
  return {};
}

}  // namespace pp::judge
