// A receiver that closed or reset after a valid header, without a word.
#include "pp/explain/diagnosis_evidence.hpp"
#include "pp/explain/diagnosis_rows.hpp"
#include "pp/explain/fixes.hpp"
#include "pp/text/format.hpp"

namespace pp::explain {
namespace {

using namespace inspect;

std::string no_fix(const Case&) { return {}; }
std::string receiver_fix(const Case& c) { return receiving_fix(c.r.reaction.product, c.sender()); }

bool late(const Case& c) { return c.closed() && c.r.reaction.after_us >= patient_us; }

/// A request of DNS over TCP, or of another protocol of messages: a length comes first. TLS has its own answers.
bool length_first(const Case& c) { return is_binary(c.r.payload.kind) && c.r.payload.kind != PayloadKind::tls && !c.followed_by_header(); }

bool differs_by(const Case& c, Property property) {
  const auto difference = telling_difference(c);
  return difference && difference->property == property;
}

/// The other causes that the bytes leave open.
std::string other_causes(const Case& c) {
  std::string out = "; or its backend is down, or a rule of its own refuses the connection";
  if (c.r.payload_bytes > 0) text::append(out, " or the request that follows ({})", c.follows());
  if (c.r.reaction.kind == ReactionKind::rst) out += "; or a firewall on the way resets it";
  return out;
}

std::string closed_words(const Case& c, std::string_view what) { return text::format("the receiver {} {} {}", c.verb(), c.after(), what); }

// A row to a line.
// clang-format off
constexpr DiagnosisRow rows[] = {
    {"receiver-timeout", "the receiver closed a while after the header without having said anything", Side::receiver,
     [](const Case& c) { return late(c) && length_first(c); },
     [](const Case& c) {
       return text::format("the receiver closed {} the header and {} that follow, without a byte: it ignores headers from senders that it does not trust, or it does not "
                           "expect {} and waited for the rest of a longer message, or a backend does not answer",
                           c.after(), text::Counted{c.r.payload_bytes, "byte"}, c.version());
     },
     receiver_fix},
    {"receiver-timeout", "the receiver closed a while after the header without having said anything", Side::unknown, late,
     [](const Case& c) {
       if (c.r.payload_bytes == 0) return text::format("nothing followed the header and the receiver {} {} it: a timeout rather than a refusal", c.verb(), c.after());
       return text::format("the receiver {} {} the header without a byte: a timeout, or a backend that does not answer, rather than a refusal; "
                           "some receivers wait that long when they do not trust the sender", c.verb(), c.after());
     },
     no_fix},
    {"local-refused", "the receiver takes no LOCAL header", Side::receiver,
     [](const Case& c) { return c.closed() && c.is_local(); },
     [](const Case& c) {
       return text::format("{}: it likely refuses LOCAL, as RabbitMQ 3.10 does and, with an address block, haproxy 3 and dnsdist, so that a health check fails; or it does not expect {} "
                           "on {}, or its backend is down",
                           closed_words(c, "a LOCAL header and what follows it"), c.version(), c.port());
     },
     [](const Case&) { return std::string("on the sender: let checks announce addresses or send no header (haproxy \"pp2-never-send-local\"); or a newer receiver"); }},
    {"unknown-refused", "the receiver takes no PROXY UNKNOWN", Side::receiver,
     [](const Case& c) { return c.closed() && c.is_unknown(); },
     [](const Case& c) {
       return text::format("{}: it likely refuses UNKNOWN, as Varnish and Postfix do; or {}{}", closed_words(c, "PROXY UNKNOWN"), c.does_not_expect(), other_causes(c));
     },
     [](const Case&) { return std::string("on the sender: announce the client's addresses, or check the port without a header"); }},
    {"header-size-refused", "the receiver takes shorter headers than this one", Side::receiver,
     [](const Case& c) { return c.closed() && differs_by(c, Property::size); },
     [](const Case& c) {
       return text::format("{}: {}{}", closed_words(c, text::format("a header of {} bytes", c.r.bytes.size())), difference_text(c, *telling_difference(c)), c.too_long());
     },
     [](const Case&) { return std::string("on the sender: fewer or shorter TLVs; or a larger buffer for the header at the receiver"); }},
    {"header-in-pieces-refused", "the receiver closed after the first piece of a header: it does not wait for the rest", Side::receiver,
     [](const Case& c) { return c.closed() && differs_by(c, Property::pieces); },
     [](const Case& c) { return text::format("{}: {}", closed_words(c, "a header in pieces"), difference_text(c, *telling_difference(c))); },
     [](const Case&) { return std::string("on the sender: write the header at once, in one segment"); }},
    {"receiver-closed", "the receiver closed or reset right after a valid header", Side::receiver,
     [](const Case& c) { return c.closed() && telling_difference(c).has_value(); },
     [](const Case& c) { return text::format("{}: {}", closed_words(c, text::format("a valid v{} header", c.h.version)), difference_text(c, *telling_difference(c))); },
     receiver_fix},
    {"receiver-closed", "the receiver closed or reset right after a valid header", Side::receiver,
     [](const Case& c) { return c.closed() && taken_here(c) > 0; },
     [](const Case& c) {
       return text::format("{}: {}, so its backend, or one of them, is down, or a rule of its own refuses this request",
                           closed_words(c, text::format("a valid v{} header", c.h.version)), taken_text(c));
     },
     [](const Case&) { return std::string("look at the receiver's backends and rules, not at the header"); }},
    {"receiver-closed", "the receiver closed or reset right after a valid header", Side::receiver,
     [](const Case& c) { return c.closed(); },
     [](const Case& c) {
       return text::format("{}: {}{}{}", closed_words(c, text::format("a valid {} header", c.h.version == 1 ? "v1" : "v2")), c.does_not_expect(), c.too_long(), other_causes(c));
     },
     receiver_fix},
};
// clang-format on

}  // namespace

std::span<const DiagnosisRow> closed_rows() noexcept { return rows; }

}  // namespace pp::explain
