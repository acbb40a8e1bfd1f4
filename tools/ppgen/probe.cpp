// ppgen probe: does this port speak PROXY, does it insist, which forms does it take.
#include "ppgen/probe.hpp"

#include <unistd.h>

#include <CLI/CLI.hpp>
#include <memory>

#include "ppgen/network_words.hpp"
#include "ppgen/privileges.hpp"
#include "ppgen/subcommands.hpp"
#include "cli/interrupt.hpp"
#include "cli/option_words.hpp"
#include "pp/net/sockaddr.hpp"
#include "pp/sink/output.hpp"
#include "pp/wire/draft.hpp"
#include "pp/wire/tlv_types.hpp"

namespace pp::tool {
namespace {

struct ProbeOptions {
  std::string address;
  std::optional<std::string> tls;
  std::optional<std::string> http;
  bool smtp = false;
  std::string want = "required";
  std::string wait = "3s";
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
/// that reads headers must refuse it and one that does not read them sees no great difference.
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

/// The real ones, as far as they can be known before a connection: no identity but our own is claimed.
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
  explicit Probe(const ProbeOptions& o) : o_(o), target_(target_word(o.address)), out_(STDOUT_FILENO) {
    limits_.wait = timeout_word("--wait", o.wait);
    const std::string name = target_.is_unix() ? "localhost" : target_.host;
    if (o.tls) {
      payload_ = client_hello(*o.tls == "*" ? name : *o.tls);
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
        std::fprintf(stderr, "ppgen: %s\n", connect_refusal(e.place, e.error).c_str());
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
    std::string& text = out_.text();
    text += target_.text + ": ";
    switch (verdict.speaks) {
      case Speaks::required: text += "required"; break;
      case Speaks::optional: text += "accepted but not required: whoever reaches this port can choose its client address"; break;
      case Speaks::none: text += "not expected"; break;
      case Speaks::unknown: text += "cannot tell (" + verdict.why + ")"; break;
    }
    text += '\n';
    for (const ProbeRow& row : rows_) {
      std::string line = "  " + std::string(row.form);
      line.resize(30, ' ');
      line += row_word(verdict, rows_[bare].outcome, row.outcome);
      if (verdict.speaks != Speaks::unknown) line.resize(40, ' ');
      text += line + outcome_words(row.exchange, row.outcome);
      if (row.exchange.answer_us) text += " after " + inspect::duration_text(*row.exchange.answer_us);
      text += '\n';
    }
    out_.offer(true);
    const Speaks wanted = o_.want == "required" ? Speaks::required : o_.want == "none" ? Speaks::none : Speaks::optional;
    return verdict.speaks == wanted ? 0 : 1;
  }

  const ProbeOptions& o_;
  Target target_;
  sink::Output out_;
  Limits limits_;
  std::vector<std::uint8_t> payload_;
  std::vector<ProbeRow> rows_;
};

int run(const ProbeOptions& o) {
  if (o.address.empty()) refuse("which port? ppgen probe HOST:PORT");
  if (o.want != "required" && o.want != "none" && o.want != "optional")
    refuse("--want " + in_quotes(o.want) + " is none of required, none, optional");
  if ((o.tls ? 1 : 0) + (o.http ? 1 : 0) + (o.smtp ? 1 : 0) > 1) refuse("--tls, --http and --smtp exclude each other");
  catch_signals();
  return Probe(o)();
}

}  // namespace

Run declare_probe(CLI::App& app) {
  const auto options = std::make_shared<ProbeOptions>();
  ProbeOptions* const o = options.get();
  on_word(
      app, "ADDR", [o](const std::string& text) { o->address = text; }, "HOST:PORT, PORT on loopback, or unix:PATH", "");
  on_word(
      app, "--tls", [o](const std::string& text) { o->tls = text; }, "it speaks TLS: a ClientHello follows, with this name or the host's",
      "[=SNI]");
  on_word(
      app, "--http", [o](const std::string& text) { o->http = text; }, "it speaks HTTP (default): a request for this host follows", "HOST");
  app.add_flag("--smtp", o->smtp, "it speaks SMTP: QUIT follows its greeting");
  on_word(
      app, "--want", [o](const std::string& text) { o->want = text; }, "what is right here, exit 0: required (default), none or optional",
      "WORD");
  on_word(
      app, "--wait", [o](const std::string& text) { o->wait = text; }, "how long silence is waited for; 3s by default", "TIME");
  declare_user(app, o->user);
  app.footer(
      "One connection for each form, one at a time, each with our own address. A header is a claim that the receiver\n"
      "trusts: use it on systems that you run.");
  return [options] { return run(*options); };
}

}  // namespace pp::tool
