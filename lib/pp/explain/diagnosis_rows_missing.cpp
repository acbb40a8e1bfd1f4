// What came where a header was expected.
#include <algorithm>

#include "pp/explain/diagnosis_evidence.hpp"
#include "pp/explain/diagnosis_rows.hpp"
#include "pp/explain/fixes.hpp"
#include "pp/text/format.hpp"

namespace pp::explain {
namespace {

using namespace inspect;

std::string no_fix(const Case&) { return {}; }
std::string sender_fix(const Case& c) { return c.r.flow.udp ? datagram_sending_fix() : std::string(sending_fix()); }

std::string history_or_guess(const Case& c) {
  const std::string history = sender_history(c);
  return history.empty() ? ": a direct client, or a sender without the option" : history;
}

/// A client that goes around the load balancer has no option to turn on.
std::string path_fix(const Case& c) {
  if (!comes_past_the_balancer(c)) return sender_fix(c);
  return text::format(
      "let {} go through the load balancer, or give it a port without the option; where it is a pod of Kubernetes that calls the balancer's own "
      "address, kube-proxy short-cuts it: set status.loadBalancer.ingress.ipMode: Proxy (1.29 and newer)",
      c.sender());
}

std::string what_came(const Case& c) {
  if (c.r.payload.kind != PayloadKind::tls)
    return text::format("{} sends {} to {} without a header{}", c.sender(), c.follows(), c.port(), history_or_guess(c));
  return text::format("{} starts TLS on {} without a header; if there is a header it is inside TLS{}", c.sender(), c.port(), sender_history(c));
}

/// "proxy tcp4 ..."
bool lower_case_header(const Case& c) {
  constexpr std::string_view word = "PROXY ";
  if (!c.missing() || c.r.bytes.size() < word.size()) return false;
  return std::equal(word.begin(), word.end(), c.r.bytes.begin(), [](char upper, std::uint8_t b) {
    return b == static_cast<std::uint8_t>(upper) || (upper != ' ' && b == static_cast<std::uint8_t>(upper + 32));
  });
}

/// The receiver lost its patience before a byte came.
bool both_waited(const Case& c) {
  if (!c.missing()) return false;
  if (c.r.payload.kind == PayloadKind::nothing)
    return !c.r.flow.listened && c.r.reaction.by == Side::receiver && c.r.reaction.kind != ReactionKind::data &&
           c.r.reaction.after_us >= patient_us;
  const BeforeHeader& b = c.r.reaction.before;
  return c.gave_up_before() && b.bytes == 0 && b.since_start_us >= patient_us;
}

std::string waited(const Case& c) {
  const BeforeHeader& b = c.r.reaction.before;
  return duration_text(c.r.payload.kind == PayloadKind::nothing ? c.r.reaction.after_us : b.since_start_us);
}

/// The port was named with -e, and its receiver answered a connection without a header.
bool answered_without(const Case& c) {
  return c.missing() && !c.r.flow.assumed && c.r.payload.kind != PayloadKind::nothing && c.r.reaction.kind == ReactionKind::data &&
         !c.r.reaction.error && c.r.header_at == 0 && !lower_case_header(c);
}

/// The server sent before the client's first byte, without having waited for a header.
bool server_spoke_first(const Case& c) {
  const BeforeHeader& b = c.r.reaction.before;
  return c.missing() && !c.r.flow.assumed && b.kind == ReactionKind::data && b.bytes == 0 && b.answer <= AnswerClass::ok;
}

std::string turn_on_or_leave(const Case& c) {
  return text::format("nothing, unless headers are wanted on {}: then turn them on at the receiver first, and at the sender after that",
                      c.port());
}

std::string_view undelivered_words(packet::Undelivered why) {
  switch (why) {
    case packet::Undelivered::network: return "there is no route to its network";
    case packet::Undelivered::host: return "its host cannot be reached";
    case packet::Undelivered::port: return "a firewall rejects the port";
    case packet::Undelivered::prohibited: return "a firewall prohibits it";
    case packet::Undelivered::other:
    case packet::Undelivered::none: break;
  }
  return "it cannot be delivered";
}

// A row to a line.
// clang-format off
constexpr DiagnosisRow rows[] = {
    {"unreachable", "an ICMP message says that the SYN could not be delivered: a route is missing, or a firewall rejects it", Side::network,
     [](const Case& c) { return c.never_established() && c.r.flow.undelivered != packet::Undelivered::none; },
     [](const Case& c) {
       return text::format("an ICMP message answered the SYN of {} to {} {}: {}", c.sender(), c.r.flow.destination, c.port(), undelivered_words(c.r.flow.undelivered));
     },
     [](const Case& c) {
       const bool firewall = c.r.flow.undelivered == packet::Undelivered::port || c.r.flow.undelivered == packet::Undelivered::prohibited;
       return std::string(firewall ? "let the firewall between the two, or on the receiver's host, pass the port" : "look at the routes between the two, then at the receiver's host");
     }},
    {"refused-connection", "the receiver's host refused the connection: nothing listens there, or a firewall rejects it", Side::network,
     [](const Case& c) { return c.never_established() && c.r.reaction.kind == ReactionKind::rst; },
     [](const Case& c) {
       return text::format("{} refused the connection of {} to {}: nothing listens there, or a firewall on the way rejects it", c.r.flow.destination, c.sender(), c.port());
     },
     [](const Case&) { return std::string("start the receiver, or let the firewall pass the port"); }},
    {"syn-unanswered", "the SYN was repeated and never answered: a firewall drops it, or the host is down", Side::network,
     [](const Case& c) { return c.never_established(); },
     [](const Case& c) {
       return text::format("the SYN of {} to {} was repeated and never answered: a firewall on the way drops it, the host is down, or the answers take another way than the capture sees",
                           c.sender(), c.port());
     },
     [](const Case&) { return std::string("look at the firewalls and routes between the two, then at the receiver's host"); }},
    {"tls-order", "TLS begins, and the header comes after the ClientHello or inside TLS: receivers read it before TLS", Side::sender,
     [](const Case& c) { return c.r.outcome == Outcome::missing && c.r.header_at > 0 && c.r.payload.kind == PayloadKind::tls; },
     [](const Case& c) {
       return text::format("{} starts TLS on {} and sends the header after {}: receivers read it in front of the ClientHello", c.sender(), c.port(),
                           text::Counted{c.r.header_at, "byte"});
     },
     [](const Case&) { return std::string("on the sender: write the header to the connection before TLS begins"); }},
    {"header-not-first", "a header after other bytes: something on the way, or the sender, writes before it", Side::sender,
     [](const Case& c) { return c.r.outcome == Outcome::missing && c.r.header_at > 0; },
     [](const Case& c) {
       return text::format("{} sends {} before the header: no receiver looks for it there", c.sender(), text::Counted{c.r.header_at, "byte"});
     },
     [](const Case&) { return std::string("on the sender: write the header first, before anything else of the connection"); }},
    {"header-not-upper-case", "a v1 header in lower case", Side::sender, lower_case_header,
     [](const Case& c) { return text::format("{} sends a v1 header in lower case: the words of the line are in upper case, \"PROXY TCP4\" (2.1)", c.sender()); },
     [](const Case&) { return std::string("on the sender: write PROXY, TCP4, TCP6 and UNKNOWN in upper case"); }},
    {"no-header-silent", "a connection without a byte where a header was expected", Side::sender, both_waited,
     [](const Case& c) {
       return text::format("{} connected to {} and sent nothing until the receiver gave up after {}{}: a client that waits for the server to speak, and a receiver that "
                           "waits for a header, which the sender does not send",
                           c.sender(), c.port(), waited(c), c.r.reaction.before.answer > AnswerClass::ok && c.r.reaction.before.code != 0 ? text::format(" ({})", c.r.reaction.before.code) : std::string());
     },
     sender_fix},
    {"server-spoke-first", "the server sent first: a receiver that waits for a header cannot", Side::receiver, server_spoke_first,
     [](const Case& c) {
       return text::format("the receiver on {} greets before a byte of the client comes: it does not wait for a header", c.port());
     },
     turn_on_or_leave},
    {"answered-without-header", "the receiver answered what came without a header: it does not ask for one", Side::receiver, answered_without,
     [](const Case& c) {
       return text::format("the receiver on {} takes {} without a header: it does not ask for one", c.port(), c.follows());
     },
     turn_on_or_leave},
    {"no-header-tls", "TLS where a header was expected", Side::sender,
     [](const Case& c) { return c.missing(PayloadKind::tls); }, what_came, path_fix},
    {"receiver-policy", "the receiver refuses the client or the connection rather than the header", Side::unknown,
     [](const Case& c) { return c.missing(PayloadKind::nothing) && c.r.reaction.before.answer > AnswerClass::ok && c.r.reaction.kind != ReactionKind::data; },
     [](const Case& c) {
       return text::format("the receiver on {} ended the connection before a byte came{}: a rule of its own refuses {}, or it has no room for more",
                           c.port(), c.said_before(), c.sender());
     },
     no_fix},
    {"no-header-silent", "a connection without a byte where a header was expected", Side::unknown,
     [](const Case& c) { return c.missing(PayloadKind::nothing); },
     [](const Case& c) {
       const std::string_view how = !c.r.flow.listened ? "" : c.r.mark == Mark::open ? " for " : " before it closed ";
       return text::format("{} connected to {} and sent nothing{}{}{}: a port check, or a client that waits for the server to speak", c.sender(), c.port(), how,
                           c.r.flow.listened ? duration_text(c.r.flow.settled_us) : std::string(), c.r.flow.listened && c.r.mark != Mark::open ? " later" : "");
     },
     no_fix},
    {"no-header-simple-proxy", "Cloudflare's Simple Proxy Protocol where a PROXY header was expected", Side::sender,
     [](const Case& c) { return c.missing(PayloadKind::simple_proxy); },
     [](const Case& c) { return text::format("{} sends Cloudflare's Simple Proxy Protocol, another format than PROXY", c.sender()); },
     no_fix},
    {"no-header", "something else than a header where one was expected", Side::sender,
     [](const Case& c) { return c.missing(); }, what_came, path_fix},
};
// clang-format on

}  // namespace

std::span<const DiagnosisRow> missing_rows() noexcept { return rows; }

}  // namespace pp::explain
