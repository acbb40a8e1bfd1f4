// What the receiver answered.
#include <algorithm>
#include <iterator>

#include "pp/explain/diagnosis_evidence.hpp"
#include "pp/explain/diagnosis_rows.hpp"
#include "pp/explain/fixes.hpp"
#include "pp/text/format.hpp"

namespace pp::explain {
namespace {

using namespace inspect;

std::string no_fix(const Case&) { return {}; }
std::string receiver_fix(const Case& c) { return receiving_fix(c.r.reaction.product, c.sender()); }

bool answered_http(const Case& c) {
  return c.answered(AnswerClass::http_400) || c.answered(AnswerClass::html_error) || c.answered(AnswerClass::http_error) ||
         c.answered(AnswerClass::http2_goaway);
}
bool mail(const Case& c) { return c.answered(AnswerClass::smtp_error) || c.answered(AnswerClass::smtp_defers); }
bool payload_is(const Case& c, PayloadKind kind) { return c.r.payload.kind == kind; }
bool nothing_follows(const Case& c) { return c.r.payload_bytes == 0; }

/// Whether what follows the header is as likely the reason as the header: the server's own protocol it is not.
bool foreign_payload(const Case& c) {
  if (c.read_as_data() || nothing_follows(c)) return false;
  if (mail(c)) return !payload_is(c, PayloadKind::smtp) && !payload_is(c, PayloadKind::text);
  return c.answered(AnswerClass::ssh_error) && !payload_is(c, PayloadKind::ssh);
}

/// What could have been answered in place of the header, as far as it is not excluded.
std::string or_the_request(const Case& c) {
  if (c.read_as_data() || nothing_follows(c)) return {};
  return text::format("; less likely it refuses what follows, {}", c.follows());
}

std::string answer_words(const Case& c) {
  if (c.answered(AnswerClass::html_error)) return "an error page";
  if (c.answered(AnswerClass::http2_goaway)) return "GOAWAY of HTTP/2";
  return text::format("HTTP {}", c.r.reaction.code);
}

// A row to a line.
// clang-format off
constexpr DiagnosisRow rows[] = {
    {"receiver-networks", "the receiver knows the protocol and does not take headers from this sender", Side::receiver,
     [](const Case& c) { return c.answered(AnswerClass::proxy_networks); },
     [](const Case& c) {
       return text::format("the receiver answered {}: MariaDB reads PROXY headers from the senders in proxy-protocol-networks alone, and {} is not among them",
                           c.words(), c.sender());
     },
     [](const Case& c) { return trusting_fix("MariaDB", c.sender()) + "; or turn the header off on the sender"; }},
    {"unknown-refused", "the receiver takes no PROXY UNKNOWN", Side::receiver,
     [](const Case& c) { return c.is_unknown() && c.answered() && c.r.reaction.proof == Proof::recognised; },
     [](const Case& c) { return text::format("the receiver answered {} {} PROXY UNKNOWN: it reads headers and refuses this one, as Postfix and Varnish do", c.words(), c.after()); },
     [](const Case&) { return std::string("on the sender: announce the client's addresses, or check the port without a header"); }},
    {"receiver-policy", "the receiver refuses the client or the connection rather than the header", Side::unknown,
     [](const Case& c) { return c.answered() && c.r.reaction.proof == Proof::recognised; },
     [](const Case& c) {
       return text::format("the receiver answered {} {} the header: Postfix says so when it waits for a PROXY header and cannot use the one it gets, "
                           "for example a TCP6 one while inet_protocols is ipv4", c.words(), c.after());
     },
     no_fix},
    {"health-check", "a health check with a header, to a port that does not read headers", Side::receiver,
     [](const Case& c) { return c.is_local() && answered_http(c) && payload_is(c, PayloadKind::http1); },
     [](const Case& c) {
       return text::format("the receiver answered {} {} a health check (LOCAL, then {}): {}", answer_words(c), c.after(), c.follows(), c.does_not_expect());
     },
     [](const Case&) { return std::string("let the check leave the header off (haproxy \"no-check-send-proxy\"), or point it at the port of the traffic; or turn the option on at the receiver"); }},
    {"receiver-tls-or-handshake", "a TLS alert after header and ClientHello: either of them may be what the receiver refuses", Side::unknown,
     [](const Case& c) { return c.answered(AnswerClass::tls_alert) && payload_is(c, PayloadKind::tls); },
     [](const Case& c) {
       return text::format("the receiver sent TLS alert {} {} the header: it does not expect {}, or it refuses the ClientHello that follows; the bytes do not tell which",
                           tls_alert_name(c.r.reaction.code), c.after(), c.version());
     },
     no_fix},
    {"receiver-tls", "a TLS alert right after the header: the receiver reads TLS where the header stands", Side::receiver,
     [](const Case& c) { return c.answered(AnswerClass::tls_alert); },
     [](const Case& c) {
       return text::format("the receiver speaks TLS on {} and sent alert {} {} the header: {}", c.port(), tls_alert_name(c.r.reaction.code), c.after(), c.does_not_expect());
     },
     receiver_fix},
    {"receiver-http-400-unclear", "HTTP 400 after a header and a request that may be the reason itself", Side::unknown,
     [](const Case& c) { return answered_http(c) && !c.read_as_data() && taken_here(c) > 0 && !telling_difference(c); },
     [](const Case& c) {
       return text::format("the receiver answered {} {} the header: {}, so the request that follows the header is likely the reason", answer_words(c), c.after(), taken_text(c));
     },
     [](const Case&) { return std::string("look at the request and at the application, not at the header"); }},
    {"receiver-http-400", "HTTP 400 after the header: the receiver took it for a request", Side::receiver,
     [](const Case& c) { return answered_http(c) && telling_difference(c).has_value(); },
     [](const Case& c) { return text::format("the receiver answered {} {} a valid header: {}", answer_words(c), c.after(), difference_text(c, *telling_difference(c))); },
     receiver_fix},
    {"receiver-http-400", "HTTP 400 after the header: the receiver took it for a request", Side::receiver,
     [](const Case& c) {
       return answered_http(c) && (c.read_as_data() || nothing_follows(c) || c.r.payload.sound || payload_is(c, PayloadKind::tls) || payload_is(c, PayloadKind::http2));
     },
     [](const Case& c) { return text::format("the receiver answered {} {} a valid header: {}{}", answer_words(c), c.after(), c.does_not_expect(), or_the_request(c)); },
     receiver_fix},
    {"receiver-http-400-unclear", "HTTP 400 after a header and a request that may be the reason itself", Side::unknown,
     answered_http,
     [](const Case& c) {
       return text::format("the receiver answered {} {} a valid header: it does not expect {}, or it refuses the request that follows the header; the bytes do not tell which",
                           answer_words(c), c.after(), c.version());
     },
     no_fix},
    {"receiver-smtp", "an SMTP server took the header for a command", Side::unknown,
     [](const Case& c) { return mail(c) && c.r.reaction.code >= 500 && c.r.reaction.code <= 504 && foreign_payload(c); },
     [](const Case& c) {
       return text::format("the receiver answered {} {} the header: it read the header as a command, or what follows it, {}, which is no SMTP; the bytes do not tell which",
                           c.r.reaction.code, c.after(), c.follows());
     },
     no_fix},
    {"receiver-smtp", "an SMTP server took the header for a command", Side::receiver,
     [](const Case& c) { return mail(c) && (c.read_as_data() || (c.r.reaction.code >= 500 && c.r.reaction.code <= 504)); },
     [](const Case& c) {
       return text::format("the receiver answered {} {} a valid header: it {}read it as a command", c.r.reaction.code, c.after(), c.read_as_data() ? "" : "likely ");
     },
     [](const Case& c) { return mail_receiving_fix(c.r.reaction.product, c.sender()); }},
    {"receiver-policy", "the receiver refuses the client or the connection rather than the header", Side::unknown,
     mail,
     [](const Case& c) {
       return text::format("the receiver answered {} {} the header: it may refuse the announced client, the connection or the header; the bytes do not tell which",
                           c.words(), c.after());
     },
     no_fix},
    {"receiver-policy", "the receiver refuses the client or the connection rather than the header", Side::unknown,
     [](const Case& c) {
       constexpr int policies[] = {1040, 1045, 1129, 1130, 1203};  // MySQL: too many connections, access denied, host blocked, host not allowed
       return c.answered(AnswerClass::mysql_error) && std::find(std::begin(policies), std::end(policies), c.r.reaction.code) != std::end(policies);
     },
     [](const Case& c) { return text::format("the receiver answered {} (MySQL error {}): it refuses the client, whichever address it believes", c.words(), c.r.reaction.code); },
     no_fix},
    {"receiver-other-protocol", "the receiver answered with its own protocol's error", Side::unknown,
     [](const Case& c) { return c.answered() && foreign_payload(c); },
     [](const Case& c) {
       return text::format("the receiver answered {}: it does not expect {} on {}, or it refuses what follows the header, {}; the bytes do not tell which",
                           c.words(), c.version(), c.port(), c.follows());
     },
     no_fix},
    {"receiver-other-protocol", "the receiver answered with its own protocol's error", Side::receiver,
     [](const Case& c) { return c.answered(); },
     [](const Case& c) {
       return text::format("the receiver speaks {} and answered {}: {}", info(c.r.reaction.answer).protocol, c.words(), c.does_not_expect());
     },
     receiver_fix},
};
// clang-format on

}  // namespace

std::span<const DiagnosisRow> answer_rows() noexcept { return rows; }

}  // namespace pp::explain
