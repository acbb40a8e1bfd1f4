#include "ppinspect/filter.hpp"

#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <string_view>

#include "cli/option_words.hpp"
#include "pp/source/file.hpp"

namespace pp::tool {
namespace {

/// What does not exist is opened all the same, for the system to say so, when it looks like a file. A whole filter in
/// quotes ('net 192.0.2.0/24') does not.
bool names_file(const std::string& word) {
  if (word == "-" || access(word.c_str(), F_OK) == 0) return true;
  if (word.find_first_of(" \t\n") != std::string::npos) return false;
  if (word.find('/') != std::string::npos) return true;
  constexpr std::string_view suffixes[] = {".pcap", ".pcapng", ".cap", ".dmp", ".gz", ".zst"};
  return std::any_of(std::begin(suffixes), std::end(suffixes), [&](std::string_view suffix) { return word.ends_with(suffix); });
}

void append_word(std::string& filter, const std::string& word) { filter += (filter.empty() ? "" : " ") + word; }

}  // namespace

void say_bad_filter(const std::string& expression, const source::FilterFault& fault, bool redact) {
  if (redact) {
    std::fputs("ppinspect: the packet filter is not valid; --redact withholds its text\n", stderr);
    return;
  }
  std::fprintf(stderr, "ppinspect: filter: %s\n%s", shown(std::string_view(fault.message), Charset::ascii).c_str(),
               source::filter_carets(expression, fault).c_str());
}

LeftOver part_words(const std::vector<std::string>& words, const std::vector<std::string>& behind, bool no_files) {
  LeftOver out;
  for (const std::string& word : words) {
    if (!no_files && out.filter.empty() && names_file(word)) {
      out.files.push_back(word);
    } else {
      append_word(out.filter, word);
    }
  }
  for (const std::string& word : behind) append_word(out.filter, word);
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
    fault->message = "'" + word + "' is no file here, and no packet filter begins with it";
  }
  throw BadFilter(filter, *fault);
}

}  // namespace pp::tool
