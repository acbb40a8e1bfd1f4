#include "pp/stats/missing_groups.hpp"

#include <algorithm>
#include <map>

#include "pp/explain/fixes.hpp"
#include "pp/packet/head.hpp"
#include "pp/text/format.hpp"

namespace pp::stats {

using namespace inspect;

bool MissingKey::operator<(const MissingKey& o) const noexcept {
  if (sender != o.sender) return address_before(sender, o.sender);
  if (port != o.port) return port < o.port;
  return kind != o.kind ? kind < o.kind : header < o.header;
}

std::uint64_t hash_missing(const MissingKey& key, const HashKey& secret) noexcept {
  return hash_address(key.sender,
                      std::uint64_t{key.port} << 9U | std::uint64_t{static_cast<std::uint8_t>(key.kind)} << 1U | (key.header ? 1U : 0U),
                      secret);
}

std::optional<std::int64_t> MissingGroup::interval_us() const noexcept {
  if (gaps < 3 || missed > 0) return std::nullopt;
  const auto mean = static_cast<std::int64_t>(gap_sum_ns / gaps);
  if (mean < 100'000'000 || shortest_gap_ns < mean / 2 || longest_gap_ns > mean + mean / 2) return std::nullopt;
  return mean / 1000;
}

void MissingGroup::fold(const MissingGroup& o) {
  if (first.input.empty()) {
    first = o.first;
    example = o.example;
  }
  last_ns = std::max(last_ns, o.last_ns);
  if (o.gaps == 0) return;
  shortest_gap_ns = gaps == 0 ? o.shortest_gap_ns : std::min(shortest_gap_ns, o.shortest_gap_ns);
  longest_gap_ns = gaps == 0 ? o.longest_gap_ns : std::max(longest_gap_ns, o.longest_gap_ns);
  gaps = saturating_add(gaps, o.gaps);
  gap_sum_ns = saturating_add(gap_sum_ns, o.gap_sum_ns);
}

void MissingGroups::merge(const MissingGroups& other) {
  table_.merge(other.table_);
  headers_ = saturating_add(headers_, other.headers_);
  missing_ = saturating_add(missing_, other.missing_);
  asked_ |= other.asked_;
}

bool MissingGroups::add(const Record& r) {
  if (!r.flow.expected || !r.flow.established || r.chain > 0) return false;
  const bool missing = r.outcome == Outcome::missing;
  asked_ |= !r.flow.assumed;
  ++(missing ? missing_ : headers_);
  MissingGroup& g = table_.count({r.flow.source, r.flow.destination_port, missing ? r.payload.kind : PayloadKind::nothing, !missing});
  if (g.count == 1) {
    g.first = place_of(r);
    g.last_ns = r.flow.time_ns;
    if (missing) g.example = r.payload;
    return false;
  }
  // Times of a capture may be anything; an interval is shown only where they make sense.
  const std::int64_t gap = packet::time_between(g.last_ns, r.flow.time_ns);
  g.shortest_gap_ns = g.gaps == 0 ? gap : std::min(g.shortest_gap_ns, gap);
  g.longest_gap_ns = g.gaps == 0 ? gap : std::max(g.longest_gap_ns, gap);
  ++g.gaps;
  g.gap_sum_ns = saturating_add(g.gap_sum_ns, static_cast<std::uint64_t>(std::max<std::int64_t>(gap, 0)));
  g.last_ns = r.flow.time_ns;
  return missing;
}

/// What the whole table says beside a group.
struct MissingGroups::Evidence {
  std::map<std::uint16_t, std::uint64_t> headers_to;  // by port
  bool complete = true;
};

namespace {

struct Case {
  const MissingKey& key;
  const MissingGroup& g;
  std::uint64_t own_headers;    // of the same sender to the same port
  std::uint64_t other_headers;  // of other senders to the same port
  bool complete;                // nothing was forgotten: what is not there did not happen

