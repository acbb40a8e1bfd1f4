// How the header was delivered: in pieces, late, or in part.
#include "pp/explain/diagnosis_evidence.hpp"
#include "pp/explain/diagnosis_rows.hpp"
#include "pp/explain/fixes.hpp"
#include "pp/text/format.hpp"

namespace pp::explain {
namespace {

using namespace inspect;

std::string no_fix(const Case&) { return {}; }
std::string in_one_piece(const Case&) { return "on the sender: write the header at once, in one segment"; }

std::string_view ended(const Case& c) { return c.r.reaction.before.kind == ReactionKind::rst ? "reset" : "closed"; }

/// How long the receiver had waited for the header.
std::int64_t waited_us(const Case& c) {
  const BeforeHeader& b = c.r.reaction.before;
  return b.since_start_us >= 0 ? b.since_start_us : b.after_first_us;
}

// A row to a line.
// clang-format off
constexpr DiagnosisRow rows[] = {
    {"line-ends-only", "nothing but CR and LF before the end: with them a v2 header begins, and much else", Side::unknown,
     [](const Case& c) { return c.r.outcome == Outcome::truncated && c.line_ends_only(); },
     [](const Case& c) {
       return text::format("{} of CR and LF, then the end: the start of a v2 header, or blank lines of something else; the bytes do not tell which",
                           text::Counted{c.r.bytes.size(), "byte"});
     },
     no_fix},
    {"receiver-answered-inside", "an error came back before the header was whole: the receiver reads something else there", Side::receiver,
     [](const Case& c) { return c.stopped_by_receiver() && c.r.reaction.kind == ReactionKind::data && c.r.reaction.error; },
     [](const Case& c) { return text::format("the receiver answered an error {} {}: {}", c.after(), c.part(), c.does_not_expect()); },
     [](const Case& c) { return receiving_fix(c.r.reaction.product, c.sender()); }},
    {"late-header", "the receiver had given up before the header came", Side::sender,
     [](const Case& c) { return c.refused && c.gave_up_before() && waited_us(c) >= patient_us; },
     [](const Case& c) {
       const BeforeHeader& b = c.r.reaction.before;
       return text::format("the receiver gave up after {}, {} of the header had come by then; the rest came later",
                           duration_text(waited_us(c)), b.bytes == 0 ? std::string("no byte") : text::format("{} bytes", b.bytes));
     },
     [](const Case&) {
       return std::string("on the sender: send the header as soon as the connection is there, before anything else is waited for; or give the receiver more time");
     }},
    {"header-in-pieces-refused", "the receiver closed after the first piece of a header: it does not wait for the rest", Side::receiver,
     [](const Case& c) { return c.refused && c.gave_up_inside(); },
     [](const Case& c) {
       const BeforeHeader& b = c.r.reaction.before;
       return text::format("the receiver {} {} after the first {} bytes of a header of {}: it refuses headers in pieces, as haproxy, nginx and lighttpd do, "
                           "or it does not expect {} on {}",
                           ended(c), duration_text(b.after_first_us), b.bytes, text::Counted{c.r.bytes.size(), "byte"}, c.version(), c.port());
     },
     in_one_piece},
    {"receiver-policy", "the receiver refuses the client or the connection rather than the header", Side::unknown,
     [](const Case& c) { return c.refused && c.gave_up_before(); },
     [](const Case& c) {
       return text::format("the receiver {} the connection before a byte of the header came{}: a rule of its own refuses {}, or it has no room for more",
                           ended(c), c.said_before(), c.sender());
     },
     no_fix},
    {"sender-stalled", "the receiver waited for the rest of the header and closed", Side::sender,
     [](const Case& c) { return c.stopped_by_receiver() && c.r.reaction.kind != ReactionKind::data && c.r.reaction.after_us >= patient_us; },
     [](const Case& c) { return text::format("the sender sent {} and no more; the receiver closed {} that", c.part(), c.after()); },
     no_fix},
    {"receiver-closed-inside", "the receiver closed before the header was whole", Side::unknown,
     [](const Case& c) { return c.stopped_by_receiver() && c.r.reaction.kind != ReactionKind::data; },
     [](const Case& c) {
       if (taken_here(c) > 0 && c.evidence->with(Property::pieces, 1).taken == 0)
         return text::format("the receiver {} {} {}: it took {} on this port, none of them in pieces", c.verb(), c.after(), c.part(), text::Counted{taken_here(c), "other header"});
       return text::format("the receiver {} {} {}: it refuses headers in pieces, as haproxy and nginx do, or it does not expect {}; the bytes do not tell which",
                           c.verb(), c.after(), c.part(), c.version());
     },
     in_one_piece},
    {"sender-stopped", "the sender closed inside the header", Side::sender,
     [](const Case& c) { return c.r.outcome == Outcome::truncated && c.r.flow.captured && c.r.mark != Mark::datagram && !c.stopped_by_receiver(); },
     [](const Case& c) {
       return text::format("the sender ended the connection inside the header, after {}", text::Counted{c.r.bytes.size(), "byte"});
     },
     no_fix},
};
// clang-format on

}  // namespace

std::span<const DiagnosisRow> delivery_rows() noexcept { return rows; }

}  // namespace pp::explain
