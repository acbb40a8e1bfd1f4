#include "pp/explain/log_line.hpp"

#include <algorithm>
#include <array>

#include "pp/base/bytes.hpp"
#include "pp/wire/parse.hpp"

namespace pp::explain {

using namespace inspect;
namespace {

struct Row {
  std::string_view id;
  std::string_view who;
  std::array<std::string_view, 2> words;  // all of them, lower case
  unsigned times;                         // that the first one must be there
  std::string_view quote_after;           // where quoted bytes are looked for; empty: nowhere
  Side side;
  std::string_view meaning;
  std::string_view fix;
};

constexpr std::string_view send_one =
    "on the sender: haproxy \"server ... send-proxy-v2\", nginx \"proxy_protocol on\"; or take the option off the receiver's port";
constexpr std::string_view take_or_stop =
    "turn the receiver's option on for this port (nginx \"listen ... proxy_protocol\", haproxy \"bind ... accept-proxy\"), or the header off on the sender";
constexpr std::string_view below_tls =
    "let the receiver read the header before TLS (haproxy \"bind ... accept-proxy ssl\", nginx \"listen ... ssl proxy_protocol\", in Go a listener that takes it below "
    "tls.NewListener), or turn the header off on the sender";
constexpr std::string_view expected_it =
    "the receiver expects a PROXY header on this port and got something else; what is quoted tells what came";
constexpr std::string_view not_known =
    "the header came to a server that does not know the protocol: turn the header off on the sender, or put a proxy that takes it in between";

// From the most telling words down: the first row that fits counts. Facts: what the programs print (RECEIVERS.md).
// A row to a line.
// clang-format off
constexpr Row rows[] = {
    {"nginx-broken-header", "nginx", {"broken header", ""}, 1, "broken header", Side::sender, expected_it, send_one},
    {"nginx-header-timeout", "nginx", {"while reading proxy protocol", "timed out"}, 1, "", Side::sender,
     "the sender connected and did not send a whole header within the time that the receiver waits: a port check, or a client that waits for the server to speak", send_one},
    {"nginx-reading-header", "nginx", {"while reading proxy protocol", ""}, 1, "while reading proxy protocol", Side::sender,
     "the receiver was reading a PROXY header and the connection ended, or brought something else", send_one},
    {"haproxy-no-header", "haproxy", {"received something which does not look like a proxy protocol header", ""}, 1, "", Side::sender, expected_it, send_one},
    {"apache-no-header", "Apache mod_remoteip", {"ah03513", ""}, 1, "", Side::sender, expected_it, send_one},
    {"apache-no-header", "Apache mod_remoteip", {"ah10186", ""}, 1, "", Side::sender, expected_it, send_one},
    {"go-tls-length", "Go's crypto/tls, older versions", {"oversized record received with length 22617", ""}, 1, "", Side::receiver,
     "a v1 header where TLS was expected: 22617 is 0x5859, the letters XY of PROXY", below_tls},
    {"go-tls", "Go's crypto/tls", {"first record does not look like a tls handshake", ""}, 1, "", Side::receiver,
     "something else than TLS came first on a TLS port: a v1 or v2 header that is not taken below TLS, or plain text from a client", below_tls},
    {"openssl-version", "OpenSSL", {"wrong version number", ""}, 1, "", Side::unknown,
     "the other side does not begin with TLS: on a server, a PROXY header in front of the ClientHello; on a client, a server that answers in plain text, as one does that takes the ClientHello for a request",
     below_tls},
    {"openssl-http", "OpenSSL", {"http request", "ssl"}, 1, "", Side::unknown,
     "plain text came first on a TLS port: a PROXY header in front of the ClientHello, or an HTTP request without TLS", below_tls},
    {"smtp-v2", "an SMTP server", {"invalid command", ""}, 3, "", Side::receiver,
     "three refused commands at once are one v2 header, whose signature holds line ends: the server reads it as commands",
     "Postfix: \"smtpd_upstream_proxy_protocol = haproxy\"; Exim: \"hosts_proxy\"; or turn the header off on the sender"},
    {"smtp-v1", "an SMTP server", {"command not recognized", "proxy"}, 1, "", Side::receiver, "the server read a v1 header as a command",
     "Postfix: \"smtpd_upstream_proxy_protocol = haproxy\"; Exim: \"hosts_proxy\"; or turn the header off on the sender"},
    {"postgresql", "PostgreSQL", {"invalid length of startup packet", ""}, 1, "", Side::receiver,
     "what came first is no startup packet: the first four letters of PROXY read as a length are 1347571544, the first four bytes of v2 are 218762506", not_known},
    {"mysql-v1", "a MySQL or MariaDB client or server", {"5198416", ""}, 1, "", Side::receiver, "5198416 is the letters PRO read as a packet length: a v1 header",
     "MariaDB and Percona Server take the header from networks in proxy_protocol_networks; otherwise turn it off on the sender"},
    {"mysql-v2", "a MySQL or MariaDB client or server", {"854541", ""}, 1, "", Side::receiver,
     "854541 is the first three bytes of a v2 header read as a packet length",
     "MariaDB and Percona Server take the header from networks in proxy_protocol_networks; otherwise turn it off on the sender"},
    {"kafka-v1", "Kafka", {"invalid receive", "1347571544"}, 1, "", Side::receiver, "1347571544 is the letters PROX read as a size: a v1 header", not_known},
    {"kafka-v2", "Kafka", {"invalid receive", "218762506"}, 1, "", Side::receiver, "218762506 is the first four bytes of a v2 header read as a size", not_known},
    {"length-v1", "a server whose messages begin with a length", {"1347571544", ""}, 1, "", Side::receiver, "1347571544 is the letters PROX read as a length: a v1 header", not_known},
    {"length-v2", "a server whose messages begin with a length", {"218762506", ""}, 1, "", Side::receiver,
     "218762506 is the first four bytes of a v2 header read as a length", not_known},
    {"redis-v1", "Redis", {"unknown command", "proxy"}, 1, "", Side::receiver, "the server read a v1 header as a command", not_known},
    {"ssh-v1", "an SSH server", {"bad protocol version identification", ""}, 1, "bad protocol version identification", Side::receiver,
     "something else than an SSH greeting came first; what is quoted tells what", not_known},
    {"ssh-v1", "OpenSSH", {"sent invalid protocol identifier", ""}, 1, "sent invalid protocol identifier", Side::receiver,
     "something else than an SSH greeting came first; what is quoted tells what", not_known},
    {"ssh-v2", "an SSH server", {"invalid ssh identification string", ""}, 1, "", Side::receiver,
     "something else than an SSH greeting came first: a v2 header is one thing that looks like this", not_known},
    {"nginx-http-v2", "nginx", {"\"\\x00\" 400", ""}, 1, "", Side::receiver,
     "an HTTP port that does not expect a header got a v2 one: behind its first line ends the signature goes on with a NUL byte", take_or_stop},
    {"haproxy-flags", "haproxy", {" pr-- ", ""}, 1, "", Side::unknown,
     "haproxy itself refused the connection while it read the request: the header that \"accept-proxy\" wants did not come or is wrong, or a header came that it does not expect",
     "look at the bytes: ppinspect -i or -r on this port shows which of the two it is"},
};
// clang-format on

constexpr std::string_view logged_id = "header-as-data";
constexpr std::string_view logged_meaning =
    "the line quotes a PROXY header: it came to something that does not expect one, and took it for its own protocol's first line";

std::string folded(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
  }
  return out;
}

unsigned count_of(std::string_view text, std::string_view word) {
  unsigned n = 0;
  for (std::size_t at = text.find(word); at != std::string_view::npos; at = text.find(word, at + word.size())) ++n;
  return n;
}

bool fits(const Row& row, std::string_view text) {
  return count_of(text, row.words[0]) >= row.times && text.find(row.words[1]) != std::string_view::npos;
}

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

std::vector<std::uint8_t> without_escapes(std::string_view text) {
  std::vector<std::uint8_t> out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    char c = text[i];
    if (c == '\\' && i + 3 < text.size() && (text[i + 1] == 'x' || text[i + 1] == 'X') && hex_digit(text[i + 2]) >= 0 &&
        hex_digit(text[i + 3]) >= 0) {
      out.push_back(static_cast<std::uint8_t>(hex_digit(text[i + 2]) * 16 + hex_digit(text[i + 3])));
      i += 3;
      continue;
    }
    constexpr std::string_view letters = "rnt0\\\"'", meant{"\r\n\t\0\\\"'", 7};
    if (c == '\\' && i + 1 < text.size()) {
      if (const std::size_t at = letters.find(text[i + 1]); at != std::string_view::npos) {
        c = meant[at];
        ++i;
      }
    }
    out.push_back(static_cast<std::uint8_t>(c));
  }
  return out;
}

