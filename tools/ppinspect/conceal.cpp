#include "ppinspect/conceal.hpp"

#include <algorithm>
#include <array>

#include "pp/base/utf8.hpp"
#include "pp/net/listen.hpp"
#include "pp/text/format.hpp"

namespace pp::tool {
namespace {

constexpr std::array<std::string_view, 11> kinds = {".pcap", ".pcapng", ".cap",    ".dmp", ".txt", ".hex",
                                                    ".bin",  ".json",   ".ndjson", ".gz",  ".zst"};

/// The known suffix that `path` ends with; empty when there is none.
std::string_view known_suffix(std::string_view path) {
  const auto* const found = std::find_if(kinds.begin(), kinds.end(), [&](std::string_view kind) { return path.ends_with(kind); });
  return found == kinds.end() ? std::string_view() : *found;
}

bool is_word(char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || (c & 0x80) != 0; }

/// Replaces `word` where it stands alone: "eth" is not replaced inside "method".
void replace_word(std::string& text, std::string_view word, std::string_view label) {
  for (std::size_t at = 0; (at = text.find(word, at)) != std::string::npos;) {
    const std::size_t end = at + word.size();
    const bool joined =
        (at > 0 && is_word(text[at - 1]) && is_word(word.front())) || (end < text.size() && is_word(text[end]) && is_word(word.back()));
    if (joined) {
      ++at;
    } else {
      text.replace(at, word.size(), label);
      at += label.size();
    }
  }
}

/// Names no host.
bool is_loopback(const IpAddress& address) {
  const std::string text = to_string(address);
  return text.starts_with("127.") || text == "::1";
}

bool is_number(std::string_view word) { return word.find_first_not_of("0123456789,-:") == std::string_view::npos; }

}  // namespace

std::string input_label(std::size_t number, std::string_view path) {
  const std::string_view last = known_suffix(path);
  const std::string_view before = known_suffix(path.substr(0, path.size() - last.size()));
  return last.empty() ? text::format("input {}", number) : text::format("input {} ({}{})", number, before, last);
}

void Concealer::hide(std::string_view word, std::string_view label) {
  if (word.empty()) return;
  words_.emplace_back(word, label);
  // Messages quote what is not plain text with its bytes escaped.
  if (std::string escaped = shown(word, Charset::ascii); escaped != word) words_.emplace_back(std::move(escaped), label);
  // A word that contains another goes first.
  std::stable_sort(words_.begin(), words_.end(), [](const auto& a, const auto& b) { return a.first.size() > b.first.size(); });
}

Concealer::Concealer(const InspectOptions& options) : active_(options.redact) {
  if (!active_) return;
  for (std::size_t i = 0; i < options.files.size(); ++i) {
    if (options.files[i] != "-") hide(options.files[i], input_label(i + 1, options.files[i]));
  }
  const std::string& interface = options.live.interface;
  if (interface != "any" && interface != "lo") hide(interface, interface_label);
  hide(options.filter, "(filter)");
  hide(options.user, "(user)");
  for (const std::string& word : options.listen) {
    const ListenAddress address = parse_listen_address(word);
    hide(address.path, "(path)");
    if (address.scope == ListenAddress::Scope::one_address && !is_loopback(address.address)) hide(to_string(address.address), "(address)");
  }
}

Concealer Concealer::of_words(std::span<const char* const> words, std::span<const std::string> own) {
  Concealer out;
  out.active_ = std::any_of(words.begin(), words.end(), [](std::string_view word) { return word == "--redact"; });
  if (!out.active_) return out;
  constexpr std::size_t shortest = 3;
  for (std::string_view word : words) {
    // --src=NAME, -LNAME
    if (word.starts_with("--")) word = word.substr(std::min(word.size(), word.find('=')));
    if (word.starts_with("=")) word.remove_prefix(1);
    if (word.starts_with("-")) word.remove_prefix(std::min<std::size_t>(word.size(), 2));
    const bool ours = std::find(own.begin(), own.end(), word) != own.end();
    if (word.size() >= shortest && !ours && !is_number(word)) out.hide(word, "(redacted)");
  }
  return out;
}

std::string Concealer::operator()(std::string_view text) const {
  std::string out(text);
  for (const auto& [word, label] : words_) replace_word(out, word, label);
  return out;
}

}  // namespace pp::tool