  text::Counted times() const { return {g.count, "connection"}; }
  std::string_view what() const { return title(key.kind); }
};

struct Row {
  std::string_view cause;
  Side side;
  bool (*applies)(const Case&);
  std::string (*sentence)(const Case&);
  std::string_view fix;
};

const Row rows[] = {
    {"health-check", Side::sender, [](const Case& c) { return c.g.interval_us().has_value() && c.key.kind != PayloadKind::simple_proxy; },
     [](const Case& c) {
       const std::string every = duration_text(*c.g.interval_us());
       if (c.key.kind == PayloadKind::nothing) {
         return text::format("{} connects to port {} and sends nothing every {}: likely a health check that sends no header", c.key.sender,
                             c.key.port, every);
       }
       return text::format("{} sends {} to port {} every {}: likely a health check that sends no header", c.key.sender, c.what(),
                           c.key.port, every);
     },
     "let the check send one: haproxy \"check-send-proxy\"; or point the check at a port without the option"},
    {"tls-outside", Side::sender, [](const Case& c) { return c.key.kind == PayloadKind::tls; },
     [](const Case& c) {
       return text::format("{} starts TLS on port {} without a header on {}; if there is a header it is inside TLS", c.key.sender,
                           c.key.port, c.times());
     },
     "the header comes before the ClientHello: on the sender: haproxy \"server ... send-proxy-v2\", nginx \"proxy_protocol on\""},
    {"silent", Side::unknown, [](const Case& c) { return c.key.kind == PayloadKind::nothing; },
     [](const Case& c) {
       return text::format("{} connected to port {} and sent nothing on {}: a port check, or a client that waits for the server to speak",
                           c.key.sender, c.key.port, c.times());
     },
     ""},
    {"other-protocol", Side::sender, [](const Case& c) { return c.key.kind == PayloadKind::simple_proxy; },
     [](const Case& c) {
       return text::format("{} sends Cloudflare's Simple Proxy Protocol to port {}, another format than PROXY", c.key.sender, c.key.port);
     },
     "on the sender: choose PROXY protocol v2 in place of Simple Proxy Protocol"},
    {"second-path", Side::sender, [](const Case& c) { return c.own_headers > 0; },
     [](const Case& c) {
       return text::format(
           "{} sends {} to port {} without a header on {}, and with one on {}: one of its servers, pools or checks lacks the option",
           c.key.sender, c.what(), c.key.port, c.times(), c.own_headers);
     },
     explain::sending_fix()},
    {"bypass", Side::sender, [](const Case& c) { return c.complete && c.other_headers > 0; },
     [](const Case& c) {
       return text::format(
           "{} sends {} to port {} without a header on {}, while others send one: likely a client that goes around the load balancer",
           c.key.sender, c.what(), c.key.port, c.times());
     },
     "let it go through the load balancer, or give it a port without the option; in Kubernetes a pod that calls the balancer's own address "
     "is short-cut by kube-proxy: set status.loadBalancer.ingress.ipMode: Proxy (1.29 and newer)"},
    {"no-option", Side::sender, [](const Case&) { return true; },
     [](const Case& c) {
       return text::format("{} sends {} to port {} without a header on {}{}: a sender without the option, or a direct client", c.key.sender,
                           c.what(), c.key.port, c.times(), c.complete ? ", and nobody sends one to it" : "");
     },
     explain::sending_fix()},
};

}  // namespace

std::vector<MissingGroups::Group> MissingGroups::groups() const {
  Evidence evidence;
  evidence.complete = table_.exact();
  const auto all = table_.sorted();
  for (const Table::Entry* e : all) {
    if (e->first.header) evidence.headers_to[e->first.port] += e->second.count;
  }
  std::vector<Group> out;
  for (const Table::Entry* e : all) {
    if (e->first.header) continue;
    MissingKey same = e->first;
    same.header = true;
    same.kind = PayloadKind::nothing;
    const MissingGroup* own = table_.find(same);
    const std::uint64_t own_headers = own == nullptr ? 0 : own->count;
    const Case c{e->first, e->second, own_headers, evidence.headers_to[e->first.port] - own_headers, evidence.complete};
    for (const Row& row : rows) {
      if (!row.applies(c)) continue;
      out.push_back({e->first, e->second, row.cause, {row.cause, row.side, row.sentence(c), std::string(row.fix)}});
      break;
    }
  }
  return out;
}

}  // namespace pp::stats
