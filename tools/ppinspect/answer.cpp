#include "ppinspect/answer.hpp"

#include <utility>

#include "pp/base/ip.hpp"
#include "pp/render/format.hpp"

namespace pp::tool {
namespace {

using inspect::Outcome;
using inspect::Record;

/// Nothing in it needs escaping: words of ours, digits, dots, colons and brackets.
std::string brief_json(const Record& r) {
  std::string out = "{\"verdict\":\"" + std::string(name(r.outcome)) + "\"";
  const Parsed parsed = r.parsed();
  const Header& h = parsed.header;
  if (r.complete && (h.addresses == Addresses::inet || h.addresses == Addresses::inet6)) {
    out +=
        ",\"src\":\"" + endpoint_text(h.source, h.source_port) + "\",\"dst\":\"" + endpoint_text(h.destination, h.destination_port) + "\"";
  }
  return out + "}\n";
}

}  // namespace

void AnswerWriter::add(const Record& r) {
  const bool taken = r.outcome == Outcome::valid || r.outcome == Outcome::warning;
  if (r.chain == 0) {
    good_ = taken;
    brief_ = form_ == ReplyForm::json ? brief_json(r) : "";
    head_only_ = r.payload.head;
  }
  render::State state;
  render::Style style;
  style.utc = true;
  style.detail = 1;
  if (form_ == ReplyForm::json) render::write_json(body_, r, style, state);
  if (form_ == ReplyForm::http) render::write_text(body_, r, style, state);
}

std::string AnswerWriter::http() const {
  std::string out = good_ ? "HTTP/1.1 200 OK\r\n" : "HTTP/1.1 400 Bad Request\r\n";
  out += "Content-Type: text/plain; charset=utf-8\r\nX-Content-Type-Options: nosniff\r\nCache-Control: no-store\r\nContent-Length: " +
         std::to_string(body_.size()) + "\r\nConnection: close\r\n\r\n";
  return head_only_ ? out : out + body_;
}

std::string AnswerWriter::take(std::size_t most) {
  std::string out;
  switch (form_) {
    // As a receiver would: a header that it can't take is refused without a word.
    case ReplyForm::ok: out = good_ ? "ok\n" : ""; break;
    case ReplyForm::json: out = body_.size() <= most ? std::move(body_) : std::move(brief_); break;
    case ReplyForm::http: out = http(); break;
    default: break;
  }
  body_.clear();
  return out;
}

}  // namespace pp::tool
