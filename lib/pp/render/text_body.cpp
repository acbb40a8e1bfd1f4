#include "pp/render/text_body.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "pp/base/utf8.hpp"
#include "pp/explain/finding_text.hpp"
#include "pp/render/layout.hpp"
#include "pp/render/palette.hpp"
#include "pp/render/text_bytes.hpp"
#include "pp/render/text_line.hpp"
#include "pp/render/text_words.hpp"
#include "pp/text/format.hpp"

namespace pp::render {
namespace {

using inspect::Outcome;
using inspect::PayloadKind;
using inspect::ReactionKind;
using inspect::Record;
using inspect::Side;
using lint::Finding;
using lint::Level;
using text::Shown;

constexpr Fault not_proxy = Fault::not_proxy;

/// That a sender is malformed is what the findings say.
bool says_more(const Record& r) { return r.diagnosis && r.diagnosis->code != "sender-malformed"; }

/// A diagnosis says what these findings say, with the cause.
bool said_by_diagnosis(const Record& r, const Finding& f) {
  constexpr std::array rules = {lint::Rule::header_refused, lint::Rule::header_chained, lint::Rule::header_after_data,
                                lint::Rule::header_direction};
  if (!says_more(r)) return false;
  if (std::any_of(rules.begin(), rules.end(), [&f](lint::Rule rule) { return f.code == rule; })) return true;
  return f.code == not_proxy && f.length == 0;
}

/// What came in place of a header has a name that says more than its first bytes.
bool said_by_payload(const Record& r, const Finding& f) {
  if (r.outcome != Outcome::missing || f.code != not_proxy || f.length > 0) return false;
  return r.payload.kind != PayloadKind::text && r.payload.kind != PayloadKind::binary;
}

/// Notes about a good header are for whoever asks; one that casts doubt on the verdict is for everybody.
bool shows(const Record& r, const Finding& f, unsigned detail) {
  return f.level != Level::note || detail > 0 || !r.complete || f.code == lint::Rule::capture_incomplete;
}

Level level_of(const Record& r) {
  Level worst = Level::note;
  for (const Finding& f : r.findings) worst = std::max(worst, f.level);
  return worst;
}

/// A message as a sentence: a capital and a full stop. Names such as "v2" keep their letter.
std::string sentence(std::string_view message) {
  std::string out(message);
  const bool word = out.size() > 1 && out[0] >= 'a' && out[0] <= 'z' && (out[1] < '0' || out[1] > '9');
  if (word) out[0] = static_cast<char>(out[0] - 'a' + 'A');
  const bool open = !out.empty() && std::string_view(".!?").find(out.back()) == std::string_view::npos;
  if (open && out.find('\n') == std::string::npos) out += '.';
  return out;
}

/// "An HTTP request came in place of the header: "GET / HTTP/1.1", Host x."
std::string what_came(const Record& r, const Style& style) {
  if (r.payload.kind == PayloadKind::nothing) return r.flow.captured ? "The connection carried no byte." : "There are no bytes.";
  const std::string_view what = title(r.payload.kind);
  const std::string words = payload_words(r.payload, style);
  std::string_view rest = std::string_view(words).substr(what.size());
  while (rest.starts_with(' ') || rest.starts_with(',')) rest.remove_prefix(1);
  std::string out = sentence(what);
  out.pop_back();
  text::append(out, " came in place of the header{}{}.", rest.empty() ? "" : ": ", rest);
  return out;
}

/// What the receiver did, where no diagnosis is about that; empty when it is not known.
std::string what_followed(const Record& r) {
  const inspect::Reaction& x = r.reaction;
  const bool taken = x.kind == ReactionKind::data && x.answer == inspect::AnswerClass::ok;
  if (r.chain > 0 || (r.outcome != Outcome::missing && r.outcome != Outcome::malformed)) return {};
  const std::string later = inspect::duration_text(x.after_us) + " later";
  if (taken && r.outcome == Outcome::malformed) {
    return text::format("The receiver took it all the same: \"{}\" {}. Another receiver may not.", Shown{x.text}, later);
  }
  if (x.kind == ReactionKind::data && x.answer == inspect::AnswerClass::tls_alert) {
    return text::format("The receiver sent TLS alert {} {}.", inspect::tls_alert_name(x.code), later);
  }
  if (x.kind == ReactionKind::data && x.text.empty()) return text::format("The receiver answered {}.", later);
  if (x.kind == ReactionKind::data) return text::format("The receiver answered \"{}\" {}.", Shown{x.text}, later);
  if (x.by != Side::receiver) return {};
  if (x.kind == ReactionKind::fin) return text::format("The receiver closed {}.", later);
  if (x.kind == ReactionKind::rst) return text::format("The receiver reset the connection {}.", later);
  return {};
}

/// A paragraph, and at its end or below it where to look.
void append_paragraph(std::string& out, std::string_view text, std::string& place, const Style& style) {
  out.append(block_indent, ' ');
  if (text.empty()) {
    append_painted(out, style, Paint::faint, std::exchange(place, {}));
    out += '\n';
    return;
  }
  const std::size_t column = append_wrapped(out, text, block_indent, block_indent, style);
  if (!append_side(out, column, place, style)) {
    out.append(1, '\n').append(block_indent, ' ');
    append_painted(out, style, Paint::faint, place);
  }
  place.clear();
  out += '\n';
}

void append_bytes_of(std::string& out, const Record& r, const Finding& f, const Style& style) {
  if (style.redacted || f.length == 0 || r.bytes.empty() || f.offset > r.bytes.size()) return;
  const Marked marked{f.offset, f.length, paint_of(f.level)};
  if (r.bytes[0] == 'P' || r.parsed().header.version == 1) {
    append_line_with_carets(out, r.bytes, marked, style);
  } else {
    append_rows_with_carets(out, r.bytes, marked, style);
  }
}

void append_finding(std::string& out, const Record& r, const Finding& f, std::string& place, const Style& style) {
  // With --redact the rule is all that may be said, and follows.
  if (r.redactor == nullptr) {
    const std::string message = explain::finding_text(f, r);
    const bool lower = (f.level < level_of(r) && f.code != not_proxy) || r.outcome == Outcome::valid;
    std::string words = sentence(message);
    if (lower) words = text::format("{}: {}{}", f.level == Level::note ? "Note" : "Warning", message, words.substr(message.size()));
    if (f.length > 0) text::append(place, "{}header byte {}", place.empty() ? "" : ", ", f.offset);
    append_paragraph(out, words, place, style);
  }
  append_bytes_of(out, r, f, style);
}

void append_labelled(std::string& out, std::string_view label, Paint paint_label, std::string_view text, std::string_view side,
                     const Style& style) {
  const bool dim = paint_label == Paint::faint;
  out.append(block_indent, ' ');
  out.append(paint(style, paint_label)).append(label);
  if (!dim) out += paint(style, Paint::off);
  out.append(label_column - block_indent - label.size(), ' ');
  // Colours end with their line, since terminals and pagers cut and scroll lines.
  std::string words;
  const std::size_t column = append_wrapped(words, text, label_column, label_column, style);
  for (std::size_t at = 0; at <= words.size();) {
    const std::size_t end = std::min(words.find('\n', at), words.size());
    if (at > 0) {
      const std::size_t blanks = std::min(words.find_first_not_of(' ', at), end) - at;
      out.append(1, '\n').append(blanks, ' ');
      at += blanks;
      if (dim) out += paint(style, paint_label);
    }
    out.append(words, at, end - at);
    if (dim) out += paint(style, Paint::off);
    at = end + 1;
  }
  if (!append_side(out, column, side, style)) {
    out += '\n';
    return append_labelled(out, "code", Paint::faint, side, {}, style);
  }
  out += '\n';
}

}  // namespace

bool needs_block(const Record& r) {
  if (r.outcome != Outcome::valid || r.diagnosis) return true;
  return std::any_of(r.findings.begin(), r.findings.end(), [&r](const Finding& f) { return shows(r, f, 0); });
}

std::vector<std::string_view> explained_codes(const Record& r) {
  std::vector<std::string_view> out;
  if (says_more(r)) out.push_back(r.diagnosis->code);
  const std::size_t findings = out.size();
  Level worst = Level::note;
  for (const Finding& f : r.findings) {
    if (!shows(r, f, 0) || said_by_diagnosis(r, f)) continue;
    out.push_back(f.code.name());
    if (f.level > worst) std::swap(out[findings], out.back());
    worst = std::max(worst, f.level);
  }
  return out;
}

void append_sentences(std::string& out, const Record& r, std::string place, const Style& style) {
  const auto silent = [&r](const Finding& f) { return said_by_diagnosis(r, f) || said_by_payload(r, f); };
  std::string words;
  const auto add = [&words](std::string_view more) {
    if (!words.empty() && !more.empty()) words += ' ';
    words += more;
  };
  if (r.outcome == Outcome::missing && std::any_of(r.findings.begin(), r.findings.end(), [&r](const Finding& f) {
        return f.code == not_proxy && f.length == 0 && (says_more(r) || said_by_payload(r, f));
      })) {
    add(what_came(r, style));
    add(what_followed(r));
    if (says_more(r)) add(sentence(r.diagnosis->sentence));
    append_paragraph(out, words, place, style);
    words.clear();
  } else if (says_more(r)) {
    words = sentence(r.diagnosis->sentence);
  }
  for (const Finding& f : r.findings) {
    if (shows(r, f, style.detail) && !silent(f)) append_finding(out, r, f, place, style);
  }
  if (r.outcome == Outcome::malformed) add(what_followed(r));
  if (!words.empty()) append_paragraph(out, words, place, style);
  if (!place.empty()) append_paragraph(out, {}, place, style);
}

void append_remedy(std::string& out, const Record& r, const Style& style) {
  if (r.diagnosis) {
    const std::string_view fix = says_more(r) || !r.diagnosis->fix.empty() ? r.diagnosis->fix : r.diagnosis->sentence;
    if (!fix.empty()) append_labelled(out, "fix", Paint::fix, sentence(fix), {}, style);
  }
  for (const Finding& f : r.findings) {
    if (!shows(r, f, style.detail) || said_by_diagnosis(r, f)) continue;
    append_labelled(out, "rule", Paint::faint, text::format("{} {}", f.code.section(), f.code.description()), f.code.name(), style);
  }
  if (says_more(r)) append_labelled(out, "code", Paint::faint, r.diagnosis->code, {}, style);
}

void append_explanation(std::string& out, std::string_view what, const inspect::Diagnosis& d, std::string_view code, const Style& style) {
  std::string no_place;
  append_paragraph(out, what.empty() ? sentence(d.sentence) : text::format("{} {}", sentence(what), sentence(d.sentence)), no_place, style);
  if (!d.fix.empty()) append_labelled(out, "fix", Paint::fix, sentence(d.fix), {}, style);
  append_labelled(out, "code", Paint::faint, code, {}, style);
}

}  // namespace pp::render
