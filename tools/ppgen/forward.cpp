// ppgen forward: a header in front of every connection, so that any client speaks PROXY.
#include <sys/resource.h>

#include <CLI/CLI.hpp>
#include <memory>

#include "ppgen/header.hpp"
#include "ppgen/network_words.hpp"
#include "ppgen/privileges.hpp"
#include "ppgen/subcommands.hpp"
#include "cli/interrupt.hpp"
#include "cli/option_words.hpp"
#include "pp/net/listen.hpp"
#include "pp/net/sockaddr.hpp"
#include "pp/net/unix_listener.hpp"
#include "pp/sys/privileges.hpp"
#include "pp/serve/forwarder.hpp"

namespace pp::tool {
namespace {

struct ForwardOptions {
  HeaderOptions header;
  std::vector<std::string> listen;
  std::string to;
  std::vector<std::string> allow;
  std::string idle = "1h";
  std::optional<std::size_t> max_connections;
  std::optional<std::size_t> max_per_source;
  std::string user;
};

/// As many descriptors as the system lets us have.
std::size_t descriptors() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return 1024;
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return 1024;
  return static_cast<std::size_t>(std::min<rlim_t>(limit.rlim_cur, 1U << 20));
}

bool is_loopback(const ListenAddress& a) {
  if (a.scope != ListenAddress::Scope::one_address) return a.scope == ListenAddress::Scope::loopback;
  return parse_cidr(a.address.is_v4() ? "127.0.0.0/8" : "::1/128")->contains(a.address);
}

std::vector<ListenAddress> listen_words(const ForwardOptions& o) {
  std::vector<ListenAddress> out;
  for (const std::string& word : o.listen) {
    try {
      out.push_back(parse_listen_address(word));
    } catch (const std::runtime_error& error) {
      refuse(error.what());
    }
    if (out.back().kind == ListenAddress::Kind::udp) refuse("--listen " + in_quotes(word) + ": forward carries streams, TCP or unix:PATH");
    if (out.back().kind == ListenAddress::Kind::tcp && o.allow.empty() && !is_loopback(out.back())) {
      refuse("--listen " + in_quotes(word) + " is open to others: --allow CIDR says who may connect");
    }
  }
  return out;
}

serve::RelayOptions relay_options(const ForwardOptions& o) {
  serve::RelayOptions out;
  for (const std::string& word : o.allow) {
    const auto net = parse_cidr(word);
    if (!net) refuse("--allow " + in_quotes(word) + " is no network, such as 192.0.2.0/24");
    out.allow.push_back(*net);
  }
  out.idle = timeout_word("--idle", o.idle);
  // Two descriptors for each connection, and some for everything else.
  constexpr std::size_t most = 16384, own = 64;
  const std::size_t have = descriptors();
  const std::size_t fit = have > own + 2 ? (have - own) / 2 : 1;
  out.max_connections = std::min(o.max_connections.value_or(most), fit);
  out.max_per_source = o.max_per_source.value_or(std::max<std::size_t>(1, out.max_connections / 4));
  return out;
}

void count(std::string& out, std::uint64_t n, const char* what) {
  if (n > 0) out += ", " + std::to_string(n) + " " + what;
}

std::string counts_line(const serve::RelayCounts& c) {
  std::string out =
      std::to_string(c.accepted) + (c.accepted == 1 ? " connection: " : " connections: ") + std::to_string(c.finished) + " finished";
  count(out, c.open, "open");
  count(out, c.reset, "reset");
  count(out, c.idle, "idle for too long");
  count(out, c.unreachable, "could not reach the target");
  count(out, c.not_allowed, "others not allowed");
  count(out, c.over_source, "too many from one source");
  return out + "; " + std::to_string(c.to_target) + " bytes to the target, " + std::to_string(c.to_client) + " back";
}

struct Listeners {
  std::vector<Fd> fds;
  std::vector<SocketFile> files;  // taken away at the end
};

Listeners listen_on_all(const std::vector<ListenAddress>& addresses) {
  Listeners out;
  for (const ListenAddress& address : addresses) {
    if (address.kind == ListenAddress::Kind::unix_path) {
      UnixListener one = listen_on_unix(address.path);
      out.fds.push_back(std::move(one.fd));
      out.files.push_back(std::move(one.file));
      continue;
    }
    for (Fd& fd : listen_on(address)) out.fds.push_back(std::move(fd));
  }
  return out;
}

std::string bound_lines(const Listeners& listeners, const Target& target) {
  const std::string to = ", to " + shown(std::string_view(target.text), Charset::ascii) + "\n";
  std::string out;
  for (const Fd& fd : listeners.fds) {
    const auto at = local_endpoint(fd.get());
    if (at) out += "listening on " + endpoint_text(at->address, at->port) + to;
  }
  for (const SocketFile& file : listeners.files) out += "listening on unix:" + shown(std::string_view(file.path()), Charset::ascii) + to;
  return out;
}

int run(ForwardOptions& o) {
  o.header.check();
  if (o.header.counted()) refuse("every connection gets a header: --count does not go with forward");
  if (o.header.simple()) refuse("--spp is for datagrams: forward carries streams");
  if (o.listen.empty()) refuse("where does it listen? --listen [HOST:]PORT");
  if (o.to.empty()) refuse("to where? --to HOST:PORT, or unix:PATH");
  const std::vector<ListenAddress> addresses = listen_words(o);
  const serve::RelayOptions options = relay_options(o);
  const Target target = target_word(o.to);
  Listeners listeners = listen_on_all(addresses);
  const std::string bound = bound_lines(listeners, target);
  std::uint64_t item = 0;
  const HeaderOptions& addressed = o.header;
  const HeaderOptions local = o.header.without_addresses();
  const auto header = [&](const std::optional<serve::Relay::Ends>& ends) {
    return ends ? addressed.bytes(item++, Endpoints{ends->client, ends->listener}) : local.bytes(item++);
  };
  const auto complain = [](const std::string& text) {
    std::fprintf(stderr, "ppgen: %s\n", shown(std::string_view(text), Charset::ascii).c_str());
  };
  const std::unique_ptr<serve::Relay> relay = [&] {
    try {
      return std::make_unique<serve::Relay>(std::move(listeners.fds), target, options, header, complain);
    } catch (const serve::OwnTarget& own) {
      refuse(own.reason);
    }
  }();
  sys::forbid_core_dumps();
  give_up_root(o.user, target);
  o.header.load();
  catch_signals();
  std::fputs(bound.c_str(), stderr);
  for (const ListenAddress& address : addresses) {
    if (address.scope == ListenAddress::Scope::every_interface)
      std::fputs("open to every interface, for those that --allow names\n", stderr);
  }
  relay->run([&] {
    if (report_wanted()) std::fprintf(stderr, "%s\n", counts_line(relay->counts()).c_str());
    return interrupted();
  });
  std::fprintf(stderr, "%s\n", counts_line(relay->counts()).c_str());
  for (SocketFile& file : listeners.files) {
    const std::string path = "unix:" + file.path();
    if (!file.remove()) complain(path + " is left behind: the user that this became may not remove it; the next listener replaces it");
  }
  return 0;
}

}  // namespace