/// Whether what stands behind a quote begins as a header does. Looks at its front alone, since a line may be all quotes.
bool quotes_header(std::string_view behind) {
  constexpr std::size_t longest = sizeof v2_signature * std::string_view("\\x00").size();
  constexpr std::string_view firsts = "P\r\\";  // of either version, or of an escape
  if (behind.empty() || firsts.find(behind[0]) == std::string_view::npos) return false;
  return parse(without_escapes(behind.substr(0, longest))).header.version != 0;
}

/// Where in the text a v1 line begins that is quoted as it is, without any quotes.
std::size_t v1_line(std::string_view text) {
  for (const std::string_view start : {"PROXY TCP4 ", "PROXY TCP6 ", "PROXY UNKNOWN"}) {
    if (const std::size_t at = text.find(start); at != std::string_view::npos) return at;
  }
  return std::string_view::npos;
}

}  // namespace

std::vector<std::uint8_t> quoted_bytes(std::string_view text, std::string_view after) {
  if (const std::size_t at = folded(text).find(folded(after)); at != std::string::npos) text = text.substr(at + after.size());
  const std::size_t open = text.find_first_of("\"'`");
  if (open == std::string_view::npos) return {};
  const char quote = text[open] == '`' ? '\'' : text[open];
  // Raw bytes may hold quotes themselves; the last one before the words that programs put behind is the end.
  std::string_view inside = text.substr(open + 1);
  if (const std::size_t words = inside.rfind("while reading PROXY protocol"); words != std::string_view::npos)
    inside = inside.substr(0, words);
  std::size_t close = quote == '"' && inside.size() < text.size() - open - 1 ? inside.rfind(quote) : std::string_view::npos;
  for (std::size_t i = 0; close == std::string_view::npos && i < inside.size(); ++i) {
    if (inside[i] == '\\') {
      ++i;
    } else if (inside[i] == quote) {
      close = i;
    }
  }
  return without_escapes(inside.substr(0, close));
}

