// Advice on diagnoses, and on what is said of a receiver as a whole.
#include "pp/explain/advice.hpp"

#include <algorithm>

namespace pp::explain {
namespace {

constexpr std::string_view probe = "ppgen probe HOST:PORT, from the sender's host, tells which headers the receiver takes";
constexpr std::string_view read_or_leave =
    "turn reading the header on at the receiver and let it trust the sender, or turn the header off on the sender";

// A row to a line.
// clang-format off
constexpr Advice rows[] = {
    {"chained-headers", "the client's header is passed on and a second one is added", "ppinspect -i on the hop in the middle: does it get a header?", "let that hop read the header it gets, or turn the header off on one of the two", Options::receive},
    {"header-from-server", "client and server are mixed up in the sender's configuration, or the capture shows a connection the other way round", "tcpdump: which side sends the SYN?", "the side that opens the connection sends the header"},
    {"checksum-broken", "a sender that computes CRC32C wrongly, or a middlebox that rewrites addresses within the header", "capture at the sender and at the receiver and compare the bytes", "correct the sender, or take the middlebox out of the way"},
    {"length-swallows-payload", "the length counts more than addresses and TLVs", "ppinspect -vv shows the request within the header", "the sender's length counts from byte 16 to the end of the TLVs"},
    {"sender-malformed", "a sender, often home-made, breaks the format", "ppinspect -vv shows the byte; the finding beside the diagnosis names the rule", "correct the sender"},
    {"transport-mismatch", "the sender announces the client's transport in place of this connection's", "ppinspect -vv shows byte 13", "the sender writes 0x11 or 0x21 over TCP, 0x12 or 0x22 over UDP"},
    {"line-ends-only", "a keep-alive of SIP or a health check sends blank lines, or a v2 header was cut", "look at what the sender is", "nothing, unless the sender should send a header"},
    {"receiver-answered-inside", "the receiver reads its own protocol where the header is", probe, read_or_leave, Options::receive},
    {"late-header", "the sender opens the connection early and writes the header with the client's first byte", "ppinspect -S shows the time from SYN to header", "the sender writes the header at once; or a longer timeout at the receiver"},
    {"header-in-pieces-refused", "the receiver reads once and takes what is there for all", "ppgen probe HOST:PORT sends a header in pieces as well", "the sender writes the header by one call, in one segment"},
    {"receiver-policy", "a list of networks, a limit of connections, or a client that is not allowed", "the receiver's log", "the rule at the receiver, or the announced address at the sender"},
    {"sender-stalled", "the sender waits for more data in the middle of its header", "ppinspect -vv shows how far it came", "the sender writes the header by one call"},
    {"receiver-closed-inside", "the receiver does not wait for the rest of a header, or does not expect one", "ppgen probe HOST:PORT sends whole headers and headers in pieces", "the sender writes the header at once; else turn reading the header on at the receiver", Options::receive},
    {"sender-stopped", "the sender was ended, or its write failed", "the sender's log", "correct the sender"},
    {"receiver-networks", "the receiver reads headers from listed networks alone", "MariaDB: SHOW VARIABLES LIKE 'proxy_protocol_networks'", "add the sender's address to the receiver's list"},
    {"unknown-refused", "the sender announces UNKNOWN, for a check or because it does not know the client", "ppgen probe HOST:PORT sends PROXY UNKNOWN as well", "the sender announces addresses, or checks without a header"},
    {"health-check", "the load balancer's check inherits the option for the header", "the same check without a header gets a good answer", "haproxy \"no-check-send-proxy\", or check the port of the traffic"},
    {"receiver-tls-or-handshake", "the receiver does not expect a header, or it refuses the ClientHello (name, version, protocol)", "connect to it without a header: openssl s_client -connect HOST:PORT", "without a header it works: turn reading the header on; else it is the handshake", Options::receive},
    {"receiver-tls", "the receiver begins TLS where the header is", probe, read_or_leave, Options::receive},
    {"receiver-http-400-unclear", "the receiver does not expect a header, or the request after it is bad", "curl the receiver with and without --haproxy-protocol", "without a header it works: turn reading the header on; else look at the request", Options::receive},
    {"receiver-http-400", "the receiver reads the header as a request line, or does not trust the sender", probe, read_or_leave, Options::receive},
    {"receiver-smtp", "the mail server reads the header as a command", probe, read_or_leave, Options::receive},
    {"receiver-other-protocol", "the server reads its own protocol where the header is", probe, read_or_leave, Options::receive},
    {"receiver-timeout", "a backend that does not answer, or a receiver that ignores the sender", "the receiver's log, and its backend without the receiver", "the backend, or the receiver's list of trusted senders", Options::receive},
    {"local-refused", "the receiver does not implement LOCAL: RabbitMQ 3.10, for one", "ppgen probe HOST:PORT sends LOCAL as well", "checks that announce addresses or send no header; or a newer receiver"},
    {"header-size-refused", "the receiver's buffer for headers is smaller than this one", "ppgen send HOST:PORT --pad-to N finds the size", "fewer or shorter TLVs at the sender; docs/products.md has the limits"},
    {"receiver-closed", "the receiver does not expect a header or does not trust the sender; or its backend is down; or a firewall resets", "ppgen probe HOST:PORT; then the receiver's log", read_or_leave, Options::receive},
    {"refused-connection", "nothing listens on the port, or a firewall rejects it", "ss -ltn on the receiver's host", "start the receiver, or open the port"},
    {"unreachable", "a route is missing, the host is down, or a firewall rejects the port with an ICMP message", "tcpdump icmp at the sender shows who sends the message", "the route, the host or the firewall that sent the message"},
    {"syn-unanswered", "a firewall drops the SYN, or the host is down", "capture at the receiver's host: does the SYN come?", "the firewall, the route or the host"},
    {"header-not-first", "something writes before the header: a negotiation such as SSLRequest or STARTTLS, or a client's greeting", "ppinspect -vv shows the bytes before it", "the sender writes the header first"},
    {"header-later", "the sender writes the header after a negotiation such as STARTTLS or SSLRequest, or once more before each request", "ppinspect -vv shows the bytes before it", "the sender writes one header, first on the connection"},
    {"header-not-upper-case", "a home-made sender writes tcp4 or proxy", "ppinspect -vv shows the line", "the sender writes PROXY, TCP4, TCP6 and UNKNOWN in upper case"},
    {"no-header-silent", "a port check, or a client that waits for the server to speak while the receiver waits for a header", "who is the sender's address?", "a check: nothing. A client: the sender lacks the option", Options::send},
    {"server-spoke-first", "the port's server greets its clients, and does not wait for a header", "connect to it with nc: does it speak first?", "nothing, unless headers are wanted there: then turn them on at the receiver first", Options::receive},
    {"answered-without-header", "the receiver takes connections without a header", "ppgen probe HOST:PORT tells whether it takes them with one", "nothing, unless headers are wanted there: then turn them on at the receiver first", Options::receive},
    {"tls-order", "the sender begins TLS and writes the header after the ClientHello or inside TLS", "ppinspect -vv shows the ClientHello before the header", "the sender writes the header to the connection before TLS begins; haproxy and nginx do", Options::send},
    {"bypass", "a client goes around the load balancer: in Kubernetes a pod that calls the balancer's own address", "is the client's address inside the cluster or the network behind the balancer?", "let it go through the load balancer, or give it a port without the option; in Kubernetes status.loadBalancer.ingress.ipMode: Proxy (1.29 and newer), or the provider's annotation that gives the balancer a host name"},
    {"no-header-tls", "a client past the load balancer, a sender without the option, or a header that is sent inside TLS", "compare the sender's address with the load balancers'", "turn the option on for the TLS port as well, outside of TLS", Options::send},
    {"no-header-simple-proxy", "Cloudflare Spectrum is set to Simple Proxy Protocol", "the application's setting in Spectrum", "set it to version 2, or use a receiver for that format"},
    {"no-header", "a client past the load balancer, or a server line, pool or check without the option", "compare the sender's address with the load balancers'", "turn the option on at the sender, or take it off the receiver's port", Options::send},
    {"tls-outside", "the option is on for the plain port alone, or the header is sent inside TLS", "compare the sender's settings for both ports", "turn the option on for the TLS port as well, outside of TLS", Options::send},
    {"silent", "port checks, or clients that wait for the server to speak", "who is the sender's address?", "a check: nothing. A client: the sender lacks the option", Options::send},
    {"other-protocol", "Cloudflare Spectrum is set to Simple Proxy Protocol", "the application's setting in Spectrum", "set it to version 2, or use a receiver for that format"},
    {"second-path", "one of the sender's servers, pools or checks lacks the option", "compare the sender's server lines, pools and checks", "turn the option on for each of them", Options::send},
    {"no-option", "no sender has the option, or the receiver's option is not wanted", "ppinspect -S lists the senders", "turn the option on at the sender, or take it off the receiver's port", Options::send},
    {"receiver-refuses-all", "the receiver does not read headers, does not trust the sender, or is down behind", probe, read_or_leave, Options::receive},
    {"header-optional", "the receiver takes connections with a header and without one; whoever reaches it can announce any address", "ppgen probe HOST:PORT says so of the receiver itself", "let it take headers from the load balancers' networks alone", Options::receive},
    {"missing-before-headers", "connections without a header came to a port before its first header did", "-e PORT lists them one by one", "turn the option on at the sender", Options::send},
    {"headers-assumed", "some connections to the port had a header, so the others are missing one", "-e none stops that", "-e PORT, if the port should get headers"},
};
// clang-format on

}  // namespace

std::span<const Advice> diagnosis_advice() noexcept { return rows; }

const Advice* find_advice(std::string_view code) noexcept {
  for (const std::span<const Advice> table : {finding_advice(), diagnosis_advice()}) {
    const auto row = std::find_if(table.begin(), table.end(), [&](const Advice& a) { return a.code == code; });
    if (row != table.end()) return &*row;
  }
  return nullptr;
}

}  // namespace pp::explain