Run declare_forward(CLI::App& app) {
  const auto options = std::make_shared<ForwardOptions>();
  ForwardOptions* const o = options.get();
  each_word(app, "--listen", o->listen,
            "where clients connect to; a port alone is loopback, *:PORT every interface; or unix:PATH, for this user alone; repeatable",
            "[HOST:]PORT");
  on_word(
      app, "--to", [o](const std::string& text) { o->to = text; }, "the receiver: HOST:PORT or unix:PATH", "ADDR");
  each_word(app, "--allow", o->allow, "who may connect; required where others than this machine can; repeatable", "CIDR");
  app.add_option("--max-connections", o->max_connections, "at one time; more wait; 16384, or as many as descriptors allow, by default")
      ->type_name("N")
      ->check(CLI::Range(std::size_t{1}, std::size_t{1} << 20).description(""));
  app.add_option(
         "--max-per-source", o->max_per_source,
         "at one time from one IPv4 address or IPv6 /64, loopback aside; more are closed; a quarter of --max-connections by default")
      ->type_name("N")
      ->check(CLI::Range(std::size_t{1}, std::size_t{1} << 20).description(""));
  on_word(
      app, "--idle", [o](const std::string& text) { o->idle = text; }, "close a connection on which nothing moves; 1h by default", "TIME");
  declare_user(app, options->user);
  options->header.declare(app);
  app.footer(
      "The header announces the client's own address and the one that it connected to, or what --src and --dst say; for a\n"
      "client on a UNIX socket, which has none, it is LOCAL (with -1 UNKNOWN), as haproxy sends.\n"
      "A header is a claim that the receiver trusts: use it on systems that you run.\n"
      "Ctrl-C ends it with counts; SIGUSR1 prints them.");
  return [options] { return run(*options); };
}

}  // namespace pp::tool
