#include "pp/explain/log_report.hpp"

#include <algorithm>
#include <utility>

#include "pp/base/ascii.hpp"
#include "pp/base/ip.hpp"
#include "pp/explain/log_words.hpp"

namespace pp::explain {
namespace {

constexpr std::size_t none = std::string_view::npos;
/// The first address after the words with which programs name the client.
std::string client_of(std::string_view line) {
  for (const std::string_view word : {"client: ", "rip=", "[client ", "from ", "ip=", "remote=", ""}) {
    std::size_t at = word.empty() ? 0 : line.find(word);
    if (at == none) continue;
    at += word.size();
    if (at < line.size() && line[at] == '[') ++at;
    const std::size_t end = std::min(line.find_first_not_of("0123456789abcdefABCDEF.:", at), line.size());
    std::string_view address = line.substr(at, end - at);
    if (parse_ip(address)) return std::string(address);
    const std::size_t port = address.rfind(':');
    if (port != none && parse_ip(address.substr(0, port))) return std::string(address.substr(0, port));
  }
  return {};
}

/// The time at the line's beginning, as it is written: up to its last digit before the first word of letters alone.
std::string time_of(std::string_view line) {
  constexpr std::size_t longest = 64;
  std::string_view head = line.substr(0, longest);
  const std::size_t colon = head.find(':');
  // hh:mm:ss somewhere, and the date before it.
  for (std::size_t at = colon; at != none && at + 5 < head.size(); at = head.find(':', at + 1)) {
    const auto two = [&](std::size_t i) {
      return i + 1 < head.size() && head[i] >= '0' && head[i] <= '9' && head[i + 1] >= '0' && head[i + 1] <= '9';
    };
    const bool of_year = at >= 3 && head[at - 3] >= '0' && head[at - 3] <= '9';  // 2026:13:04:42
    if (at < 2 || of_year || !two(at - 2) || !two(at + 1) || head[at + 3] != ':' || !two(at + 4)) continue;
    std::size_t start = at - 2;
    const auto of_date = [](char c) { return c != '[' && c != '"' && c != '(' && c != '='; };
    while (start > 0 && at - start < 16 && of_date(head[start - 1])) --start;
    return std::string(head.substr(start, at + 6 - start));
  }
  return {};
}

}  // namespace

void LogReport::add(std::string_view line) {
  constexpr std::string_view quote_begins = "broken header: \"", quote_ended = "while reading PROXY protocol";
  constexpr std::size_t longest_quote = 8192;
  ++lines_;
  if (!open_.empty()) {
    const bool begins = line.find(quote_begins) != none;
    if (!begins) open_.append("\n").append(line.substr(0, longest_quote));
    if (begins || open_.size() > longest_quote || line.find(quote_ended) != none) finish();
    if (!begins) return;
  }
  if (!may_be_known(line)) return;
  if (line.find(quote_begins) != none && line.find(quote_ended) == none) {
    open_.assign(line.substr(0, longest_quote));
    return;
  }
  count(line);
}

void LogReport::finish() {
  if (!open_.empty()) count(open_);
  open_.clear();
}

void LogReport::add_text(std::string_view text) {
  const std::uint64_t before = known_;
  for (std::string_view rest = text; !rest.empty();) add(take_part(rest, '\n'));
  finish();
  if (known_ == before) count(text);
}

const LogGroup* LogReport::take_new() { return std::exchange(new_, nullptr); }

void LogReport::count(std::string_view line) {
  auto reading = read_log_line(line);
  if (!reading) return;
  ++known_;
  std::string client = client_of(line);
  std::string key = std::string(reading->id) + '\n' + std::string(name(reading->side)) + '\n' + std::string(reading->fix.substr(0, 40));
  std::string with_client = key + '\n' + client;
  if (groups_.size() >= most_groups && groups_.find(with_client) == groups_.end()) {
    with_client = key;
    client.clear();
  }
  LogGroup& group = groups_[with_client];
  std::string time = time_of(line);
  if (group.count++ == 0) {
    constexpr std::size_t kept = 256;
    if (reading->quoted.size() > kept) reading->quoted.resize(kept);
    group.reading = *std::move(reading);
    group.client = std::move(client);
    group.first = time;
    new_ = &group;
  }
  group.last = std::move(time);
}

std::vector<LogGroup> LogReport::groups() const {
  std::vector<LogGroup> out;
  for (const auto& [key, group] : groups_) out.push_back(group);
  const auto before = [](const LogGroup& a, const LogGroup& b) {
    const bool calm_a = a.reading.side == LogSide::harmless, calm_b = b.reading.side == LogSide::harmless;
    if (calm_a != calm_b) return calm_b;
    if (a.count != b.count) return a.count > b.count;
    if (a.reading.id != b.reading.id) return a.reading.id < b.reading.id;
    return a.client != b.client ? a.client < b.client : a.reading.meaning < b.reading.meaning;
  };
  std::sort(out.begin(), out.end(), before);
  return out;
}

}  // namespace pp::explain
