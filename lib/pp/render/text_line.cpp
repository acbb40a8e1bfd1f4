#include "pp/render/text_line.hpp"

#include <algorithm>
#include <array>

#include "pp/base/utf8.hpp"
#include "pp/render/layout.hpp"
#include "pp/render/text_words.hpp"
#include "pp/render/time_text.hpp"
#include "pp/text/format.hpp"

namespace pp::render {
namespace {

using inspect::Label;
using inspect::Outcome;
using inspect::Record;
using text::Shown;

/// One line out of parts with two blanks between. When it is too wide, parts go to lines of their own below.
class Line {
 public:
  explicit Line(std::string& out) : out_(out), start_(out.size()) {}

  /// Continuation lines begin where the line stands now.
  void hang_here() { hang_ = columns(std::string_view(out_).substr(start_)); }
  void part() {
    if (out_.size() == start_ || out_.back() == ' ') return;
    if (count_ < breaks_.size()) breaks_[count_++] = out_.size();
    out_ += "  ";
  }
  /// The column that the line has come to.
  std::size_t finish(const Style& style) {
    const std::string_view line = std::string_view(out_).substr(start_);
    const std::size_t width = columns(line);
    return style.width == 0 || width <= style.width ? width : wrap(style.width);
  }
  bool fits(std::size_t more, const Style& style) const {
    return style.width == 0 || columns(std::string_view(out_).substr(start_)) + more <= style.width;
  }

 private:
  std::size_t wrap(std::size_t width) {
    const std::string line = out_.substr(start_);
    const std::size_t indent = hang_ * 3 > width ? block_indent : hang_;
    out_.resize(start_);
    std::size_t column = 0, at = 0;
    for (std::size_t i = 0; i <= count_; ++i) {
      const std::size_t end = i < count_ ? breaks_[i] - start_ : line.size();
      const std::string_view part = std::string_view(line).substr(at, end - at);
      const std::size_t wanted = columns(part);
      if (column > 0 && column + 2 + wanted > width) {
        out_.append(1, '\n').append(indent, ' ');
        column = indent;
      } else if (column > 0) {
        out_ += "  ";
        column += 2;
      }
      out_ += part;
      column += wanted;
      at = std::min(end + 2, line.size());
    }
    return column;
  }

