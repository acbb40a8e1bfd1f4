// ppgen forward: a header in front of every connection, so that any client speaks PROXY.
#include <sys/resource.h>

#include <memory>

#include "cli/interrupt.hpp"
#include "cli/parse_args.hpp"
#include "cli/usage.hpp"
#include "pp/net/listen.hpp"
#include "pp/net/sockaddr.hpp"
#include "pp/net/unix_listener.hpp"
#include "pp/serve/forwarder.hpp"
#include "pp/sys/privileges.hpp"
#include "ppgen/header.hpp"
#include "ppgen/parse_args.hpp"
#include "ppgen/privileges.hpp"
#include "ppgen/say.hpp"
#include "ppgen/subcommands.hpp"

namespace pp::tool {
namespace {

struct ForwardOptions {
  HeaderOptions header;
  std::vector<std::string> listen;
  std::string to;
  std::vector<Cidr> allow;
  std::chrono::milliseconds idle{0};
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

std::vector<ListenAddress> listen_addresses(const ForwardOptions& o) {
  std::vector<ListenAddress> out;
  for (const std::string& word : o.listen) {
    try {
      out.push_back(parse_listen_address(word));
    } catch (const std::runtime_error& error) {
      refuse("{}", error.what());
    }
    if (out.back().kind == ListenAddress::Kind::udp) refuse("--listen '{}': forward carries streams, TCP or unix:PATH", word);
    if (out.back().kind == ListenAddress::Kind::tcp && o.allow.empty() && !is_loopback(out.back()))
      refuse("--listen '{}' is open to others: --allow CIDR says who may connect", word);
  }
  return out;
}

serve::ForwardOptions forward_options(const ForwardOptions& o) {
  serve::ForwardOptions out;
  out.allow = o.allow;
  out.idle = o.idle;
  // Two descriptors for each connection, and some for everything else.
  constexpr std::size_t most = 16384, own = 64;
  const std::size_t have = descriptors();
  const std::size_t fit = have > own + 2 ? (have - own) / 2 : 1;
  out.max_connections = std::min(o.max_connections.value_or(most), fit);
  out.max_per_source = o.max_per_source.value_or(std::max<std::size_t>(1, out.max_connections / 4));
  return out;
}

std::string counts_line(const serve::ForwardCounts& c) {
  struct Row {
    std::uint64_t n;
    std::string_view what;
  };
  const Row rows[] = {
      {c.open, "open"},
      {c.reset, "reset"},
      {c.idle, "idle for too long"},
      {c.unreachable, "could not reach the target"},
      {c.not_allowed, "others not allowed"},
      {c.over_source, "too many from one source"},
  };
  std::string out = text::format("{} {}: {} finished", c.accepted, c.accepted == 1 ? "connection" : "connections", c.finished);
  for (const Row& row : rows) {
    if (row.n > 0) text::append(out, ", {} {}", row.n, row.what);
  }
  text::append(out, "; {} bytes to the target, {} back", c.to_target, c.to_client);
  return out;
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
  std::string out;
  const auto line = [&](const auto& at) { text::append(out, "listening on {}, to {}\n", at, text::Shown{target.text}); };
  for (const Fd& fd : listeners.fds) {
    if (const auto at = local_endpoint(fd.get())) line(text::Endpoint{at->address, at->port});
  }
  for (const SocketFile& file : listeners.files) line(text::format("unix:{}", text::Shown{file.path()}));
  return out;
}

int run(ForwardOptions& o) {
  o.header.check();
  if (o.header.counted()) refuse("--count cannot be used here: every connection gets a header");
  if (o.header.simple()) refuse("--spp cannot be used here: it is for datagrams, and forward carries streams");
  if (o.listen.empty() || o.to.empty())
    refuse("{} is required: ppgen forward --listen [HOST:]PORT --to HOST:PORT", o.listen.empty() ? "--listen" : "--to");
  const std::vector<ListenAddress> addresses = listen_addresses(o);
  const serve::ForwardOptions options = forward_options(o);
  const Target target = parse_target_word(o.to);
  Listeners listeners = listen_on_all(addresses);
  const std::string bound = bound_lines(listeners, target);
  std::uint64_t item = 0;
  const HeaderOptions& addressed = o.header;
  const HeaderOptions local = o.header.without_addresses();
  const auto header = [&](const std::optional<serve::Forwarder::Ends>& ends) {
    return ends ? addressed.bytes(item++, Endpoints{ends->client, ends->listener}) : local.bytes(item++);
  };
  const auto complain = [](const std::string& text) { say("{}", text); };
  const std::unique_ptr<serve::Forwarder> forwarder = [&] {
    try {
      return std::make_unique<serve::Forwarder>(std::move(listeners.fds), target, options, header, complain);
    } catch (const serve::OwnTarget& own) {
      refuse("{}", own.reason);
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
  forwarder->run([&] {
    if (report_wanted()) std::fprintf(stderr, "%s\n", counts_line(forwarder->counts()).c_str());
    return interrupted();
  });
  std::fprintf(stderr, "%s\n", counts_line(forwarder->counts()).c_str());
  for (SocketFile& file : listeners.files) {
    const std::string path = file.path();
    if (!file.remove()) say("unix:{} is left behind: the user that this became may not remove it; the next listener replaces it", path);
  }
  return 0;
}

constexpr OptionRow<ForwardOptions> rows[] = {
    {{.names = "--listen",
      .value = "[HOST:]PORT",
      .help = "where clients connect to; also unix:PATH",
      .more = "A port alone is on loopback, *:PORT is on every interface. A unix:PATH is for this user alone.",
      .repeatable = true},
     add_text<&ForwardOptions::listen>},
    {{.names = "--to", .value = "ADDR", .help = "the receiver: HOST:PORT or unix:PATH"}, take_text<&ForwardOptions::to>},
    {{.names = "--allow", .value = "CIDR", .help = "who may connect; required unless --listen is on loopback", .repeatable = true},
     [](ForwardOptions& o, const Given& given) { o.allow.push_back(parse_network(given)); }},
    {{.names = "--max-connections",
      .value = "N",
      .otherwise = "16384, or as many as descriptors allow",
      .help = "connections at the same time; further ones wait"},
     take_number<&ForwardOptions::max_connections, 1, 1U << 20U>},
    {{.names = "--max-per-source",
      .value = "N",
      .otherwise = "a quarter of --max-connections",
      .help = "connections at the same time from one IPv4 address or IPv6 /64; further ones are closed",
      .more = "Loopback is exempt."},
     take_number<&ForwardOptions::max_per_source, 1, 1U << 20U>},
    {{.names = "--idle", .value = "TIME", .initial = "1h", .help = "close a connection on which nothing moves for TIME"},
     take_timeout<&ForwardOptions::idle>},
    user_row<ForwardOptions>(),
};

}  // namespace

Run declare_forward(CommandLine& line) {
  const auto options = std::make_shared<ForwardOptions>();
  line.add("Options", rows, *options);
  options->header.declare(line);
  line.note(
      "The header announces the client's own address and the one that it connected to, or what --src and --dst say. For a client on "
      "a UNIX socket, which has no address, it is LOCAL (with -1 UNKNOWN), as haproxy sends. Receivers believe these headers: only use "
      "ppgen against systems you operate. Ctrl-C ends it with counts; SIGUSR1 prints them.");
  return [options] { return run(*options); };
}

}  // namespace pp::tool
