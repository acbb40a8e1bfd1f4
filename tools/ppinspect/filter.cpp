#include "ppinspect/filter.hpp"

#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <string_view>

#include "pp/source/file.hpp"
#include "pp/text/format.hpp"

namespace pp::tool {
namespace {

/// A word that looks like a path is opened even if it does not exist, so that the user gets "No such file" rather than a
/// filter's syntax error. A whole filter in quotes ('net 192.0.2.0/24') does not look like one.
bool names_file(const std::string& word) {
  if (word == "-" || access(word.c_str(), F_OK) == 0) return true;
  if (word.find_first_of(" \t\n") != std::string::npos) return false;
  if (word.find('/') != std::string::npos) return true;
  constexpr std::string_view suffixes[] = {".pcap", ".pcapng", ".cap", ".dmp", ".gz", ".zst"};
  return std::any_of(std::begin(suffixes), std::end(suffixes), [&](std::string_view suffix) { return word.ends_with(suffix); });
}

void append_word(std::string& filter, const std::string& word) { text::append(filter, "{}{}", filter.empty() ? "" : " ", word); }

}  // namespace

void say_bad_filter(const std::string& expression, const source::FilterFault& fault, bool redact) {
  if (redact) {
    std::fputs("ppinspect: the packet filter is not valid; --redact withholds its text\n", stderr);
    return;
  }
  const std::string text = text::format("ppinspect: filter: {}\n{}", text::Shown{fault.message}, source::filter_carets(expression, fault));
  std::fputs(text.c_str(), stderr);
}

LeftOver part_words(const std::vector<std::string>& words, const std::vector<std::string>& after_dashes, bool no_files) {
  LeftOver out;
  for (const std::string& word : words) {
    if (!no_files && out.filter.empty() && names_file(word)) {
      out.files.push_back(word);
    } else {
      append_word(out.filter, word);
    }
  }
  for (const std::string& word : after_dashes) append_word(out.filter, word);
  return out;
}

std::string read_filter_file(const std::string& path) {
  constexpr std::size_t limit = 1U << 20U;
  source::InputFile file(path);
  source::BlockBuffer buffer(file, 4096);
  const std::vector<std::uint8_t> bytes = source::read_rest(buffer, limit);
  const std::string text(bytes.begin(), bytes.end());
  std::string expression;
  if (const auto fault = source::filter_from_file(text, expression)) throw BadFilter(text, *fault);
  return expression;
}

void require_filter(const std::string& filter, bool bare) {
  if (filter.empty()) return;
  auto fault = source::check_filter(filter);
  if (!fault) return;
  if (bare && (fault->unknown_first || (fault->offset == 0 && fault->message.starts_with("syntax error at")))) {
    const std::string word = filter.substr(fault->offset, fault->offset == 0 ? filter.find(' ') : fault->length);
    fault->message = text::format("'{}' is not a file here, and no packet filter begins with it", word);
  }
  throw BadFilter(filter, *fault);
}

}  // namespace pp::tool