  std::string& out_;
  std::size_t start_;
  std::size_t hang_ = 0;
  std::array<std::size_t, 12> breaks_{};
  std::size_t count_ = 0;
};

void append_verdict(std::string& out, const Record& r, const Style& style) {
  const Label label = label_of(r);
  if (label == Label::ok) {
    out += "ok        ";
    return;
  }
  const Paint p = verdict_paint(r);
  text::append(out, "{}{:<9}{} ", paint(style, p), row(label).word, paint(style, Paint::off));
}

void append_peers(std::string& out, const Record& r, const Style& style) {
  if (r.flow.captured && r.flow.unix_socket) {
    text::append(out, "pid {} uid {}", r.flow.peer_pid, r.flow.peer_uid);
    if (!style.own_address) text::append(out, " > {}", Shown{r.input, charset(style)});
  } else if (r.flow.captured) {
    append_endpoint(out, r.flow.source, r.flow.source_port);
    if (style.own_address) return;
    out += " > ";
    append_endpoint(out, r.flow.destination, r.flow.destination_port);
  } else if (r.line > 0) {
    text::append(out, "{}:{}", Shown{r.input, charset(style)}, r.line);
  }
}

/// Time, verdict and peers.
void begin(Line& line, std::string& out, const Record& r, const Style& style, State& state) {
  if (r.flow.captured && style.time != TimeStyle::none) {
    append_time(out, r.flow.time_ns, r.flow.nanoseconds, style, state);
    out += "  ";
  }
  append_verdict(out, r, style);
  line.hang_here();
  append_peers(out, r, style);
}

void append_client_part(Line& line, std::string& out, const Record& r, const Header& h, const Style& style) {
  // With -v the address has a row.
  if (style.detail == 0 && r.complete && h.addresses != Addresses::none) {
    line.part();
    out += "client ";
    append_client(out, h, style);
  }
  if (r.stream_offset > 0) {
    line.part();
    text::append(out, "after {}", text::Counted{r.stream_offset, "byte"});
  }
  if (r.amends) {
    line.part();
    text::append(out, "was {}", *r.amends == Outcome::valid ? "ok" : name(*r.amends));
  }
}

/// "PROXY v2, command PROXY, TCP over IPv4, 36 bytes".
void append_title(std::string& out, const Record& r, const Header& h) {
  const text::Counted size{r.bytes.size(), "byte"};
  if (r.simple) {
    return text::append(out, "Simple Proxy Protocol, {}{}",
                        !r.complete       ? ""
                        : h.family() == 2 ? "UDP over IPv6, "
                                          : "UDP over IPv4, ",
                        size);
  }
  if (h.version == 0) return text::append(out, "PROXY header, {}", size);
  text::append(out, "PROXY v{}", h.version);
  if (h.version == 1) {
    if (h.version_command == 0x10) out += ", UNKNOWN";
    if (h.version_command == 0x11) out += h.family() == 2 ? ", TCP over IPv6" : ", TCP over IPv4";
  } else if (r.bytes.size() > 13 && h.version_command >> 4 == 2 && (h.version_command & 15U) < 2) {
    out += h.is_local() ? ", command LOCAL" : ", command PROXY";
    constexpr std::string_view over[] = {"unspecified transport", "TCP", "UDP"};
    constexpr std::string_view over_unix[] = {"unspecified transport", "stream", "datagram"};
    const FamilyInfo* f = family_info(h.family());
    if (!h.is_local() && f != nullptr && h.transport() < 3) {
      if (h.family() == 0) {
        out += ", UNSPEC";
      } else {
        text::append(out, ", {} over {}", h.family() == 3 ? over_unix[h.transport()] : over[h.transport()], f->title);
      }
    }
  }
  text::append(out, ", {}", size);
}

}  // namespace

Paint verdict_paint(const Record& r) {
  lint::Level worst = lint::Level::note;
  for (const lint::Finding& f : r.findings) worst = std::max(worst, f.level);
  switch (r.outcome) {
    case Outcome::valid: return Paint::off;
    case Outcome::malformed:
    case Outcome::truncated:
    case Outcome::unreadable: return Paint::error;
    default: return paint_of(worst);
  }
}

void append_kind(std::string& out, const Record& r, const Header& h) {
  append_header_words(out, h, r);
  if (r.complete && r.payload.kind != inspect::PayloadKind::nothing) out.append(", then ").append(brief(r.payload.kind));
  for (const lint::Finding& f : r.findings) {
    if (f.level == lint::Level::note && r.outcome == Outcome::valid) out.append(" (").append(f.code.name()).append(1, ')');
  }
}

void append_record_line(std::string& out, const Record& r, const Header& h, std::string_view again, const Style& style, State& state) {
  Line line(out);
  begin(line, out, r, style, state);
  if (r.is_header()) {
    line.part();
    append_kind(out, r, h);
  }
  append_client_part(line, out, r, h, style);
  if (!again.empty()) {
    line.part();
    out += again;
  }
  const std::string place = place_words(r, nullptr, style);
  if (!place.empty() && line.fits(columns(place) + 2, style)) {
    line.part();
    append_painted(out, style, Paint::faint, place);
  }
  line.finish(style);
  out += '\n';
}

std::string append_block_head(std::string& out, const Record& r, const Header& h, const Style& style, State& state) {
  Line line(out);
  begin(line, out, r, style, state);
  if (r.is_header()) {
    line.part();
    if (style.detail > 0) {
      append_title(out, r, h);
    } else {
      append_header_words(out, h, r);
    }
  }
  append_client_part(line, out, r, h, style);
  while (out.back() == ' ') out.pop_back();
  std::string place = place_words(r, nullptr, style);
  if (append_side(out, line.finish(style), place, style)) place.clear();
  out += '\n';
  return place;
}

void append_run(std::string& out, const GoodRun& run, const Style& style, State& state) {
  const std::size_t start = out.size();
  if (style.time != TimeStyle::none) {
    append_time(out, run.first_ns, run.nanoseconds, style, state);
    out += "  ";
  }
  std::string count, until;
  text::append(count, "ok  x{}", run.count);
  text::append(out, "{:<9} {} > :{}  {}", count, run.sender, run.port, run.kind);
  if (style.time != TimeStyle::none) {
    until = "until ";
    append_time(until, run.last_ns, run.nanoseconds, style, state);
  }
  if (!append_side(out, columns(std::string_view(out).substr(start)), until, style)) {
    out.append("\n  ");
    append_painted(out, style, Paint::faint, until);
  }
  out += '\n';
}

void separate(std::string& out, State::Written next, State& state, bool joins) {
  const bool blocks = !joins && (next == State::Written::block || state.last == State::Written::block);
  if (blocks && state.last != State::Written::nothing) out += '\n';
  state.last = next;
}

}  // namespace pp::render
