#include "ppinspect/answer.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

#include "pp/serve/listener.hpp"
#include "pp/text/format.hpp"

namespace pp::tool {
namespace {

using inspect::Outcome;
using inspect::Record;

/// Of a reply's bytes, what the first record's TLVs leave for the rest of it and for headers chained after it.
constexpr std::size_t share_of_rest = 4;
/// The status line and fields of an HTTP reply.
constexpr std::size_t http_head = 512;
constexpr std::string_view cut_line = "... cut here: a reply has at most 65,536 bytes\n";
/// A record without its TLVs, findings and hex is longer than this.
constexpr std::size_t least_record = 256;

/// Nothing in it needs escaping: words of ours, digits, dots, colons and brackets.
std::string brief_json(const Record& r, bool cut) {
  std::string out = text::format("{{\"verdict\":\"{}\"", name(r.outcome));
  const Parsed parsed = r.parsed();
  const Header& h = parsed.header;
  if (r.complete && (h.addresses == Addresses::inet || h.addresses == Addresses::inet6)) {
    text::append(out, ",\"src\":\"{}\",\"dst\":\"{}\"", text::Endpoint{h.source, h.source_port},
                 text::Endpoint{h.destination, h.destination_port});
  }
  out += cut ? ",\"reply_cut\":true}\n" : "}\n";
  return out;
}

}  // namespace

void AnswerWriter::start(std::size_t most) {
  most_ = most;
  body_.clear();
  brief_.clear();
  good_ = true;
  head_only_ = false;
}

void AnswerWriter::add(const Record& r) {
  if (r.chain == 0) {
    good_ = r.outcome == Outcome::valid || r.outcome == Outcome::warning;
    brief_ = form_ == ReplyForm::json ? brief_json(r, false) : "";
    head_only_ = r.payload.head;
  }
  if (form_ == ReplyForm::json) add_json(r);
  if (form_ == ReplyForm::http && body_.size() < most_) {
    render::State state;
    render::write_text(body_, r, style(most_ - body_.size()), state);
  }
}

render::Style AnswerWriter::style(std::size_t most) {
  render::Style out;
  out.utc = true;
  out.detail = 1;
  out.most = most - most / share_of_rest;
  return out;
}

/// Writes a record that comes out too long, because there was much to escape, once more with fewer TLVs.
void AnswerWriter::add_json(const Record& r) {
  const std::size_t start = body_.size();
  std::size_t share = most_ - std::min(most_, start);
  do {
    body_.resize(start);
    render::State state;
    render::write_json(body_, r, style(share), state);
    if (body_.size() <= most_) return;
    share /= 2;
  } while (most_ >= serve::reply_most && share > least_record);
  body_.resize(start);
  const std::string brief = brief_json(r, true);
  if (start > 0 && start + brief.size() <= most_) body_ += brief;
}

std::string AnswerWriter::http() {
  const std::size_t room = most_ - std::min(most_, http_head);
  if (body_.size() > room) {
    const std::size_t end = body_.rfind('\n', room - cut_line.size() - 1);
    body_.resize(end == std::string::npos ? 0 : end + 1);
    body_ += cut_line;
  }
  std::string out = text::format(
      "HTTP/1.1 {}\r\nContent-Type: text/plain; charset=utf-8\r\nX-Content-Type-Options: nosniff\r\nCache-Control: no-store\r\n"
      "Content-Length: {}\r\nConnection: close\r\n\r\n",
      good_ ? "200 OK" : "400 Bad Request", body_.size());
  if (!head_only_) out += body_;
  return out;
}

std::string AnswerWriter::take() {
  switch (form_) {
    // As a receiver would: a header that it can't take is refused without a word.
    case ReplyForm::ok: return good_ ? "ok\n" : "";
    case ReplyForm::json: return std::exchange(body_.empty() ? brief_ : body_, {});
    case ReplyForm::http: return http();
    default: return {};
  }
}

}  // namespace pp::tool
