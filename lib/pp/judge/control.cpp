#include "pp/judge/control.hpp"

#include <algorithm>
#include <charconv>

#include "pp/judge/app.hpp"
#include "pp/text/format.hpp"

namespace pp::judge {
namespace {

using Answers = std::vector<const ControlAnswer*>;

Answers of(const std::vector<ControlAnswer>& all, Control control) {
  Answers out;
  for (const ControlAnswer& a : all) {
    if (a.control == control) out.push_back(&a);
  }
  return out;
}

template <class Holds>
bool every(const Answers& answers, Holds holds) {
  return !answers.empty() && std::all_of(answers.begin(), answers.end(), [&](const ControlAnswer* a) { return holds(*a); });
}

bool is_number(const std::optional<std::string>& text, std::uint16_t wanted) { return text && *text == text::format("{}", wanted); }

bool tells_announced(const ControlAnswer& a) {
  return a.observed.told.source && is_address(*a.observed.told.source, a.announced.source.address);
}
bool tells_mark(const ControlAnswer& a) { return a.observed.told.mark && a.observed.told.mark->find(a.mark) != std::string::npos; }

VersionControl version_control(const Answers& good, const ControlAnswer* bare, const std::vector<std::string>& none) {
  VersionControl out;
  if (good.empty()) return out;
  const std::string& answer_class = good.front()->observed.answer_class;
  const bool alike = every(good, [&](const ControlAnswer& a) { return a.observed.answer_class == answer_class; });
  out.unsteady = !alike;
  for (const ControlAnswer* a : good) out.us.push_back(a->us);
  if (!alike || answer_class.empty()) return out;

  out.believed = every(good, tells_announced);
  const bool mark = every(good, tells_mark);
  // "Differs" in what the payload alone gets, or in whether its mark comes back.
  const bool differs = bare == nullptr || bare->observed.answer_class != answer_class || (mark && !tells_mark(*bare));
  out.supported = out.believed || (mark && differs) || (!is_error_class(answer_class) && differs);
  out.oracle.answer_class = answer_class;
  out.oracle.address = every(good, [](const ControlAnswer& a) { return a.observed.told.source.has_value(); });
  out.oracle.port =
      out.believed && every(good, [](const ControlAnswer& a) { return is_number(a.observed.told.source_port, a.announced.source.port); });
  out.oracle.destination = every(good, [](const ControlAnswer& a) {
    return a.observed.told.destination && is_address(*a.observed.told.destination, a.announced.destination.address);
  });
  out.oracle.destination_port =
      every(good, [](const ControlAnswer& a) { return is_number(a.observed.told.destination_port, a.announced.destination.port); });
  out.oracle.mark = mark;
  out.oracle.none = none;
  // An address that is never the announced one is no evidence about headers.
  out.tells_another = out.supported && out.oracle.address && !out.believed;
  if (!out.believed) out.oracle.address = false;
  return out;
}

}  // namespace

std::string_view name(Control control) noexcept {
  constexpr std::string_view names[] = {"v2", "v1", "none", "damaged", "v2-local", "v1-unknown"};
  static_assert(std::size(names) == control_count);
  return names[static_cast<std::size_t>(control)];
}

std::string_view words(Control control) noexcept {
  constexpr std::string_view texts[] = {"v2", "v1", "without a header", "a damaged header", "v2 LOCAL", "v1 UNKNOWN"};
  static_assert(std::size(texts) == control_count);
  return texts[static_cast<std::size_t>(control)];
}

std::string answer_words(const Observed& observed) {
  if (!observed.answer_class.empty()) return observed.answer_class;
  if (observed.end == End::silence || observed.end == End::enough) return "silent";
  return std::string(name(observed.end));
}

Capability capability_of(const std::vector<ControlAnswer>& answers, const std::vector<std::string>& none) {
  Capability out;
  for (const ControlAnswer& a : answers) {
    std::string& known = out.answers[static_cast<std::size_t>(a.control)];
    if (known.empty()) known = answer_words(a.observed);
  }
  const Answers bare = of(answers, Control::bare);
  const ControlAnswer* const alone = bare.empty() ? nullptr : bare.front();
  out.v2 = version_control(of(answers, Control::v2), alone, none);
  out.v1 = version_control(of(answers, Control::v1), alone, none);
  for (const VersionControl* v : {&out.v2, &out.v1}) {
    if (!v->supported) continue;
    out.slowest_us = std::max(out.slowest_us, *std::max_element(v->us.begin(), v->us.end()));
    const bool mark = alone != nullptr && (!v->oracle.mark || tells_mark(*alone));
    out.header_optional = out.header_optional || (mark && alone->observed.answer_class == v->oracle.answer_class);
  }
  return out;
}

std::string why_no_control(const Capability& c, std::string_view app) {
  const auto answer = [&](Control control) -> const std::string& { return c.answers[static_cast<std::size_t>(control)]; };
  const std::string &v2 = answer(Control::v2), &v1 = answer(Control::v1), &bare = answer(Control::bare);
  const auto all = [&](auto holds) { return holds(v2) && (v1.empty() || holds(v1)) && (bare.empty() || holds(bare)); };
  if (c.unsteady()) return "the same good header gets different answers: the receiver is unsteady, or overloaded";
  if (all([](const std::string& a) { return a == "fin" || a == "rst"; })) {
    return text::format("it closes every connection, with a header and without: it does not speak {}, or does not trust this address", app);
  }
  if (all([](const std::string& a) { return a == "silent"; }))
    return text::format("it answers nothing, with a header or without: it does not speak {}, or what it knows is in a log (--log)", app);
  if (all([&](const std::string& a) { return a == v2; })) {
    return text::format(
        "it answers {} with a header and without: it does not read headers, or does not speak {}; an answer that tells the address (src=) "
        "or the mark would show which",
        v2, app);
  }
  return "no good header gets an answer that differs from the one without a header, or that tells the announced address";
}

}  // namespace pp::judge
