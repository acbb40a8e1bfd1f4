// ppgen probe: does this port speak PROXY, does it insist, which forms does it take.
#include "ppgen/probe.hpp"

#include <unistd.h>

#include <memory>

#include "cli/interrupt.hpp"
#include "cli/parse_args.hpp"
#include "pp/judge/client_hello.hpp"
#include "pp/net/sockaddr.hpp"
#include "pp/sink/output.hpp"
#include "pp/wire/draft.hpp"
#include "pp/wire/tlv_types.hpp"
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
  Speaks want = Speaks::required;
  std::chrono::milliseconds wait{0};
  std::string user;
};

struct Form {
  std::string_view name;
  void (*shape)(Draft& draft);  // nullptr: no header
  bool split = false;
};

template <std::size_t Bytes>
void pad(Draft& d) {
  d.tlvs = {{tlv_type::noop, std::vector<std::uint8_t>(Bytes - 3), std::nullopt}};
}

/// Sent in this order, one connection each. The last is no header: the third byte of its signature is wrong, so a receiver
/// that reads headers must refuse it and one that does not read them gets one more line that it does not understand.
constexpr Form forms[] = {
    {"no header", nullptr},
    {"v1", [](Draft& d) { d.version = 1; }},
    {"v2", [](Draft&) {}},
    {"v2 LOCAL",
     [](Draft& d) {
       d.command = Command::local;
       d.family = Family::unspec;
       d.transport = Transport::unspec;
     }},
    {"v1 UNKNOWN",
     [](Draft& d) {
       d.version = 1;
       d.command = Command::local;
     }},
    {"v2 in 3 pieces", [](Draft&) {}, true},
    {"v2 with 200 bytes of TLVs", pad<200>},
    {"v2 with 600 bytes of TLVs", pad<600>},
    {"damaged v1",
     [](Draft& d) {
       d.version = 1;
       d.signature = {'P', 'R', 'A', 'X', 'Y'};
     }},
};
enum : std::size_t { bare, version1, version2, damaged = std::size(forms) - 1 };

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

class Probe {
 public:
  explicit Probe(const ProbeOptions& o) : o_(o), target_(parse_target_word(o.address)), out_(STDOUT_FILENO) {
    limits_.wait = o.wait;
    const std::string name = target_.is_unix() ? "localhost" : target_.host;
    if (o.tls) {
      payload_ = judge::client_hello(*o.tls == "*" ? name : *o.tls);
    } else if (o.smtp) {
      constexpr std::string_view quit = "QUIT\r\n";
      payload_.assign(quit.begin(), quit.end());
    } else {
      payload_ = http_request(o.http.value_or(name));
    }
  }

  int operator()() {
    give_up_root(o_.user, target_);
    for (const Form& form : forms) {
      if (interrupted()) return 130;
      // The damaged form is a control for one case alone.
      if (&form == &forms[damaged] && !needs_control()) continue;
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
  bool needs_control() const {
    const ProbeVerdict verdict = judge_probe(rows_[bare].outcome, rows_[version1].outcome, rows_[version2].outcome, Outcome{});
    return verdict.speaks == Speaks::optional;
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
    if (form.split) {
      plan.splits = {8, 20};
      // Long enough for a busy receiver to look in between.
      plan.gap = std::chrono::milliseconds(150);
    }
    // A mail client speaks after the greeting; some servers refuse one that does not wait.
    if (o_.smtp) plan.hold = bytes.size();
    bytes.insert(bytes.end(), payload_.begin(), payload_.end());
    Conversation conversation(target_, bytes, plan, limits_);
    converse(conversation, [](const Exchange& e) { return interrupted() || is_telling(e); });
    ProbeRow row{form.name, conversation.result(), {}};
    row.outcome = judge(row.exchange, bytes);
    return row;
  }

  int tell() {
    const ProbeVerdict verdict = judge_probe(rows_[bare].outcome, rows_[version1].outcome, rows_[version2].outcome,
                                             rows_.size() > damaged ? rows_[damaged].outcome : Outcome{});
    std::string& out = out_.text();
    text::append(out, "{}: {}\n", target_.text, verdict_text(verdict));
    for (const ProbeRow& row : rows_) {
      const std::string_view word = row_word(verdict, rows_[bare].outcome, row.outcome);
      const std::string after = row.exchange.answer_us ? text::format(" after {}", inspect::duration_text(*row.exchange.answer_us)) : "";
      const std::string words = outcome_words(row.exchange, row.outcome);
      const int word_width = verdict.speaks == Speaks::unknown ? 0 : 10;
      text::append(out, "  {:<28}{:<{}}{}{}\n", row.form, word, word_width, words, after);
    }
    out_.offer(true);
    return verdict.speaks == o_.want ? 0 : 1;
  }

  static std::string verdict_text(const ProbeVerdict& verdict) {
    switch (verdict.speaks) {
      case Speaks::required: return "required";
      case Speaks::optional: return "accepted but not required: whoever reaches this port can choose its client address";
      case Speaks::none: return "not expected";
      case Speaks::unknown: break;
    }
    return text::format("cannot tell ({})", verdict.why);
  }

  const ProbeOptions& o_;
  Target target_;
  sink::Output out_;
  Limits limits_;
  std::vector<std::uint8_t> payload_;
  std::vector<ProbeRow> rows_;
};

int run(const ProbeOptions& o) {
  catch_signals();
  return Probe(o)();
}

constexpr OptionRow<ProbeOptions> rows[] = {
    {{.names = "ADDR", .help = "HOST:PORT, PORT on loopback, or unix:PATH", .required = true}, take_text<&ProbeOptions::address>},
    {{.names = "--tls",
      .value = "[=SNI]",
      .help = "the port speaks TLS: send a ClientHello after the header, with this name or the host's",
      .excludes = "--http,--smtp",
      .without_value = "*"},
     take_text<&ProbeOptions::tls>},
    {{.names = "--http",
      .value = "HOST",
      .otherwise = "a request for the host of ADDR",
      .help = "the port speaks HTTP: send a request for HOST after the header",
      .excludes = "--smtp"},
     take_text<&ProbeOptions::http>},
    {{.names = "--smtp", .help = "the port speaks SMTP: send QUIT after its greeting"}, turn_on<&ProbeOptions::smtp>},
    {{.names = "--want",
      .value = "WORD",
      .initial = "required",
      .allowed = {"required|optional|none"},
      .help = "the answer that gives exit status 0: required, optional or none"},
     take_choice<&ProbeOptions::want>},
    {{.names = "--wait", .value = "TIME", .initial = "3s", .help = "give up after TIME without a response"},
     take_timeout<&ProbeOptions::wait>},
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
