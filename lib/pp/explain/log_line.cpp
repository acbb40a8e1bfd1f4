#include "pp/explain/log_line.hpp"

#include <algorithm>

#include "pp/base/ascii.hpp"
#include "pp/explain/fixes.hpp"
#include "pp/explain/log_line_rows.hpp"
#include "pp/explain/log_quote.hpp"
#include "pp/explain/log_words.hpp"
#include "pp/wire/parse.hpp"

namespace pp::explain {
namespace {

constexpr std::size_t none = std::string_view::npos;

constexpr bool digit(char c) { return c >= '0' && c <= '9'; }
constexpr bool letter_or_digit(char c) { return digit(c) || (c >= 'a' && c <= 'z'); }

/// How often one word is in the text, with boundaries as LogRow says; counts no further than `enough`.
unsigned count_word(std::string_view text, std::string_view word, unsigned enough) {
  unsigned n = 0;
  for (std::size_t at = text.find(word); at != none && n < enough; at = text.find(word, at + word.size())) {
    const std::size_t end = at + word.size();
    const bool begins = at == 0 || !letter_or_digit(word.front()) || !letter_or_digit(text[at - 1]);
    const bool ends = end == text.size() || !digit(word.back()) || !letter_or_digit(text[end]);
    if (begins && ends) ++n;
  }
  return n;
}

/// Whether one of the alternatives is there `times` times; true for an empty list.
bool has(std::string_view text, std::string_view alternatives, unsigned times = 1) {
  if (alternatives.empty()) return true;
  while (!alternatives.empty()) {
    if (count_word(text, take_part(alternatives, '|'), times) >= times) return true;
  }
  return false;
}

bool fits(const LogRow& row, std::string_view lower) {
  if (!has(lower, row.words[0], row.times) || !has(lower, row.words[1]) || !has(lower, row.words[2])) return false;
  return row.unless.empty() || !has(lower, row.unless);
}

/// What a server quotes that expects no header. As numbers or escapes when those are there, else between quotes; some
/// quote nothing, which does not speak against a header.
bool quotes_header(const LogRow& row, std::string_view text, std::string_view lower, std::vector<std::uint8_t>& quoted) {
  quoted = header_in_line(text);
  if (!quoted.empty()) return true;
  const std::size_t at = lower.find(row.quote_after);
  if (at == none) return true;
  const std::string_view rest = text.substr(at + row.quote_after.size());
  if (const auto bytes = quoted_bytes(rest, "")) {
    if (!rest_of_header(*bytes)) return false;
    quoted = *bytes;
    return true;
  }
  return rest.find_first_not_of(" .`'\":[]<>()}") == none;
}

std::string fix_text(const LogFix& fix) {
  const std::string sender = "the sender's address";
  switch (fix.kind) {
    case LogFix::Kind::text: return std::string(fix.what);
    case LogFix::Kind::send: return std::string(sending_fix());
    case LogFix::Kind::take: return receiving_fix(fix.what, sender);
    case LogFix::Kind::take_mail: return mail_receiving_fix(fix.what, sender);
    case LogFix::Kind::trust: return trusting_fix(fix.what, sender);
  }
  return {};
}

/// Written once: a log has many lines of one row.
std::string_view fix_of(const LogRow& row) {
  static const std::vector<std::string> texts = [] {
    std::vector<std::string> out;
    for (const LogRow& each : log_rows()) out.push_back(fix_text(each.fix));
    return out;
  }();
  return texts[static_cast<std::size_t>(&row - log_rows().data())];
}

/// A v1 line that was logged without its line end, and with all its fields.
bool all_fields(Bytes quoted) { return std::count(quoted.begin(), quoted.end(), ' ') >= 5 && quoted.front() == 'P'; }

/// The fix for a receiver that expects a header follows from the bytes that it got instead.
void judge_quote(LogReading& out) {
  if (out.quoted.empty()) {
    out.side = LogSide::harmless;
    out.meaning =
        "the connection was closed without a byte: a TCP health check or a port scan; newer nginx logs the same for bytes that begin with a line end";
    out.fix = "nothing; a check that sends a header or a longer interval keeps the log quiet";
    return;
  }
  const Parsed parsed = parse(out.quoted);
  if (parsed.header.version == 0) return;
  Parsed whole = parsed;
  std::vector<std::uint8_t> line = out.quoted;
  if (parsed.header.version == 1 && all_fields(line)) {
    line.insert(line.end(), {'\r', '\n'});
    whole = parse(line);
  }
  if (whole.verdict.status == Status::malformed) {
    out.meaning = "a PROXY header came, and one of its fields is wrong";
    out.fix = "correct the header that the sender builds; the receiver's option is right";
  } else if (parsed.header.version == 2) {
    out.meaning = "the beginning of a v2 header: this receiver takes v1 alone (nginx before 1.13.11 does), or it got only a part";
    out.fix = "on the sender: v1 (haproxy \"send-proxy\"), or a receiver that takes v2; where it takes v2, write the whole header at once";
  } else if (whole.verdict.status == Status::done) {
    out.meaning = "a PROXY header came, and the receiver does not take this one: its version, its family, or a rule of the receiver's own";
    out.fix = "let the sender use the version and family that the receiver takes (v1 TCP4 or TCP6 is taken almost everywhere)";
  } else {
    out.meaning = "only a part of a header had arrived: it was sent in pieces, and this receiver reads once, or it was cut";
    out.fix = "let the sender write the whole header at once, before anything else";
  }
}

constexpr std::string_view logged_id = "header-as-data";
/// Programs that report the headers that they send or have taken quote them too.
constexpr std::string_view all_is_well =
    "valid proxy|successful|sending proxy|sent proxy|writing proxy|accepted proxy|header accepted|header parsed|parsed proxy";

}  // namespace

std::optional<LogReading> read_log_line(std::string_view text) {
  const LogRowSet candidates = rows_with_first_words(text);
  if (candidates.none()) return std::nullopt;
  const std::string lower = ascii_lower(text);
  for (std::size_t i = 0; i < log_rows().size(); ++i) {
    const LogRow& row = log_rows()[i];
    if (!candidates[i] || !fits(row, lower)) continue;
    LogReading out{row.id, row.who, row.side, row.meaning, fix_of(row), {}};
    if (row.quote == LogQuote::header && !quotes_header(row, text, lower, out.quoted)) continue;
    if (row.quote == LogQuote::any) {
      auto quoted = quoted_bytes(text, row.quote_after);
      if (!quoted && row.side == LogSide::sender) {
        const std::size_t at = lower.find(row.quote_after) + row.quote_after.size();
        const std::string_view rest = text.substr(std::min(text.size(), at));
        if (rest.starts_with(": ") && rest.size() > 2) quoted = without_escapes(rest.substr(2));
      }
      if (quoted) {
        out.quoted = *std::move(quoted);
        judge_quote(out);
      }
    }
    if (row.quote == LogQuote::found) {
      out.quoted = header_in_line(text);
      if (!out.quoted.empty()) judge_quote(out);
    }
    return out;
  }
  if (!candidates[printed_header_bit] || has(lower, all_is_well)) return std::nullopt;
  static const std::string fix = receiving_fix("", "the sender's address");
  LogReading out{logged_id,
                 "a server that logs what it does not understand",
                 LogSide::receiver,
                 "the line quotes a PROXY header: it came to something that does not expect one, and was read as its own protocol",
                 fix,
                 header_in_line(text)};
  if (!out.quoted.empty()) return out;
  return std::nullopt;
}

std::vector<std::string_view> log_line_ids() {
  std::vector<std::string_view> out;
  for (const LogRow& row : log_rows()) {
    if (out.empty() || out.back() != row.id) out.push_back(row.id);
  }
  out.push_back(logged_id);
  return out;
}

}  // namespace pp::explain
