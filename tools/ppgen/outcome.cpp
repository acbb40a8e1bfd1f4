#include "ppgen/outcome.hpp"

#include <algorithm>

#include "pp/inspect/answer.hpp"
#include "pp/render/text_words.hpp"
#include "pp/text/format.hpp"
#include "pp/wire/fault.hpp"
#include "pp/wire/parse.hpp"
#include "pp/wire/simple.hpp"

namespace pp::tool {
namespace {

/// What follows the greeting; the greeting when nothing does.
Bytes telling_part(const Exchange& e) {
  const Bytes all(e.answer);
  const std::size_t greeting = inspect::greeting_size(all);
  return greeting < all.size() ? all.subspan(greeting) : all;
}

}  // namespace

Outcome judge(const Exchange& e, Bytes sent) {
  Outcome out;
  inspect::classify_answer(telling_part(e), out.reaction);
  if (!e.answer.empty()) {
    constexpr std::size_t enough = 12;
    const std::size_t size = std::min(e.answer.size(), sent.size());
    out.echoed = size >= enough && std::equal(sent.begin(), sent.begin() + static_cast<std::ptrdiff_t>(size), e.answer.begin());
    out.kind = inspect::is_error(out.reaction.answer) ? OutcomeKind::error : OutcomeKind::answered;
  } else if (e.ending == Ending::fin || e.ending == Ending::rst) {
    out.kind = OutcomeKind::closed;
  } else if (e.ending == Ending::unreachable || e.ending == Ending::failed) {
    out.kind = OutcomeKind::failed;
  }
  return out;
}

bool is_telling(const Exchange& e) {
  const Bytes all(e.answer);
  const std::size_t greeting = inspect::greeting_size(all);
  if (greeting >= all.size()) return false;
  const Bytes rest = all.subspan(greeting);
  constexpr std::size_t class_bytes = 13;  // "HTTP/1.1 200 "
  return rest.size() >= class_bytes || std::find(rest.begin(), rest.end(), std::uint8_t{'\n'}) != rest.end() ||
         (rest.size() >= 7 && rest[0] == 0x15);
}

std::string outcome_words(const Exchange& e, const Outcome& o) {
  switch (o.kind) {
    case OutcomeKind::answered:
    case OutcomeKind::error: {
      std::string out = inspect::class_name(o.reaction);
      if (o.reaction.answer == inspect::AnswerClass::tls_alert) text::append(out, " ({})", inspect::tls_alert_name(o.reaction.code));
      if (!o.reaction.text.empty()) text::append(out, " \"{}\"", text::Shown{o.reaction.text});
      if (o.echoed) out += ", an echo of what was sent";
      return out;
    }
    case OutcomeKind::closed: return e.ending == Ending::fin ? "closed with FIN" : "closed with RST";
    case OutcomeKind::silent:
      return e.ending == Ending::silence ? text::format("nothing for {}", inspect::duration_text(e.end_us)) : "nothing";
    case OutcomeKind::failed: return e.reached() ? error_words(e.error) : connect_refusal(e.place, e.error);
  }
  return {};
}

std::string ending_words(const Exchange& e) {
  const std::string when = text::format("{} after the last byte was sent", inspect::duration_text(e.end_us));
  switch (e.ending) {
    case Ending::fin: return text::format("FIN {}", when);
    case Ending::rst: return text::format("RST {}", when);
    case Ending::silence: return text::format("still open, nothing more {}", when);
    case Ending::enough:
    case Ending::open: return text::format("still open {}", when);
    case Ending::failed: return text::format("{}, {}", error_words(e.error), when);
    case Ending::left: return "reset by this side once all was sent";
    case Ending::unreachable: return connect_refusal(e.place, e.error);
  }
  return {};
}

std::string header_summary(Bytes header) {
  if (header.empty()) return "no header";
  const text::Counted size{header.size(), "byte"};
  if (is_simple(header)) {
    const Header simple = parse_simple(header).header;
    return text::format("SPP {} > {}, {}", text::Endpoint{simple.source, simple.source_port},
                        text::Endpoint{simple.destination, simple.destination_port}, size);
  }
  const Parsed parsed = parse(header);
  if (parsed.verdict.status != Status::done) {
    if (!parsed.verdict.settled()) return text::format("a part of a header, {}", size);
    return text::format("a wrong header ({}), {}", info(parsed.verdict.fault).code, size);
  }
  inspect::Record record;
  record.bytes.assign(header.begin(), header.end());
  std::string out = render::header_words(parsed.header, record);
  const std::string addresses = render::address_words(parsed.header, render::Style{});
  if (!addresses.empty()) text::append(out, " {}", addresses);
  text::append(out, ", {}", size);
  if (parsed.verdict.size < header.size()) text::append(out, " with {} after it", header.size() - parsed.verdict.size);
  return out;
}

}  // namespace pp::tool
