// Records as text: one line for a good header, a diagnostic below it for a bad one, a block with -v.
#include <algorithm>

#include "pp/base/hex.hpp"
#include "pp/base/utf8.hpp"
#include "pp/explain/finding_text.hpp"
#include "pp/render/format.hpp"
#include "pp/render/palette.hpp"
#include "pp/render/text_block.hpp"
#include "pp/render/text_bytes.hpp"
#include "pp/render/text_words.hpp"
#include "pp/render/time_text.hpp"

namespace pp::render {
namespace {

using inspect::Outcome;
using inspect::Record;

Paint paint_of(Outcome o) {
  switch (o) {
    case Outcome::valid: return Paint::good;
    case Outcome::warning:
    case Outcome::missing: return Paint::warning;
    case Outcome::cut:
    case Outcome::gap:
    case Outcome::incomplete: return Paint::note;
    default: return Paint::error;
  }
}

Paint paint_of(lint::Level level) {
  return level == lint::Level::error ? Paint::error : level == lint::Level::warning ? Paint::warning : Paint::note;
}

void append_reaction(std::string& out, const Record& r, const Style& style) {
  const inspect::Reaction& x = r.reaction;
  using inspect::ReactionKind;
  if (x.kind == ReactionKind::unknown || x.kind == ReactionKind::none) return;
  if (x.kind == ReactionKind::data && x.answer == inspect::AnswerClass::ok) return;
  if (x.kind != ReactionKind::data && (r.outcome == Outcome::valid || x.by == inspect::Side::sender)) return;
  out += paint(style, Paint::faint);
  out += "  after " + inspect::duration_text(x.after_us) + ": ";
  if (x.kind == ReactionKind::data) {
    out += x.answer == inspect::AnswerClass::tls_alert ? "TLS alert " + inspect::tls_alert_name(x.code)
           : x.text.empty()                            ? std::string("data")
                                                       : "\"" + shown(std::string_view(x.text), Charset::ascii) + "\"";
  } else {
    out += std::string(name(x.by)) + (x.kind == ReactionKind::rst ? " reset" : " closed");
  }
  out += paint(style, Paint::off);
}

void append_line(std::string& out, const Record& r, const Parsed& parsed, const Style& style, State& state) {
  append_place(out, r, style, state);
  if (r.is_header()) {
    out += header_words(parsed.header, r) + "  ";
    const std::string addresses = address_words(parsed.header, style);
    if (r.complete && !addresses.empty()) out += addresses + "  ";
  }
  out += paint(style, paint_of(r.outcome));
  if (r.amends) out += "now ";
  out += r.outcome == Outcome::valid ? std::string_view("ok") : name(r.outcome);
  out += paint(style, Paint::off);
  if (r.is_header()) out += "  " + std::to_string(r.bytes.size()) + "B";
  if (r.complete && r.flow.settled_us >= 0 && r.chain == 0) out += " in " + inspect::duration_text(r.flow.settled_us);
  if (r.outcome == Outcome::missing) {
    out += "  saw " + payload_words(r.payload, style);
  } else if (r.complete && r.payload.kind != inspect::PayloadKind::nothing) {
    out += "  then " + std::string(short_name(r.payload.kind));
  }
  if (r.chain > 0) out += "  chained behind " + std::to_string(r.stream_offset) + " bytes";
  append_reaction(out, r, style);
  for (const lint::Finding& f : r.findings) {
    if (f.level == lint::Level::note && r.outcome == Outcome::valid) out += " (" + std::string(f.code.name()) + ")";
  }
  // Side and cause stand on the first line, the sentence below.
  if (r.diagnosis) {
    out += "  [" + (r.diagnosis->side == inspect::Side::unknown ? std::string("cannot know") : std::string(name(r.diagnosis->side))) +
           ": " + std::string(r.diagnosis->code) + "]";
  }
  out += '\n';
}

void append_finding(std::string& out, const Record& r, const lint::Finding& f, const Style& style) {
  out += paint(style, paint_of(f.level));
  out += r.outcome == Outcome::missing && f.code == Fault::not_proxy ? std::string_view("missing") : name(f.level);
  out += "[" + std::string(f.code.name()) + "]";
  out += paint(style, Paint::off);
  // With --redact the description is all that may be said, and stands below.
  if (r.redactor == nullptr) out += ": " + explain::finding_text(f, r);
  out += "\n";
  append_location(out, r, f);
  if (!style.redacted && f.length > 0 && !r.bytes.empty() && f.offset <= r.bytes.size()) {
    if (r.bytes[0] == 'P' || r.parsed().header.version == 1) {
      append_line_with_carets(out, r.bytes, f.offset, f.length, style);
    } else {
      append_rows_with_carets(out, r.bytes, f.offset, f.length, style);
    }
  }
  out += "   = rule: " + std::string(f.code.description()) + " (" + std::string(f.code.section()) + ")\n";
}

void append_diagnosis(std::string& out, const inspect::Diagnosis& d, const Style& style) {
  out += paint(style, Paint::strong);
  out += "diagnosis";
  out += paint(style, Paint::off);
  out += ": " + d.sentence + "\n";
  if (!d.fix.empty()) out += "   = fix: " + d.fix + "\n";
}

}  // namespace

void write_text(std::string& out, const Record& r, const Style& style, State& state) {
  // A redacted record is shown so whoever asks: the answers to a listener's sender have a style of their own.
  if (r.redactor != nullptr && !style.redacted) {
    Style redacted = style;
    redacted.redacted = true;
    redacted.detail = std::min(style.detail, 1U);
    return write_text(out, r, redacted, state);
  }
  if (style.quiet && r.outcome == Outcome::valid) return;
  ++state.shown;
  const Parsed parsed = r.parsed();
  // Of bytes from an argument or a pipe, a header that does not parse is its diagnostic alone.
  const bool bare = !r.complete && !r.flow.captured && r.line == 0 && r.chain == 0 && r.is_header();
  if (!bare && style.detail > 0 && r.is_header()) append_block(out, r, parsed, style, state);
  if (!bare && (style.detail == 0 || !r.is_header())) append_line(out, r, parsed, style, state);
  // That the sender is malformed is what the findings say.
  if (r.diagnosis && r.diagnosis->code != "sender-malformed") append_diagnosis(out, *r.diagnosis, style);
  for (const lint::Finding& f : r.findings) {
    const bool doubt = f.code == lint::Rule::capture_incomplete;  // about the verdict that is shown
    if (f.level != lint::Level::note || style.detail > 0 || !r.complete || doubt) append_finding(out, r, f, style);
  }
}

}  // namespace pp::render