std::optional<LogReading> read_log_line(std::string_view text) {
  const std::string lower = folded(text);
  for (const Row& row : rows) {
    if (!fits(row, lower)) continue;
    LogReading out{row.id, row.who, row.side, row.meaning, row.fix, {}};
    if (!row.quote_after.empty()) out.quoted = quoted_bytes(text, row.quote_after);
    return out;
  }
  LogReading out{logged_id, "a server that logs what it does not understand", Side::receiver, logged_meaning, take_or_stop, {}};
  for (std::size_t at = text.find_first_of("\"'"); at != std::string_view::npos; at = text.find_first_of("\"'", at + 1)) {
    if (!quotes_header(text.substr(at + 1))) continue;
    out.quoted = quoted_bytes(text.substr(at), "");
    if (parse(out.quoted).header.version != 0) return out;
  }
  if (const std::size_t at = v1_line(text); at != std::string_view::npos) {
    out.quoted = without_escapes(text.substr(at, text.find_first_of("\"'", at) - at));
    return out;
  }
  return std::nullopt;
}

std::vector<std::string_view> log_line_ids() {
  std::vector<std::string_view> out;
  for (const Row& row : rows) {
    if (out.empty() || out.back() != row.id) out.push_back(row.id);
  }
  out.push_back(logged_id);
  return out;
}

}  // namespace pp::explain
