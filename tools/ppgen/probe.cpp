// ppgen probe: does this port speak PROXY, does it insist, which forms does it take.
#include "ppgen/probe.hpp"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <memory>

#include "cli/interrupt.hpp"
#include "cli/parse_args.hpp"
#include "pp/judge/app.hpp"
#include "pp/judge/client_hello.hpp"
#include "pp/net/sockaddr.hpp"
#include "pp/sink/output.hpp"
#include "pp/wire/draft.hpp"
#include "ppgen/exchange_json.hpp"
#include "ppgen/parse_args.hpp"
#include "ppgen/payload.hpp"
#include "ppgen/privileges.hpp"
#include "ppgen/say.hpp"
#include "ppgen/subcommands.hpp"

namespace pp::tool {
namespace {

struct ProbeOptions {
  std::string address;
  std::optional<std::string> tls;
  std::optional<std::string> http;
  bool smtp = false;
  std::string app;      // --app; empty: none
  std::string payload;  // --payload; empty: none
  Speaks want = Speaks::required;
  std::chrono::milliseconds wait{0};
  ReportForm form = ReportForm::text;
  std::string user;
};

/// Announces the connection's real endpoints as far as they are known before connecting: we claim no other identity.
void announce(Draft& d, const Target& target) {
  constexpr std::uint16_t some_port = 50000;
  d.source = {*parse_ip("192.0.2.10"), some_port};
  d.destination = {*parse_ip("198.51.100.20"), 443};
  if (target.is_unix()) return;
  d.destination = target.endpoints.front();
  d.family = d.destination.address.is_v6() ? Family::inet6 : Family::inet;
  // A UDP socket that connects chooses its address and sends nothing.
  const Connecting route = start_connect(d.destination, Protocol::udp);
  const std::optional<Endpoint> own = route.fd ? local_endpoint(route.fd.get()) : std::nullopt;
  d.source = {own && own->address.size == d.destination.address.size ? own->address : d.destination.address, some_port};
}

/// 0: not a terminal, and nothing is wrapped.
std::size_t terminal_columns() {
  winsize size{};
  constexpr std::size_t least = 40;
  if (isatty(STDOUT_FILENO) != 1 || ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return 0;
  return std::max<std::size_t>(size.ws_col, least);
}

class Probe {
 public:
  explicit Probe(const ProbeOptions& o) : o_(o), target_(parse_target_word(o.address)), out_(STDOUT_FILENO) {
    limits_.wait = o.wait;
    const std::string name = target_.is_unix() ? "localhost" : target_.host;
    if (o.tls) {
      payload_ = judge::client_hello(*o.tls == "*" ? name : *o.tls);
    } else if (!o.payload.empty()) {
      payload_ = parse_payload(o.payload, name);
    } else if (const judge::App* app = judge::find_app(o.app); app != nullptr) {
      payload_ = app->payload({.mark = judge::mark_of(0), .host = name});
      server_first_ = app->server_first;
    } else if (o.smtp) {
      server_first_ = true;
      constexpr std::string_view hello = "EHLO ppgen.example\r\nQUIT\r\n";
      payload_.assign(hello.begin(), hello.end());
    } else {
      payload_ = http_request(o.http.value_or(name));
    }
  }

  int operator()() {
    give_up_root(o_.user, target_);
    for (const Form& form : probe_forms()) {
      if (interrupted()) return 130;
      if (!is_due(form)) continue;
      rows_.push_back(send(form));
      const Exchange& e = rows_.back().exchange;
      if (!e.reached() && rows_.size() == 1) {
        say("{}", connect_refusal(e.place, e.error));
        return 3;
      }
    }
    return interrupted() ? 130 : tell();
  }

 private:
  enum : std::size_t { bare, version1, version2 };

  /// The damaged form is a control for some cases alone, and TLVs are for receivers that read v2.
  bool is_due(const Form& form) const {
    if (rows_.size() <= version2) return true;
    if (form.kind == FormKind::damaged) return needs_control(rows_[bare].outcome, rows_[version1].outcome, rows_[version2].outcome);
    if (form.kind != FormKind::tlv && form.kind != FormKind::wrong_crc) return true;
    const Outcome& plain = rows_[version2].outcome;
    return plain.kind == OutcomeKind::answered && !plain.echoed;
  }

  ProbeRow send(const Form& form) {
    std::vector<std::uint8_t> bytes;
    if (form.shape != nullptr) {
      Draft draft;
      announce(draft, target_);
      form.shape(draft);
      bytes = encode(draft);
    }
    Delivery plan;
    if (form.kind == FormKind::pieces) {
      plan.splits = {8, 20};
      // Long enough for a busy receiver to look in between.
      plan.gap = std::chrono::milliseconds(150);
    }
    // A mail client speaks after the greeting; some servers refuse one that does not wait.
    if (server_first_) plan.hold = bytes.size();
    ProbeRow row{&form, {}, {}, bytes.size()};
    bytes.insert(bytes.end(), payload_.begin(), payload_.end());
    Conversation conversation(target_, bytes, plan, limits_);
    converse(conversation, [](const Exchange& e) { return interrupted() || is_telling(e); });
    row.exchange = conversation.result();
    row.outcome = judge(row.exchange, bytes);
    return row;
  }

  int tell() {
    const bool controlled = rows_.back().form->kind == FormKind::damaged;
    ProbeResult result{&target_, o_.want, {}, std::move(rows_)};
    const std::vector<ProbeRow>& rows = result.rows;
    result.verdict =
        judge_probe(rows[bare].outcome, rows[version1].outcome, rows[version2].outcome, controlled ? rows.back().outcome : Outcome{});
    if (o_.form == ReportForm::json) {
      append_probe_json(out_.text(), result);
    } else {
      append_probe_text(out_.text(), result, terminal_columns());
    }
    out_.offer(true);
    return result.verdict.speaks == o_.want ? 0 : 1;
  }

  const ProbeOptions& o_;
  Target target_;
  sink::Output out_;
  Limits limits_;
  std::vector<std::uint8_t> payload_;
  bool server_first_ = false;
  std::vector<ProbeRow> rows_;
};

int run(const ProbeOptions& o) {
  catch_signals();
  return Probe(o)();
}

/// Those to which a receiver answers.
std::vector<std::string> probed_apps() {
  std::vector<std::string> out;
  for (const judge::App& app : judge::apps()) {
    if (app.answers && app.name != "custom") out.emplace_back(app.name);
  }
  return out;
}

constexpr OptionRow<ProbeOptions> rows[] = {
    {{.names = "ADDR", .help = "HOST:PORT, PORT on loopback, or unix:PATH", .required = true}, take_text<&ProbeOptions::address>},
    {{.names = "--tls",
      .value = "[=SNI]",
      .help = "the port speaks TLS: send a ClientHello after the header, with this name or the host's",
      .excludes = "--http,--smtp,--app,--payload",
      .without_value = "*"},
     take_text<&ProbeOptions::tls>},
    {{.names = "--http",
      .value = "HOST",
      .otherwise = "a request for the host of ADDR",
      .help = "the port speaks HTTP: send a request for HOST after the header",
      .excludes = "--smtp,--app,--payload"},
     take_text<&ProbeOptions::http>},
    {{.names = "--smtp", .help = "the port speaks SMTP: send EHLO and QUIT after its greeting", .excludes = "--app,--payload"},
     turn_on<&ProbeOptions::smtp>},
    {{.names = "--app",
      .value = "NAME",
      .allowed = {.listed = probed_apps},
      .help = "what the port speaks: http, smtp, imap, pop3, mysql, postgres, redis, ssh, mqtt and so on; its request follows the header",
      .excludes = "--payload"},
     take_text<&ProbeOptions::app>},
    {{.names = "--payload",
      .value = "TEXT",
      .help = "bytes to send after the header: TEXT with \\r \\n \\xNN, @FILE, or - for standard input"},
     take_text<&ProbeOptions::payload>},
    {{.names = "--want",
      .value = "WORD",
      .initial = "required",
      .allowed = {"required|optional|none"},
      .help = "the answer that gives exit status 0: required, optional or none"},
     take_choice<&ProbeOptions::want>},
    {{.names = "--wait", .value = "TIME", .initial = "3s", .help = "give up after TIME without a response"},
     take_timeout<&ProbeOptions::wait>},
    {{.names = "-o,--output",
      .value = "FORMAT",
      .initial = "text",
      .allowed = {"text|json"},
      .help = "output format: text or json (ppgen --json-schema)"},
     take_choice<&ProbeOptions::form>},
    user_row<ProbeOptions>(),
};

}  // namespace

Run declare_probe(CommandLine& line) {
  const auto options = std::make_shared<ProbeOptions>();
  line.add("Options", rows, *options);
  line.note(
      "Each form is sent on one connection, one at a time, and announces our own address. Receivers believe these headers: only use "
      "ppgen against systems you operate.");
  return [options] { return run(*options); };
}

}  // namespace pp::tool
