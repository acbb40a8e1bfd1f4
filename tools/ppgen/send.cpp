// ppgen send: a header to a receiver, and what comes back.
#include <unistd.h>

#include <memory>

#include "cli/interrupt.hpp"
#include "cli/parse_args.hpp"
#include "cli/usage.hpp"
#include "pp/judge/app.hpp"
#include "pp/net/conversation.hpp"
#include "pp/sink/output.hpp"
#include "pp/wire/parse.hpp"
#include "ppgen/delivery.hpp"
#include "ppgen/exchange_json.hpp"
#include "ppgen/header.hpp"
#include "ppgen/outcome.hpp"
#include "ppgen/parse_args.hpp"
#include "ppgen/payload.hpp"
#include "ppgen/privileges.hpp"
#include "ppgen/say.hpp"
#include "ppgen/stdio.hpp"
#include "ppgen/subcommands.hpp"

namespace pp::tool {
namespace {

/// In the order of the words of --expect.
enum class Expect : std::uint8_t { accept, reject };

struct SendOptions {
  HeaderOptions header;
  std::string address;
  std::string payload;
  std::optional<Expect> expect;
  std::chrono::milliseconds wait{0};
  Delivery plan;
  bool udp = false;
  bool stdio = false;
  bool no_header = false;
  ReportForm form = ReportForm::text;
  std::string user;
};

class Send {
 public:
  explicit Send(SendOptions& o)
      : o_(o), target_(parse_target_word(o.address, o.udp ? Protocol::udp : Protocol::tcp)), out_(o.stdio ? STDERR_FILENO : STDOUT_FILENO) {
    limits_.wait = o.wait;
    // A case is sent as its plan says, unless the pieces are asked for by hand.
    const bool pieces = !o.plan.splits.empty() || o.plan.dribble > 0;
    if (!pieces && !o.udp && !o.stdio) case_plan_ = o.header.plan();
    if (o.payload.empty() || (case_plan_ != nullptr && !case_plan_->has_payload())) return;
    const std::string_view host = target_.is_unix() ? "localhost" : std::string_view(target_.host);
    const judge::App* const app = judge::find_app(o.payload);
    server_first_ = app != nullptr && app->server_first;
    // As conform sends it.
    payload_ = app != nullptr && case_plan_ != nullptr ? app->payload({.mark = judge::mark_of(0), .large = case_plan_->large})
                                                       : parse_payload(o.payload, host);
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
  /// Documentation addresses of the target's family, so that a receiver that has only IPv6 gets no IPv4 address.
  std::optional<Endpoints> family_of_target() const {
    if (target_.is_unix() || !target_.endpoints.front().address.is_v6()) return std::nullopt;
    return Endpoints{{*parse_ip("2001:db8::10"), 56324}, {*parse_ip("2001:db8:1::20"), 443}};
  }

  template <class... Args>
  void line(std::string_view label, fmt::format_string<Args...> format, Args&&... args) {
    if (o_.form == ReportForm::json) return;
    text::append(out_.text(), "{:<9} {}\n", label, text::format(format, std::forward<Args>(args)...));
  }

  int unreachable(const Exchange& e) {
    out_.offer(true);
    say("{}", connect_refusal(e.place, e.error));
    return 3;
  }

  int one(const std::vector<std::uint8_t>& header) {
    std::vector<std::uint8_t> bytes = header;
    bytes.insert(bytes.end(), payload_.begin(), payload_.end());
    Delivery plan = o_.plan;
    if (case_plan_ != nullptr) plan = delivery_of(*case_plan_, header.size());
    if (server_first_ && !payload_.empty()) plan.hold = header.size();
    Conversation conversation(target_, bytes, plan, limits_);
    if (o_.stdio) return as_pipe(conversation, header);
    converse(conversation, [](const Exchange&) { return interrupted(); });
    const Exchange& e = conversation.result();
    if (!e.reached()) return unreachable(e);
    const Outcome outcome = judge(e, bytes);
    told_ = {};
    report(e, outcome, header);
    int status = interrupted() ? 130 : 0;
    if (status == 0 && o_.expect) status = *o_.expect == Expect::accept ? accepted(header, outcome) : rejected(outcome);
    if (o_.form == ReportForm::json) report_json(e, outcome, header);
    return status;
  }

  void report_json(const Exchange& e, const Outcome& outcome, const std::vector<std::uint8_t>& header) {
    render::JsonWriter w(out_.text());
    w.open_object();
    w.text("schema", "pp.send/1");
    w.shown_text("target", e.place);
    w.shown_text("header", header_summary(header));
    w.number("header_bytes", header.size());
    w.number("payload_bytes", payload_.size());
    append_exchange(w, e, outcome);
    if (!told_.control.empty()) w.shown_text("control", told_.control);
    if (!told_.result.empty()) {
      w.text("result", told_.result);
      w.flag("met", told_.met);
      if (!told_.why.empty()) w.shown_text("why", told_.why);
    }
    w.close_object();
    w.finish();
  }

  void sent(const Exchange& e, const std::vector<std::uint8_t>& header) {
    const std::string from = e.local ? text::format("{} > ", text::Endpoint{e.local->address, e.local->port}) : "";
    line("to", "{}{}, connected in {}", from, e.place, inspect::duration_text(e.connect_us));
    const std::size_t all = header.size() + payload_.size();
    std::string what = header_summary(header);
    if (!payload_.empty()) text::append(what, ", and {} of payload", payload_.size());
    if (e.pieces > 1) text::append(what, ", in {} pieces", e.pieces);
    if (e.pieces > 1 && e.sent == all) text::append(what, " within {}", inspect::duration_text(e.send_us));
    if (e.sent < all) text::append(what, "; only {} of all {} bytes were sent", e.sent, all);
    line("sent", "{}", what);
  }

  void report(const Exchange& e, const Outcome& outcome, const std::vector<std::uint8_t>& header) {
    sent(e, header);
    if (e.received == 0) {
      line("answer", "none");
    } else {
      const std::int64_t after = e.answer_us.value_or(0);
      const std::string when = after < 0 ? text::format("{} before all was sent", inspect::duration_text(-after))
                                         : text::format("after {}", inspect::duration_text(after));
      line("answer", "{}, {}, {}", outcome_words(e, outcome), text::Counted{e.received, "byte"}, when);
    }
    line("end", "{}", ending_words(e));
  }

  /// The last line, and the exit status.
  int result(bool met, std::string_view word, std::string why = {}) {
    line("result", "{}{}{}", word, why.empty() ? "" : ": ", why);
    told_.result = word;
    told_.met = met;
    told_.why = std::move(why);
    return met ? 0 : 1;
  }
  template <class... Args>
  int unclear(fmt::format_string<Args...> why, Args&&... args) {
    return result(false, "cannot tell", text::format(why, std::forward<Args>(args)...));
  }

  int rejected(const Outcome& outcome) {
    if (outcome.refused()) return result(true, "rejected");
    if (outcome.kind != OutcomeKind::answered) return unclear("no answer and no end");
    return result(false, "not rejected", text::format("it answered {}", inspect::class_name(outcome.reaction)));
  }

  int accepted(const std::vector<std::uint8_t>& header, const Outcome& outcome) {
    // The control: the same payload after a header that any receiver of this version accepts.
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
    told_.control = outcome_words(e, control);
    line("control", "a good v{} header: {}", good.version, told_.control);
    return compared(outcome, control);
  }

  int compared(const Outcome& outcome, const Outcome& control) {
    if (control.echoed) return unclear("the receiver echoes what it is sent");
    if (control.refused()) return unclear("a good header is refused as well");
    if (control.kind != OutcomeKind::answered)
      return unclear("a good header gets no answer either{}", payload_.empty() ? "; --payload gives it something to answer" : "");
    if (outcome.refused()) {
      const bool error = outcome.kind == OutcomeKind::error;
      return result(false, "rejected", error ? inspect::class_name(outcome.reaction) : "closed");
    }
    if (outcome.kind != OutcomeKind::answered) return unclear("no answer, where a good header gets one");
    const std::string is = inspect::class_name(outcome.reaction), wanted = inspect::class_name(control.reaction);
    if (is != wanted) return unclear("the answer is {}, a good header gets {}", is, wanted);
    return result(true, "accepted");
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
    say("{}", trouble.empty() ? "connection reset by the receiver" : trouble);
    return 1;
  }

  /// What --expect came to, for JSON.
  struct Told {
    std::string control;
    std::string_view result;
    bool met = false;
    std::string why;
  };

  SendOptions& o_;
  Told told_;
  Target target_;
  Limits limits_;
  std::vector<std::uint8_t> payload_;
  const forge::Plan* case_plan_ = nullptr;
  bool server_first_ = false;
  sink::Output out_;
};

int run(SendOptions& o) {
  o.header.check();
  const bool pieces = !o.plan.splits.empty() || o.plan.dribble > 0;
  if (o.stdio && o.header.count() != 1) refuse("--stdio cannot be combined with --count");
  if (o.stdio && o.payload == "-") refuse("--stdio cannot be combined with --payload -: both read standard input");
  if (o.udp && pieces) refuse("--udp cannot be combined with --split or --dribble: a datagram is sent in one piece");
  if (o.header.simple() && !o.udp) refuse("--spp needs --udp: it is a header for datagrams");
  if (o.no_header && o.header.given()) refuse("--no-header cannot be combined with options of the header");
  catch_signals();
  return Send(o)();
}

std::vector<std::string> payload_names() {
  std::vector<std::string> out = judge::app_names();
  std::erase(out, "custom");
  return out;
}

void take_splits(SendOptions& o, const Given& given) {
  o.plan.splits = parse_splits(given.option, given.value);
  o.plan.gap = std::chrono::milliseconds(20);
}

constexpr OptionRow<SendOptions> rows[] = {
    {{.names = "ADDR", .help = "HOST:PORT, PORT on loopback, or unix:PATH", .required = true}, take_text<&SendOptions::address>},
    {{.names = "--payload",
      .value = "TEXT",
      .allowed = {.listed = payload_names, .others = true},
      .help =
          "bytes to send after the header: TEXT with \\r \\n \\xNN, @FILE, - for standard input, or http, smtp, dns and so on for a request",
      .more = "With --case the case's plan decides whether it is sent, in which pieces, and how the client ends the connection."},
     take_text<&SendOptions::payload>},
    {{.names = "--split", .value = "N,N..", .help = "send in pieces that begin at these offsets, 20 ms apart", .excludes = "--dribble"},
     take_splits},
    {{.names = "--dribble", .value = "N,TIME", .help = "send in pieces of N bytes with a pause of TIME between them: 1,5ms"},
     [](SendOptions& o, const Given& given) { parse_dribble(given.option, given.value, o.plan); }},
    {{.names = "--udp", .help = "send one datagram"}, turn_on<&SendOptions::udp>},
    {{.names = "--no-header", .help = "send the payload alone"}, turn_on<&SendOptions::no_header>},
    {{.names = "--wait", .value = "TIME", .initial = "3s", .help = "give up after TIME without a response"},
     take_timeout<&SendOptions::wait>},
    {{.names = "--expect",
      .value = "WORD",
      .allowed = {"accept|reject"},
      .help = "exit 1 unless the receiver accepts or rejects the header: accept or reject",
      .more =
          "It accepts when it answers as it does after a good header, which is sent as a control; it rejects when it closes or answers an error."},
     [](SendOptions& o, const Given& given) { o.expect = choice_of<Expect>(given); }},
    {{.names = "--stdio", .help = "then connect standard input and output to the receiver, as nc does", .excludes = "--expect,--udp"},
     turn_on<&SendOptions::stdio>},
    {{.names = "-o,--output",
      .value = "FORMAT",
      .initial = "text",
      .allowed = {"text|json"},
      .help = "output format: text or json (ppgen --json-schema)",
      .excludes = "--stdio"},
     take_choice<&SendOptions::form>},
    user_row<SendOptions>(),
};

}  // namespace

Run declare_send(CommandLine& line) {
  const auto options = std::make_shared<SendOptions>();
  line.add("Options", rows, *options);
  options->header.declare(line);
  return [options] { return run(*options); };
}

}  // namespace pp::tool
