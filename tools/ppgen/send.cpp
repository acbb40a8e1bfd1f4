// ppgen send: a header to a receiver, and what comes back.
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <memory>

#include "ppgen/header.hpp"
#include "ppgen/network_words.hpp"
#include "ppgen/outcome.hpp"
#include "ppgen/privileges.hpp"
#include "ppgen/stdio.hpp"
#include "ppgen/subcommands.hpp"
#include "cli/interrupt.hpp"
#include "cli/option_words.hpp"
#include "pp/net/conversation.hpp"
#include "pp/sink/output.hpp"
#include "pp/wire/parse.hpp"

namespace pp::tool {
namespace {

struct SendOptions {
  HeaderOptions header;
  std::string address;
  std::string payload;
  std::string expect;
  std::string wait = "3s";
  Delivery plan;
  bool dribble = false;
  bool udp = false;
  bool stdio = false;
  bool no_header = false;
  std::string user;
};

enum class Judgement { accepted, rejected, cannot_tell };

class Send {
 public:
  explicit Send(SendOptions& o)
      : o_(o), target_(target_word(o.address, o.udp ? Protocol::udp : Protocol::tcp)), out_(o.stdio ? STDERR_FILENO : STDOUT_FILENO) {
    limits_.wait = timeout_word("--wait", o.wait);
    if (!o.payload.empty()) payload_ = payload_word(o.payload, target_.is_unix() ? "localhost" : target_.host);
  }

  int operator()() {
    int status = 0;
    give_up_root(o_.user, target_);
    o_.header.load();
    for (std::uint64_t item = 0; item < o_.header.count() && !interrupted(); ++item) {
      const std::vector<std::uint8_t> header = o_.no_header ? std::vector<std::uint8_t>() : o_.header.bytes(item, family_of_target());
      status = std::max(status, one(header));
      if (status == 3 || !out_.offer(true)) break;
    }
    out_.offer(true);
    return interrupted() ? 130 : status;
  }

 private:
  /// Documentation addresses of the target's family, so that a receiver of IPv6 alone is not told of IPv4.
  std::optional<Endpoints> family_of_target() const {
    if (target_.is_unix() || !target_.endpoints.front().address.is_v6()) return std::nullopt;
    return Endpoints{{*parse_ip("2001:db8::10"), 56324}, {*parse_ip("2001:db8:1::20"), 443}};
  }

  void line(const char* label, const std::string& text) {
    std::string start(label);
    start.resize(std::max<std::size_t>(start.size() + 1, 10), ' ');
    out_.text() += start + text + "\n";
  }

  int unreachable(const Exchange& e) {
    out_.offer(true);
    std::fprintf(stderr, "ppgen: %s\n", connect_refusal(e.place, e.error).c_str());
    return 3;
  }

  int one(const std::vector<std::uint8_t>& header) {
    std::vector<std::uint8_t> bytes = header;
    bytes.insert(bytes.end(), payload_.begin(), payload_.end());
    Conversation conversation(target_, bytes, o_.plan, limits_);
    if (o_.stdio) return as_pipe(conversation, header);
    converse(conversation, [](const Exchange&) { return interrupted(); });
    const Exchange& e = conversation.result();
    if (!e.reached()) return unreachable(e);
    const Outcome outcome = judge(e, bytes);
    report(e, outcome, header);
    if (interrupted()) return 130;
    if (o_.expect == "accept") return accepted(header, outcome);
    if (o_.expect == "reject") return rejected(outcome);
    return 0;
  }

  void sent(const Exchange& e, const std::vector<std::uint8_t>& header) {
    line("to", (e.local ? endpoint_text(e.local->address, e.local->port) + " > " : "") + e.place + ", connected in " +
                   inspect::duration_text(e.connect_us));
    std::string what = header_summary(header);
    if (!payload_.empty()) what += ", and " + std::to_string(payload_.size()) + " of payload";
    const std::size_t all = header.size() + payload_.size();
    if (e.pieces > 1)
      what += ", in " + std::to_string(e.pieces) + " pieces" + (e.sent < all ? "" : " within " + inspect::duration_text(e.send_us));
    if (e.sent < all) what += "; only " + std::to_string(e.sent) + " of all " + std::to_string(all) + " bytes were sent";
    line("sent", what);
  }

  void report(const Exchange& e, const Outcome& outcome, const std::vector<std::uint8_t>& header) {
    sent(e, header);
    if (e.received > 0) {
      const std::int64_t after = e.answer_us.value_or(0);
      const std::string when =
          after < 0 ? inspect::duration_text(-after) + " before all was sent" : "after " + inspect::duration_text(after);
      line("answer", outcome_words(e, outcome) + ", " + std::to_string(e.received) + (e.received == 1 ? " byte, " : " bytes, ") + when);
    } else {
      line("answer", "none");
    }
    line("end", ending_words(e));
  }

  int told(const char* word, const std::string& why, bool met) {
    line("result", word + (why.empty() ? "" : ": " + why));
    return met ? 0 : 1;
  }

  int rejected(const Outcome& outcome) {
    if (outcome.refused()) return told("rejected", "", true);
    if (outcome.kind == OutcomeKind::answered) return told("not rejected", "it answered " + inspect::class_name(outcome.reaction), false);
    return told("cannot tell", "no answer and no end", false);
  }

