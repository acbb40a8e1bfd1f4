#include "pp/explain/diagnosis_case.hpp"

#include <algorithm>

#include "pp/explain/receiver_limits.hpp"
#include "pp/text/format.hpp"

namespace pp::explain {

using namespace inspect;

bool Case::has_finding(lint::Rule rule) const {
  return std::any_of(r.findings.begin(), r.findings.end(), [&](const lint::Finding& f) { return f.code == rule; });
}

const lint::Finding* Case::first_error() const {
  for (const lint::Finding& f : r.findings) {
    if (f.level == lint::Level::error) return &f;
  }
  return nullptr;
}

bool Case::line_ends_only() const {
  return std::all_of(r.bytes.begin(), r.bytes.end(), [](std::uint8_t b) { return b == '\r' || b == '\n'; });
}

bool Case::followed_by_header() const { return r.payload.kind == PayloadKind::proxy_v1 || r.payload.kind == PayloadKind::proxy_v2; }

bool Case::stopped_by_receiver() const {
  if (r.outcome != Outcome::truncated || !r.flow.captured || r.mark == Mark::datagram) return false;
  return r.reaction.kind == ReactionKind::data || r.reaction.by == Side::receiver;
}

bool Case::gave_up_before() const {
  const BeforeHeader& b = r.reaction.before;
  return b.by == Side::receiver && (b.kind == ReactionKind::fin || b.kind == ReactionKind::rst);
}

std::string Case::version() const { return h.version == 0 ? "PROXY" : text::format("PROXY v{}", h.version); }

std::string Case::sender() const { return r.flow.unix_socket ? text::format("process {}", r.flow.peer_pid) : to_string(r.flow.source); }

std::string Case::port() const {
  if (r.flow.unix_socket) return text::format("{}", text::Shown{r.input});
  return text::format("port {}", r.flow.destination_port);
}

std::string Case::after() const { return text::format("{} after", duration_text(r.reaction.after_us)); }

std::string Case::part() const { return text::format("{} of a header", text::Counted{r.bytes.size(), "byte"}); }

std::string Case::words() const { return r.reaction.text.empty() ? "an error" : text::format("\"{}\"", text::Shown{r.reaction.text}); }

std::string Case::said_before() const {
  const BeforeHeader& before = r.reaction.before;
  if (before.text.empty()) return {};
  return text::format(", having said \"{}\"", text::Shown{before.text});
}

std::string Case::follows() const { return std::string(title(r.payload.kind)); }

std::string Case::does_not_expect() const {
  if (read_as_data())
    return text::format("it read the header as data, since it does not expect {} on {} or does not trust {}", version(), port(), sender());
  return text::format("it likely does not expect {} on {}, or does not trust {}", version(), port(), sender());
}

std::string Case::too_long() const { return limits_below(r.bytes.size()); }

}  // namespace pp::explain
