#include "pp/render/predicted.hpp"

#include <algorithm>

#include "pp/text/format.hpp"

namespace pp::render {
namespace {

using judge::Fate;
using judge::Prediction;
using judge::Sure;

/// What should come of a header: its address used, the connection's own, or a refusal of what is not a header.
Fate wanted(const inspect::Record& r) {
  if (!r.is_header() || r.parsed().verdict.status != Status::done) return Fate::refused;
  return r.parsed().header.addresses != Addresses::none ? Fate::taken : Fate::taken_real;
}

std::string_view wanted_words(Fate fate, bool one) {
  if (fate == Fate::refused) return one ? "refuses it" : "refuse it";
  if (fate == Fate::taken) return one ? "takes it, with the header's address" : "take it, with the header's address";
  return one ? "takes it, with the connection's own address" : "take it, with the connection's own address";
}

void append_line(std::string& out, const judge::Profile& receiver, const Prediction& p) {
  std::string by;
  for (const std::string& id : p.by) text::append(by, "{}{}", by.empty() ? "" : " ", id);
  const bool known = p.sure != Sure::unknown;
  text::append(out, "  {:<19} {:<11} {:<8} {}  {}\n", receiver.title(), known ? name(p.fate) : "", name(p.sure), by, receiver.date);
}

}  // namespace

bool is_predictable(const inspect::Record& r) noexcept {
  return !r.simple && !r.bytes.empty() && r.redactor == nullptr && r.outcome != inspect::Outcome::unreadable;
}

Prediction predicted(const judge::Profile& receiver, const inspect::Record& r) {
  return judge::predict(receiver, r.bytes, r.flow.captured && r.flow.segments > 1);
}

void append_predicted(std::string& out, const inspect::Record& r, const Style& style) {
  if (style.receivers.empty() || !is_predictable(r)) return;
  const Fate meant = wanted(r);
  std::size_t others = 0;
  for (const judge::Profile* receiver : style.receivers) {
    const Prediction p = predicted(*receiver, r);
    const bool as_meant = p.sure != Sure::unknown && p.fate == meant;
    if (as_meant) ++others;
    if (!as_meant || style.every_receiver) append_line(out, *receiver, p);
  }
  if (others == 0 || style.every_receiver) return;
  const bool all = others == style.receivers.size();
  text::append(out, "  {} {} {}{}\n", all ? "all" : "the other", others, wanted_words(meant, others == 1), all ? "" : "   (-v lists them)");
}

bool add_receivers(Style& style, std::string_view name) {
  bool found = false;
  for (const judge::Profile& receiver : judge::measured_receivers()) {
    if (name != "all" && name != receiver.receiver && name != receiver.title()) continue;
    found = true;
    if (std::find(style.receivers.begin(), style.receivers.end(), &receiver) == style.receivers.end()) style.receivers.push_back(&receiver);
  }
  return found;
}

}  // namespace pp::render
