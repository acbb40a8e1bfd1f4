#include "pp/stats/missing_groups.hpp"

#include <algorithm>
#include <map>

#include "pp/packet/head.hpp"

namespace pp::stats {

using namespace inspect;

Place place_of(const Record& r) noexcept { return {r.input, r.line, r.flow.listened ? 0 : r.flow.frame, r.flow.time_ns, r.flow.captured}; }

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
  const std::int64_t mean = (last_ns - first.time_ns) / static_cast<std::int64_t>(gaps);
  if (mean < 100'000'000 || shortest_gap_ns < mean / 2 || longest_gap_ns > mean + mean / 2) return std::nullopt;
  return mean / 1000;
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
  g.last_ns = r.flow.time_ns;
  return missing;
}

namespace {

constexpr const char* sender_fix =
    "on the sender: haproxy \"server ... send-proxy-v2\", nginx \"proxy_protocol on\"; or take the option off the receiver's port";

}  // namespace

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

  std::string who() const { return to_string(key.sender); }
  std::string port() const { return "port " + std::to_string(key.port); }
  std::string times() const { return std::to_string(g.count) + (g.count == 1 ? " connection" : " connections"); }
  std::string every() const { return duration_text(*g.interval_us()); }
};

struct Row {
  std::string_view cause;
  Side side;
  bool (*applies)(const Case&);
  std::string (*sentence)(const Case&);
  std::string (*fix)(const Case&);
};

const Row rows[] = {
    {"health-check", Side::sender, [](const Case& c) { return c.g.interval_us().has_value() && c.key.kind != PayloadKind::simple_proxy; },
     [](const Case& c) {
       return c.who() +
              (c.key.kind == PayloadKind::nothing ? " connects to " + c.port() + " and sends nothing"
                                                  : " sends " + std::string(title(c.key.kind)) + " to " + c.port()) +
              " every " + c.every() + ": likely a health check that sends no header";
     },
     [](const Case&) {
       return std::string("let the check send one: haproxy \"check-send-proxy\"; or point the check at a port without the option");
     }},
    {"tls-outside", Side::sender, [](const Case& c) { return c.key.kind == PayloadKind::tls; },
     [](const Case& c) {
       return c.who() + " starts TLS on " + c.port() + " without a header on " + c.times() + "; if there is a header it is inside TLS";
     },
     [](const Case&) { return std::string("the header stands in front of the ClientHello: ") + sender_fix; }},
    {"silent", Side::unknown, [](const Case& c) { return c.key.kind == PayloadKind::nothing; },
     [](const Case& c) {
       return c.who() + " connected to " + c.port() + " and sent nothing on " + c.times() +
              ": a port check, or a client that waits for the server to speak";
     },
     [](const Case&) { return std::string(); }},
    {"other-protocol", Side::sender, [](const Case& c) { return c.key.kind == PayloadKind::simple_proxy; },
     [](const Case& c) { return c.who() + " sends Cloudflare's Simple Proxy Protocol to " + c.port() + ", another format than PROXY"; },
     [](const Case&) { return std::string("on the sender: choose PROXY protocol v2 in place of Simple Proxy Protocol"); }},
    {"second-path", Side::sender, [](const Case& c) { return c.own_headers > 0; },
     [](const Case& c) {
       return c.who() + " sends " + std::string(title(c.key.kind)) + " to " + c.port() + " without a header on " + c.times() +
              ", and with one on " + std::to_string(c.own_headers) + ": one of its servers, pools or checks lacks the option";
     },
     [](const Case&) { return std::string(sender_fix); }},
    {"direct-client", Side::sender, [](const Case& c) { return c.complete && c.other_headers > 0; },
     [](const Case& c) {
       return c.who() + " sends " + std::string(title(c.key.kind)) + " to " + c.port() + " without a header on " + c.times() +
              ", while others send one: likely a client that goes around the load balancer";
     },
     [](const Case&) {
       return std::string(
           "let it go through the load balancer, or give it a port without the option; a firewall keeps others off this one");
     }},
    {"no-option", Side::sender, [](const Case&) { return true; },
     [](const Case& c) {
       return c.who() + " sends " + std::string(title(c.key.kind)) + " to " + c.port() + " without a header on " + c.times() +
              (c.complete ? ", and nobody sends one to it" : "") + ": a sender without the option, or a direct client";
     },
     [](const Case&) { return std::string(sender_fix); }},
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
      out.push_back({e->first, e->second, row.cause, {row.cause, row.side, row.sentence(c), row.fix(c)}});
      break;
    }
  }
  return out;
}

}  // namespace pp::stats