  int accepted(const std::vector<std::uint8_t>& header, const Outcome& outcome) {
    // The control: the same payload behind a header that any receiver of this version takes.
    Draft good;
    good.version = parse(header).header.version == 1 ? 1 : 2;
    const std::optional<Endpoints> ends = family_of_target();
    good.family = ends ? Family::inet6 : Family::inet;
    good.transport = o_.udp ? Transport::dgram : Transport::stream;
    good.source = ends ? ends->source : Endpoint{*parse_ip("192.0.2.10"), 56324};
    good.destination = ends ? ends->destination : Endpoint{*parse_ip("198.51.100.20"), 443};
    std::vector<std::uint8_t> bytes = encode(good);
    bytes.insert(bytes.end(), payload_.begin(), payload_.end());
    Conversation conversation(target_, bytes, {}, limits_);
    converse(conversation, [](const Exchange& e) { return interrupted() || is_telling(e); });
    const Exchange& e = conversation.result();
    if (interrupted()) return 130;
    if (!e.reached()) return unreachable(e);
    const Outcome control = judge(e, bytes);
    line("control", "a good v" + std::to_string(good.version) + " header: " + outcome_words(e, control));
    if (control.echoed) return told("cannot tell", "the receiver echoes what it is sent", false);
    if (control.refused()) return told("cannot tell", "a good header is refused as well", false);
    if (control.kind != OutcomeKind::answered) {
      return told("cannot tell",
                  "a good header gets no answer either" + std::string(payload_.empty() ? "; --payload gives it something to answer" : ""),
                  false);
    }
    if (outcome.refused())
      return told("rejected", outcome.kind == OutcomeKind::error ? inspect::class_name(outcome.reaction) : "closed", false);
    if (outcome.kind != OutcomeKind::answered) return told("cannot tell", "no answer, where a good header gets one", false);
    const std::string is = inspect::class_name(outcome.reaction), wanted = inspect::class_name(control.reaction);
    if (is != wanted) return told("cannot tell", "the answer is " + is + ", a good header gets " + wanted, false);
    return told("accepted", "", true);
  }

  int as_pipe(Conversation& conversation, const std::vector<std::uint8_t>& header) {
    converse(conversation, [&](const Exchange&) { return interrupted() || conversation.sent_all(); });
    const Exchange& e = conversation.result();
    if (!e.reached()) return unreachable(e);
    sent(e, header);
    out_.offer(true);
    if (interrupted()) return 130;
    const bool ended = e.ending == Ending::fin || e.ending == Ending::rst || e.ending == Ending::failed;
    const std::string trouble = carry_stdio(ended ? Fd() : conversation.release(), e.answer);
    if (interrupted()) return 130;
    if (trouble.empty() && e.ending != Ending::rst) return 0;
    std::fprintf(stderr, "ppgen: %s\n", trouble.empty() ? "connection reset by the receiver" : trouble.c_str());
    return 1;
  }

  SendOptions& o_;
  Target target_;
  Limits limits_;
  std::vector<std::uint8_t> payload_;
  sink::Output out_;
};

int run(SendOptions& o) {
  o.header.check();
  if (o.address.empty()) refuse("to where? ppgen send HOST:PORT, or unix:PATH");
  if (!o.expect.empty() && o.expect != "accept" && o.expect != "reject")
    refuse("--expect " + in_quotes(o.expect) + " is none of accept, reject");
  if (o.stdio && (!o.expect.empty() || o.udp || o.header.count() != 1)) refuse("--stdio excludes --expect, --udp and --count");
  if (o.stdio && o.payload == "-") refuse("--stdio reads standard input itself: --payload - excludes it");
  if (o.dribble && !o.plan.splits.empty()) refuse("--split and --dribble exclude each other");
  if (o.udp && (o.dribble || !o.plan.splits.empty())) refuse("a datagram is sent in one piece: --udp excludes --split and --dribble");
  if (o.header.simple() && !o.udp) refuse("--spp stands in front of a datagram: it goes with --udp");
  if (o.no_header && o.header.given()) refuse("--no-header excludes all header options");
  catch_signals();
  return Send(o)();
}

}  // namespace

Run declare_send(CLI::App& app) {
  const auto options = std::make_shared<SendOptions>();
  SendOptions* const o = options.get();
  on_word(
      app, "ADDR", [o](const std::string& text) { o->address = text; }, "HOST:PORT, PORT on loopback, or unix:PATH", "");
  on_word(
      app, "--payload", [o](const std::string& text) { o->payload = text; },
      "what follows the header: TEXT with \\r \\n \\xNN, @FILE, - for standard input, or http for a request", "TEXT");
  on_word(
      app, "--split",
      [o](const std::string& text) {
        o->plan.splits = splits_word(text);
        o->plan.gap = std::chrono::milliseconds(20);
      },
      "send in pieces that begin at these offsets, 20 ms apart", "N,N..");
  on_word(
      app, "--dribble",
      [o](const std::string& text) {
        dribble_word(text, o->plan);
        o->dribble = true;
      },
      "send in pieces of N bytes, so far apart: 1,5ms", "N,TIME");
  app.add_flag("--udp", o->udp, "one datagram");
  app.add_flag("--no-header", o->no_header, "the payload alone");
  on_word(
      app, "--wait", [o](const std::string& text) { o->wait = text; }, "how long silence is waited for; 3s by default", "TIME");
  on_word(
      app, "--expect", [o](const std::string& text) { o->expect = text; },
      "exit 1 unless the receiver accepts (answers as it does behind a good header) or rejects (closes, or an error)", "accept|reject");
  app.add_flag("--stdio", o->stdio, "then carry standard input to the receiver and its words to standard output");
  declare_user(app, options->user);
  options->header.declare(app);
  return [options] { return run(*options); };
}

}  // namespace pp::tool
