#include "pp/explain/diagnosis.hpp"

#include <algorithm>
#include <string>

#include "pp/base/utf8.hpp"
#include "pp/lint/rules.hpp"

namespace pp::explain {

using namespace inspect;
namespace {

constexpr std::int64_t patient_us = 1'000'000;  // from here on a silent close is a timeout rather than a refusal

struct Case {
  const Record& r;
  const Header& h;
  bool refused;  // there is a finding that says so

  std::string version() const { return h.version == 0 ? "PROXY" : "PROXY v" + std::to_string(h.version); }
  std::string sender() const { return r.flow.unix_socket ? "process " + std::to_string(r.flow.peer_pid) : to_string(r.flow.source); }
  std::string port() const {
    return r.flow.unix_socket ? shown(r.input, Charset::ascii) : "port " + std::to_string(r.flow.destination_port);
  }
  std::string after() const { return duration_text(r.reaction.after_us) + " after"; }
  std::string does_not_expect() const {
    return "it likely does not expect " + version() + " on " + port() + ", or does not trust " + sender();
  }
  bool line_ends_only() const {
    return std::all_of(r.bytes.begin(), r.bytes.end(), [](std::uint8_t b) { return b == '\r' || b == '\n'; });
  }
  const lint::Finding* first_error() const {
    for (const lint::Finding& f : r.findings) {
      if (f.level == lint::Level::error) return &f;
    }
    return nullptr;
  }
  bool answered(AnswerClass a) const { return refused && r.reaction.kind == ReactionKind::data && r.reaction.answer == a; }
  /// Only a part of a header came, and the receiver acted first.
  bool stopped_by_receiver() const {
    if (r.outcome != Outcome::truncated || !r.flow.captured || r.mark == Mark::datagram) return false;
    return r.reaction.kind == ReactionKind::data || r.reaction.by == Side::receiver;
  }
  std::string part() const { return std::to_string(r.bytes.size()) + (r.bytes.size() == 1 ? " byte" : " bytes") + " of a header"; }
  /// A request that is no reason for HTTP 400 itself, as far as it can be seen.
  bool complete_request() const { return !r.payload.host.empty() || r.payload.line.ends_with(" HTTP/1.0"); }
  bool followed_by_header() const { return r.payload.kind == PayloadKind::proxy_v1 || r.payload.kind == PayloadKind::proxy_v2; }
  bool missing(PayloadKind kind) const { return r.outcome == Outcome::missing && r.flow.expected && r.payload.kind == kind; }
};

std::string receiver_fix(const Case& c) {
  return "on the receiver: nginx \"listen ... proxy_protocol\", haproxy \"bind ... accept-proxy\", and trust " + c.sender() +
         "; or turn the header off on the sender";
}
std::string mail_receiver_fix(const Case&) {
  return "on the receiver: Postfix \"smtpd_upstream_proxy_protocol = haproxy\" (or postscreen_...), Exim \"hosts_proxy\"; or turn the header off on the sender";
}
constexpr const char* sender_fix =
    "on the sender: haproxy \"server ... send-proxy-v2\", nginx \"proxy_protocol on\"; or take the option off the receiver's port";

struct Row {
  DiagnosisInfo info;
  Side side;
  bool (*applies)(const Case&);
  std::string (*sentence)(const Case&);
  std::string (*fix)(const Case&);
};

std::string no_fix(const Case&) { return {}; }

// A row to a line.
// clang-format off
const Row rows[] = {
    {{"chained-headers", "a header behind a header: two hops each add one, and the receiver reads only the first"},
     Side::sender,
     [](const Case& c) { return c.r.chain > 0 || (c.refused && c.followed_by_header()); },
     [](const Case& c) {
       return std::string("two hops each add a header: the receiver reads the first and takes ") + (c.r.chain > 0 ? "this one" : "the second") +
              " for application data";
     },
     [](const Case&) { return std::string("let the hop in the middle read the header it gets, or turn the header off on one of the two"); }},
    {{"header-from-server", "the side that accepted the connection sent a header"},
     Side::unknown,
     [](const Case& c) { return c.r.flow.from_server && c.h.version != 0; },
     [](const Case& c) { return "the server side " + c.sender() + " sent a header towards the client; no receiver waits for it there"; },
     no_fix},
    {{"checksum-broken", "the CRC32C does not match the bytes: computed wrongly, or the header was changed on its way"},
     Side::unknown,
     [](const Case& c) { return c.r.complete && c.first_error() != nullptr && c.first_error()->code == lint::Rule::v2_crc32c; },
     [](const Case&) { return std::string("the sender computes the checksum wrongly, or something changed the header on its way"); },
     no_fix},
    {{"sender-malformed", "the sender's bytes break a rule of the specification"},
     Side::sender,
     [](const Case& c) { return c.r.outcome == Outcome::malformed && c.first_error() != nullptr && c.first_error()->code != lint::Rule::header_refused; },
     [](const Case& c) { return "the sender has to change: its header breaks section " + std::string(c.first_error()->code.section()); },
     no_fix},
    {{"line-ends-only", "nothing but CR and LF before the end: with them a v2 header begins, and much else"},
     Side::unknown,
     [](const Case& c) { return c.r.outcome == Outcome::truncated && c.line_ends_only(); },
     [](const Case& c) {
       return std::to_string(c.r.bytes.size()) + " bytes of CR and LF, then the end: the start of a v2 header, or blank lines of something else; the bytes do not tell which";
     },
     no_fix},
    {{"receiver-answered-inside", "an error came back before the header was whole: the receiver reads something else there"},
     Side::receiver,
     [](const Case& c) { return c.stopped_by_receiver() && c.r.reaction.kind == ReactionKind::data && is_error(c.r.reaction.answer); },
     [](const Case& c) { return "the receiver answered an error " + c.after() + " " + c.part() + ": " + c.does_not_expect(); },
     receiver_fix},
    {{"sender-stalled", "the receiver waited for the rest of the header and closed"},
     Side::sender,
     [](const Case& c) { return c.stopped_by_receiver() && c.r.reaction.kind != ReactionKind::data && c.r.reaction.after_us >= patient_us; },
     [](const Case& c) { return "the sender sent " + c.part() + " and no more; the receiver closed " + c.after() + " that"; },
     no_fix},
    {{"receiver-closed-inside", "the receiver closed before the header was whole"},
     Side::unknown,
     [](const Case& c) { return c.stopped_by_receiver() && c.r.reaction.kind != ReactionKind::data; },
     [](const Case& c) {
       return std::string("the receiver ") + (c.r.reaction.kind == ReactionKind::rst ? "reset " : "closed ") + c.after() + " " + c.part() +
              ": it refuses headers in pieces, as haproxy and nginx do, or it does not expect " + c.version() + "; the bytes do not tell which";
     },
     [](const Case&) { return std::string("on the sender: write the header at once, in one segment"); }},
    {{"sender-stopped", "the sender closed inside the header"},
     Side::sender,
     [](const Case& c) { return c.r.outcome == Outcome::truncated && c.r.flow.captured && c.r.mark != Mark::datagram && !c.stopped_by_receiver(); },
     [](const Case& c) { return "the sender ended the connection inside the header, after " + std::to_string(c.r.bytes.size()) + " bytes"; },
     no_fix},
    {{"receiver-tls-or-handshake", "a TLS alert after header and ClientHello: either of them may be what the receiver refuses"},
     Side::unknown,
     [](const Case& c) { return c.answered(AnswerClass::tls_alert) && c.r.payload.kind == PayloadKind::tls; },
     [](const Case& c) {
       return "the receiver sent TLS alert " + tls_alert_name(c.r.reaction.code) + " " + c.after() +
              " the header: it does not expect " + c.version() + ", or it refuses the ClientHello behind it; the bytes do not tell which";
     },
     no_fix},
    {{"receiver-tls", "a TLS alert right after the header: the receiver reads TLS where the header stands"},
     Side::receiver,
     [](const Case& c) { return c.answered(AnswerClass::tls_alert); },
     [](const Case& c) {
       return "the receiver speaks TLS on " + c.port() + " and sent alert " + tls_alert_name(c.r.reaction.code) + " " + c.after() +
              " the header: " + c.does_not_expect();
     },
     receiver_fix},
    {{"receiver-http-400", "HTTP 400 after the header: the receiver took it for a request"},
     Side::receiver,
     [](const Case& c) {
       return c.answered(AnswerClass::http_400) && (c.r.payload.kind == PayloadKind::nothing || c.complete_request());
     },
     [](const Case& c) { return "the receiver answered HTTP 400 " + c.after() + " a valid header: " + c.does_not_expect(); },
     receiver_fix},
    {{"receiver-http-400-unclear", "HTTP 400 after a header and a request that may be the reason itself"},
     Side::unknown,
     [](const Case& c) { return c.answered(AnswerClass::http_400); },
     [](const Case& c) {
       return "the receiver answered HTTP 400 " + c.after() + " a valid header: it does not expect " + c.version() +
              ", or it refuses what follows the header; the bytes do not tell which";
     },
     no_fix},
    {{"receiver-smtp", "an SMTP server took the header for a command"},
     Side::receiver,
     [](const Case& c) { return c.answered(AnswerClass::smtp_error) && c.r.reaction.code <= 504; },
     [](const Case& c) { return "the receiver answered " + std::to_string(c.r.reaction.code) + " " + c.after() + " a valid header: it likely read it as a command"; },
     mail_receiver_fix},
    {{"receiver-policy", "a 5xx answer that refuses the client rather than the header"},
     Side::unknown,
     [](const Case& c) { return c.answered(AnswerClass::smtp_error); },
     [](const Case& c) {
       return "the receiver answered " + std::to_string(c.r.reaction.code) + " " + c.after() +
              " the header: it may refuse the announced client; the bytes do not tell";
     },
     no_fix},
    {{"receiver-other-protocol", "the receiver answered with its own protocol's error"},
     Side::receiver,
     [](const Case& c) { return c.answered(AnswerClass::ssh_error) || c.answered(AnswerClass::redis_error); },
     [](const Case& c) {
       const std::string what = c.r.reaction.text.empty() ? "with an error" : "\"" + shown(c.r.reaction.text, Charset::ascii) + "\"";
       return "the receiver answered " + what + ": " + c.does_not_expect();
     },
     receiver_fix},
    {{"receiver-timeout", "the receiver closed a while after the header without having said anything"},
     Side::unknown,
     [](const Case& c) { return c.refused && c.r.reaction.kind != ReactionKind::data && c.r.reaction.after_us >= patient_us; },
     [](const Case& c) {
       return c.r.payload.kind == PayloadKind::nothing
                  ? "nothing followed the header and the receiver closed " + c.after() + " it: a timeout rather than a refusal"
                  : "the receiver closed " + c.after() + " the header without a byte: a timeout, or a server behind it that does not answer, rather than a refusal";
     },
     no_fix},
    {{"receiver-closed", "the receiver closed or reset right after a valid header"},
     Side::receiver,
     [](const Case& c) { return c.refused && c.r.reaction.kind != ReactionKind::data; },
     [](const Case& c) {
       return std::string("the receiver ") + (c.r.reaction.kind == ReactionKind::rst ? "reset" : "closed") + " " + c.after() + " a valid " +
              (c.h.version == 1 ? "v1" : "v2") + " header: " + c.does_not_expect();
     },
     receiver_fix},
    {{"header-not-first", "a header behind other bytes: something on the way, or the sender, writes before it"},
     Side::sender,
     [](const Case& c) { return c.r.outcome == Outcome::missing && c.r.header_at > 0; },
     [](const Case& c) { return c.sender() + " sends " + std::to_string(c.r.header_at) + (c.r.header_at == 1 ? " byte" : " bytes") + " before the header: no receiver looks for it there"; },
     [](const Case&) { return std::string("on the sender: write the header first, before anything else of the connection"); }},
    {{"no-header-tls", "TLS where a header was expected"},
     Side::sender,
     [](const Case& c) { return c.missing(PayloadKind::tls); },
     [](const Case& c) {
       return c.sender() + " starts TLS on " + c.port() + " without a header; if there is a header it is inside TLS";
     },
     [](const Case&) { return std::string(sender_fix); }},
    {{"no-header-silent", "a connection without a byte where a header was expected"},
     Side::unknown,
     [](const Case& c) { return c.missing(PayloadKind::nothing); },
     [](const Case& c) {
       const std::string how = !c.r.flow.listened          ? ""
                               : c.r.mark == Mark::open ? " for " + duration_text(c.r.flow.settled_us)
                                                        : " before it closed " + duration_text(c.r.flow.settled_us) + " later";
       return c.sender() + " connected to " + c.port() + " and sent nothing" + how + ": a port check, or a client that waits for the server to speak";
     },
     no_fix},
    {{"no-header-simple-proxy", "Cloudflare's Simple Proxy Protocol where a PROXY header was expected"},
     Side::sender,
     [](const Case& c) { return c.missing(PayloadKind::simple_proxy); },
     [](const Case& c) { return c.sender() + " sends Cloudflare's Simple Proxy Protocol, another format than PROXY"; },
     no_fix},
    {{"no-header", "something else than a header where one was expected"},
     Side::sender,
     [](const Case& c) { return c.r.outcome == Outcome::missing && c.r.flow.expected; },
     [](const Case& c) {
       return c.sender() + " sends " + std::string(title(c.r.payload.kind)) + " to " + c.port() + " without a header: a direct client, or a sender without the option";
     },
     [](const Case&) { return std::string(sender_fix); }},
};
// clang-format on

constexpr std::size_t row_count = sizeof rows / sizeof rows[0];

const auto& infos() {
  static const auto table = [] {
    std::array<DiagnosisInfo, row_count> out{};
    for (std::size_t i = 0; i < row_count; ++i) out[i] = rows[i].info;
    return out;
  }();
  return table;
}

}  // namespace

std::optional<Diagnosis> diagnose(const Record& record, const Parsed& parsed, const PortEvidence* /*evidence*/) {
  if (record.outcome == Outcome::valid && record.chain == 0) return std::nullopt;
  const bool refused = std::any_of(record.findings.begin(), record.findings.end(),
                                   [](const lint::Finding& f) { return f.code == lint::Rule::header_refused; });
  const Case c{record, parsed.header, refused};
  if (!record.flow.captured && !record.flow.listened && record.chain == 0) return std::nullopt;
  for (const Row& row : rows) {
    if (row.applies(c)) return Diagnosis{row.info.code, row.side, row.sentence(c), row.fix(c)};
  }
  return std::nullopt;
}

const DiagnosisInfo* diagnosis_begin() noexcept { return infos().data(); }
const DiagnosisInfo* diagnosis_end() noexcept { return infos().data() + infos().size(); }

}  // namespace pp::explain
