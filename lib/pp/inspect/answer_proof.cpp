#include "pp/inspect/answer_proof.hpp"

#include "pp/base/ascii.hpp"
#include "pp/wire/header.hpp"

namespace pp::inspect {
namespace {

bool has(std::string_view text, std::string_view word) { return text.find(word) != std::string_view::npos; }

/// The value of an HTTP header field, without case and blanks; empty when it is not there.
std::string_view field(std::string_view answer, std::string_view name) {
  for (std::size_t at = answer.find('\n'); at != answer.npos; at = answer.find('\n', at + 1)) {
    const std::string_view line = answer.substr(at + 1);
    if (line.starts_with('\r') || line.starts_with('\n')) return {};
    std::size_t i = 0;
    while (i < name.size() && i < line.size() && ascii_lower(line[i]) == name[i]) ++i;
    if (i < name.size() || i >= line.size() || line[i] != ':') continue;
    const std::size_t start = line.find_first_not_of(" \t", i + 1);
    return start == line.npos ? std::string_view() : line.substr(start, line.find_first_of("\r\n", start) - start);
  }
  return {};
}

bool same_word(std::string_view value, std::string_view lower_case) {
  if (value.size() != lower_case.size()) return false;
  for (std::size_t i = 0; i < value.size(); ++i) {
    if (ascii_lower(value[i]) != lower_case[i]) return false;
  }
  return true;
}

/// Words that only one reading explains.
struct Phrase {
  AnswerClass answer;
  std::string_view words;
  Proof proof;
  bool payload_only;  // proof only when a payload came that could be the reason
};
constexpr Phrase phrases[] = {
    {AnswerClass::http_400, "Header Or Cookie Too Large", Proof::header_taken, true},
    {AnswerClass::http_400, "SSL certificate", Proof::header_taken, true},
    // Postfix says so when it could not use the PROXY header that it waits for.
    {AnswerClass::smtp_defers, "421 4.3.0 ", Proof::recognised, false},
    {AnswerClass::smtp_defers, "421 4.3.2 No system resources", Proof::recognised, false},
    {AnswerClass::proxy_networks, "", Proof::recognised, false},
    {AnswerClass::postgres_error, "C08P01", Proof::read_as_data, false},  // protocol violation
    {AnswerClass::postgres_error, "C0A000", Proof::read_as_data, false},  // unsupported frontend protocol
    {AnswerClass::postgres_error, "C28P01", Proof::header_taken, true},   // invalid authorization
    {AnswerClass::postgres_error, "C3D000", Proof::header_taken, true},   // no such database
};

/// "plain HTTP request was sent to HTTPS port" and its like: what it was is the client's HTTP, when there was some.
bool names_plain_http(std::string_view all) {
  return has(all, "plain HTTP") || has(all, "HTTP request to an HTTPS") || has(all, "HTTP to an SSL-enabled");
}

bool is_http(std::string_view payload) { return has(payload.substr(0, payload.find('\n')), " HTTP/1."); }

/// The first word of a text command: EHLO, GET, "a1" of IMAP. At least two letters or digits.
std::string_view first_word(std::string_view payload) {
  std::size_t end = 0;
  while (end < payload.size() && end < 16 &&
         ((ascii_lower(payload[end]) >= 'a' && ascii_lower(payload[end]) <= 'z') || (payload[end] >= '0' && payload[end] <= '9')))
    ++end;
  return end >= 2 && (end == payload.size() || payload[end] == ' ' || payload[end] == '\r' || payload[end] == '\n') ? payload.substr(0, end)
                                                                                                                    : std::string_view();
}

/// The word, not as part of a longer one.
bool has_word(std::string_view text, std::string_view word) {
  const auto inside = [](char c) { return (ascii_lower(c) >= 'a' && ascii_lower(c) <= 'z') || (c >= '0' && c <= '9') || c == '_'; };
  for (std::size_t at = text.find(word); at != text.npos; at = text.find(word, at + 1)) {
    const std::size_t end = at + word.size();
    if ((at == 0 || !inside(text[at - 1])) && (end >= text.size() || !inside(text[end]))) return true;
  }
  return false;
}

bool quotes_header(std::string_view all, Bytes header, std::string_view payload) {
  const std::string_view text = text_view(header);
  if (text.starts_with("PROXY ")) return has_word(all, "PROXY") || has(all, "TCP4 ") || has(all, "TCP6 ");
  if (text.size() < v2_fixed_bytes || has(payload, "QUIT")) return false;
  // The signature holds the line QUIT, which a server of lines obeys.
  return has(all, "QUIT") || has(all, "\n221 ");
}

bool answers_http(AnswerClass answer) { return answer == AnswerClass::http_400 || answer == AnswerClass::html_error; }

Proof http_proof(std::string_view all, std::string_view payload) {
  if (payload.empty()) return Proof::read_as_data;  // there was nothing else to answer
  if (names_plain_http(all)) return is_http(payload) ? Proof::header_taken : Proof::read_as_data;
  const std::string_view type = field(all, "content-type");
  const bool json = type.starts_with("application/json") || type.starts_with("application/problem");
  // A parser that failed has to close: it does not know where the next request begins.
  if (is_http(payload) && (json || same_word(field(all, "connection"), "keep-alive"))) return Proof::header_taken;
  return Proof::nothing;
}

/// Alerts that need a ClientHello that was read.
Proof tls_proof(int alert, std::string_view payload) {
  if (payload.empty()) return Proof::read_as_data;
  switch (alert) {
    case 42:   // bad_certificate
    case 48:   // unknown_ca
    case 112:  // unrecognized_name
    case 116:  // certificate_required
    case 120:  // no_application_protocol
      return Proof::header_taken;
    default: return Proof::nothing;
  }
}

struct Product {
  std::string_view words;  // at the start of the Server field, or anywhere in a greeting
  std::string_view name;
};
constexpr Product servers[] = {
    {"nginx", "nginx"},        {"openresty", "nginx"}, {"Apache", "Apache"},     {"lighttpd", "lighttpd"}, {"Varnish", "Varnish"},
    {"squid", "Squid"},        {"h2o", "h2o"},         {"Caddy", "Caddy"},       {"envoy", "Envoy"},       {"istio-envoy", "Istio"},
    {"ATS", "Traffic Server"}, {"Jetty", "Jetty"},     {"gunicorn", "gunicorn"}, {"uvicorn", "uvicorn"},   {"HAProxy", "haproxy"},
};
constexpr Product greetings[] = {
    {"Postfix", "Postfix"}, {"Exim", "Exim"},       {"OpenSSH", "OpenSSH"},     {"dropbear", "dropbear"},
    {"vsFTPd", "vsftpd"},   {"ProFTPD", "ProFTPD"}, {"Pure-FTPd", "Pure-FTPd"}, {"Dovecot", "Dovecot"},
    {"MariaDB", "MariaDB"}, {"INFO {", "NATS"},     {"FTP", "an FTP server"},   {"ftp", "an FTP server"},
};
struct Speaker {
  AnswerClass answer;
  std::string_view name;
};
constexpr Speaker speakers[] = {
    {AnswerClass::ssh_error, "OpenSSH"},
    {AnswerClass::redis_error, "Redis"},
    {AnswerClass::memcached_error, "memcached"},
    {AnswerClass::postgres_error, "PostgreSQL"},
    {AnswerClass::proxy_networks, "MariaDB"},
    {AnswerClass::mysql_error, "MySQL"},
    {AnswerClass::amqp_error, "RabbitMQ"},
    {AnswerClass::nats_error, "NATS"},
    {AnswerClass::ldap_error, "OpenLDAP"},
    {AnswerClass::ftp_error, "an FTP server"},
    {AnswerClass::nntp_error, "INN"},
    {AnswerClass::imap_error, "Dovecot"},
    {AnswerClass::sieve_error, "Dovecot"},
    {AnswerClass::xmpp_error, "an XMPP server"},
    {AnswerClass::stomp_error, "RabbitMQ"},
    {AnswerClass::mpd_error, "MPD"},
    {AnswerClass::beanstalk_error, "beanstalkd"},
    {AnswerClass::rsync_error, "rsync"},
    {AnswerClass::pop3_error, "Dovecot"},
    {AnswerClass::irc_error, "an IRC server"},
};

}  // namespace

Proof proof_of(const Heard& heard, const Reaction& reaction) noexcept {
  const std::string_view all = text_view(heard.answer);
  const std::string_view payload = text_view(heard.payload);
  for (const Phrase& row : phrases) {
    if (row.answer == reaction.answer && has(all, row.words) && !(row.payload_only && payload.empty())) return row.proof;
  }
  if (quotes_header(all, heard.header, payload)) return Proof::read_as_data;
  if (heard.header.empty()) return Proof::nothing;
  if (reaction.answer == AnswerClass::tls_alert) return tls_proof(reaction.code, payload);
  if (const std::string_view word = first_word(payload); !word.empty() && reaction.answer != AnswerClass::http_error && has_word(all, word))
    return Proof::header_taken;
  if (answers_http(reaction.answer)) return http_proof(all, payload);
  if (reaction.answer == AnswerClass::ssh_error && (payload.empty() || payload.starts_with("SSH-"))) return Proof::read_as_data;
  return Proof::nothing;
}

std::vector<std::string_view> product_names() {
  std::vector<std::string_view> out;
  for (const Product& row : servers) out.push_back(row.name);
  for (const Product& row : greetings) out.push_back(row.name);
  for (const Speaker& row : speakers) out.push_back(row.name);
  return out;
}

std::string_view product_of(const Heard& heard, const Reaction& reaction) noexcept {
  const std::string_view all = text_view(heard.answer);
  if (const std::string_view server = field(all, "server"); !server.empty()) {
    for (const Product& row : servers) {
      if (server.starts_with(row.words)) return row.name;
    }
    return {};
  }
  if (all.starts_with("HTTP/1.1 400 Bad request\r\nContent-length: 90") || all.starts_with("HTTP/1.0 400 Bad request\r\n"))
    return "haproxy";
  for (const Product& row : greetings) {
    if (has(text_view(heard.greeting), row.words)) return row.name;
  }
  for (const Speaker& row : speakers) {
    if (row.answer == reaction.answer) return row.name;
  }
  return {};
}

}  // namespace pp::inspect
