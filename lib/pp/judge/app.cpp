#include "pp/judge/app.hpp"

#include <algorithm>
#include <array>

#include "pp/base/hex.hpp"
#include "pp/judge/app_answers.hpp"
#include "pp/judge/client_hello.hpp"
#include "pp/text/format.hpp"

namespace pp::judge {
namespace {

using Buffer = std::vector<std::uint8_t>;

constexpr std::size_t large_bytes = 3000;

Buffer bytes_of(std::string_view text) { return {text.begin(), text.end()}; }

void put16(Buffer& out, std::size_t v) {
  out.push_back(static_cast<std::uint8_t>(v >> 8));
  out.push_back(static_cast<std::uint8_t>(v));
}

Buffer http(const Request& r) {
  const std::string padding = r.large ? text::format("X-Padding: {}\r\n", std::string(large_bytes, 'x')) : "";
  // Short, as the catalogue's request is: some receivers look for the end of a damaged line in its first bytes.
  return bytes_of(text::format("GET /{} HTTP/1.1\r\nHost: {}\r\n{}Connection: close\r\n\r\n", r.mark, r.host, padding));
}

Buffer smtp(const Request& r) {
  std::string padding;
  // A line of SMTP has at most 512 bytes.
  for (std::size_t i = 0; r.large && i < 6; ++i) text::append(padding, "NOOP {}\r\n", std::string(large_bytes / 6 - 10, 'x'));
  return bytes_of(text::format("EHLO {}.example\r\n{}MAIL FROM:<>\r\nRCPT TO:<a@b.example>\r\nQUIT\r\n", r.mark, padding));
}

Buffer imap(const Request& r) {
  std::string padding;
  for (std::size_t i = 0; r.large && i < 100; ++i) text::append(padding, "n{:02} NOOP ------------------\r\n", i);
  return bytes_of(text::format("{}a LOGIN {} right\r\nb LOGOUT\r\n", padding, r.mark));
}

void put_label(Buffer& out, std::string_view label) {
  out.push_back(static_cast<std::uint8_t>(label.size()));
  out.insert(out.end(), label.begin(), label.end());
}

Buffer dns(const Request& r) {
  Buffer m{0x50, 0x50, 0x01, 0x00};  // recursion desired
  const std::uint8_t additional = r.large ? 1 : 0;
  m.insert(m.end(), {0, 1, 0, 0, 0, 0, 0, additional});
  put_label(m, r.mark);
  put_label(m, "test");
  m.insert(m.end(), {0, 0, 16, 0, 1});  // the root, TXT, IN
  if (r.large) {
    // OPT with a padding option (RFC 7830).
    m.insert(m.end(), {0, 0, 41, 0x10, 0, 0, 0, 0, 0});
    put16(m, large_bytes + 4);
    put16(m, 12);
    put16(m, large_bytes);
    m.insert(m.end(), large_bytes, 0);
  }
  Buffer out;
  if (!r.datagram) put16(out, m.size());
  out.insert(out.end(), m.begin(), m.end());
  return out;
}

constexpr char sip_format[] =
    "OPTIONS sip:ppgen@{host} SIP/2.0\r\n"
    "Via: SIP/2.0/{transport} ppgen.invalid:5060;branch=z9hG4bK{mark};rport\r\n"
    "Max-Forwards: 5\r\n"
    "From: <sip:ppgen@ppgen.invalid>;tag={mark}\r\n"
    "To: <sip:ppgen@{host}>\r\n"
    "Call-ID: {mark}\r\n"
    "CSeq: 1 OPTIONS\r\n"
    "{padding}"
    "Content-Length: 0\r\n"
    "\r\n";

Buffer sip(const Request& r) {
  const std::string padding = r.large ? text::format("X-Padding: {}\r\n", std::string(large_bytes, 'x')) : "";
  return bytes_of(text::format(sip_format, fmt::arg("host", r.host), fmt::arg("transport", r.datagram ? "UDP" : "TCP"),
                               fmt::arg("mark", r.mark), fmt::arg("padding", padding)));
}

Buffer stun(const Request& r) {
  Buffer out{0, 1};
  // SOFTWARE is the attribute that a server ignores.
  put16(out, r.large ? large_bytes + 4 : 0);
  out.insert(out.end(), {0x21, 0x12, 0xa4, 0x42});
  Buffer transaction = bytes_of(r.mark);
  transaction.resize(12);
  out.insert(out.end(), transaction.begin(), transaction.end());
  if (r.large) {
    put16(out, 0x8022);
    put16(out, large_bytes);
    out.insert(out.end(), large_bytes, 'x');
  }
  return out;
}

Buffer irc(const Request& r) {
  std::string padding;
  for (std::size_t i = 0; r.large && i < 8; ++i) text::append(padding, "PONG {}\r\n", std::string(large_bytes / 8, 'x'));
  return bytes_of(text::format("NICK {0}\r\nUSER {0} 0 * :{0}\r\n{1}QUIT :bye\r\n", r.mark, padding));
}

/// A response to the server's handshake, with a password that cannot be right.
Buffer mysql(const Request& r) {
  // PROTOCOL_41, SECURE_CONNECTION, LONG_PASSWORD, TRANSACTIONS, and MULTI_RESULTS.
  Buffer body{0x01, 0xa2, 0x02, 0x00, 0, 0, 0, 1, 33};
  body.insert(body.end(), 23, 0);
  body.insert(body.end(), r.mark.begin(), r.mark.end());
  body.push_back(0);
  body.push_back(20);
  body.insert(body.end(), 20, 0x5a);
  Buffer out{static_cast<std::uint8_t>(body.size()), static_cast<std::uint8_t>(body.size() >> 8), 0, 1};
  out.insert(out.end(), body.begin(), body.end());
  if (r.large) out.insert(out.end(), large_bytes, 0);
  return out;
}

Buffer pop3(const Request& r) {
  std::string padding;
  for (std::size_t i = 0; r.large && i < 8; ++i) text::append(padding, "NOOP {}\r\n", std::string(large_bytes / 8, 'x'));
  return bytes_of(text::format("{}USER {}\r\nPASS wrong\r\nQUIT\r\n", padding, r.mark));
}

/// A StartupMessage of version 3.0.
Buffer postgres(const Request& r) {
  std::string options = text::format("user{0}{1}{0}database{0}{1}{0}", '\0', r.mark);
  if (r.large) text::append(options, "application_name{0}{1}{0}", '\0', std::string(large_bytes, 'x'));
  options += '\0';
  const std::size_t size = 8 + options.size();
  Buffer out;
  put16(out, size >> 16);
  put16(out, size & 0xffff);
  out.insert(out.end(), {0, 3, 0, 0});
  out.insert(out.end(), options.begin(), options.end());
  return out;
}

Buffer redis(const Request& r) {
  return bytes_of(text::format("{}PING {}\r\nQUIT\r\n", r.large ? text::format("PING {}\r\n", std::string(large_bytes, 'x')) : "", r.mark));
}

Buffer ssh(const Request& r) {
  return bytes_of(text::format("SSH-2.0-ppgen_{}\r\n{}", r.mark, r.large ? std::string(large_bytes, '\0') : ""));
}

/// CONNECT of MQTT 3.1.1 with a clean session.
Buffer mqtt(const Request& r) {
  Buffer body{0, 4, 'M', 'Q', 'T', 'T', 4, static_cast<std::uint8_t>(r.large ? 0x82 : 0x02), 0, 60};
  put16(body, r.mark.size());
  body.insert(body.end(), r.mark.begin(), r.mark.end());
  if (r.large) {  // a user name
    put16(body, large_bytes);
    body.insert(body.end(), large_bytes, 'x');
  }
  Buffer out{0x10};
  std::size_t left = body.size();
  do {
    out.push_back(static_cast<std::uint8_t>(left % 128 | (left >= 128 ? 0x80U : 0U)));
    left /= 128;
  } while (left > 0);
  out.insert(out.end(), body.begin(), body.end());
  return out;
}

Buffer tls(const Request& r) { return client_hello(std::string(r.host)); }

Buffer line(const Request& r) {
  return bytes_of(text::format("mark={}{}\n", r.mark, r.large ? text::format(" {}", std::string(large_bytes, 'x')) : ""));
}

Buffer custom(const Request& r) {
  std::string out(r.text);
  constexpr std::string_view placeholder = "{mark}";
  for (std::size_t at = out.find(placeholder); at != std::string::npos; at = out.find(placeholder, at + r.mark.size())) {
    out.replace(at, placeholder.size(), r.mark);
  }
  return bytes_of(out);
}

// clang-format off
constexpr std::array table = {
    App{"http", "an HTTP/1.1 request", false, false, true, http, http_complete, http_class, nullptr},
    App{"smtp", "EHLO, MAIL, RCPT and QUIT", true, false, true, smtp, smtp_complete, smtp_class, nullptr},
    App{"imap", "LOGIN and LOGOUT", true, false, true, imap, imap_complete, imap_class, nullptr},
    App{"dns", "a query for a TXT record", false, true, true, dns, dns_complete, dns_class, nullptr, dns_text},
    App{"sip", "OPTIONS", false, true, true, sip, sip_complete, sip_class, sip_told},
    App{"stun", "a binding request", false, true, true, stun, stun_complete, stun_class, stun_told},
    App{"mysql", "a login that is refused", true, false, true, mysql, mysql_complete, mysql_class, mysql_told},
    App{"irc", "NICK, USER and QUIT", false, false, true, irc, irc_complete, irc_class, irc_told},
    App{"tls", "a ClientHello", false, false, true, tls, tls_complete, tls_class, nullptr},
    App{"pop3", "a login that is refused, and QUIT", true, false, true, pop3, text_complete, any_class, nullptr},
    App{"postgres", "a startup message", false, false, true, postgres, some_complete, any_class, nullptr},
    App{"redis", "PING and QUIT", false, false, true, redis, text_complete, any_class, nullptr},
    App{"ssh", "an identification string", false, false, true, ssh, text_complete, any_class, nullptr},
    App{"mqtt", "CONNECT", false, false, true, mqtt, some_complete, any_class, nullptr},
    App{"line", "one line, for a one-way protocol", false, true, false, line, never_complete, any_class, nullptr},
    App{"custom", "the bytes of --payload", false, true, true, custom, never_complete, any_class, nullptr},
};
// clang-format on

}  // namespace

std::span<const App> apps() noexcept { return table; }

const App* find_app(std::string_view name) noexcept {
  const auto* const found = std::find_if(table.begin(), table.end(), [&](const App& app) { return app.name == name; });
  return found == table.end() ? nullptr : found;
}

std::vector<std::string> app_names() {
  std::vector<std::string> out;
  for (const App& app : table) out.emplace_back(app.name);
  return out;
}

bool is_error_class(std::string_view c) noexcept {
  const std::size_t dash = c.rfind('-');
  const std::string_view number = dash == std::string_view::npos ? std::string_view() : c.substr(dash + 1);
  if (c.starts_with("http-") || c.starts_with("smtp-")) return !number.empty() && number[0] >= '4';
  if (c.starts_with("sip-")) return !number.empty() && number[0] >= '3';
  if (c.starts_with("dns-")) return !c.starts_with("dns-0");
  constexpr std::string_view words[] = {"imap-no", "imap-bad", "imap-bye", "tls-alert", "stun-error", "irc-error", "mysql-denied"};
  if (std::find(std::begin(words), std::end(words), c) != std::end(words)) return true;
  return c.find("error") != std::string_view::npos;
}

std::string mark_of(std::uint32_t number) { return text::format("q{:07x}", number & 0xfffffffU); }

}  // namespace pp::judge
