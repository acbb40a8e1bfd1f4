#include "pp/inspect/answer.hpp"

#include <algorithm>
#include <array>

#include "pp/base/utf8.hpp"
#include "pp/inspect/answer_proof.hpp"

namespace pp::inspect {
namespace {

constexpr std::size_t most_shown = 64;

/// A first answer, taken apart once for all rows.
struct Answer {
  const Heard& heard;
  std::string_view all;    // the whole answer
  std::string_view line;   // its first line when that is text, else empty
  std::string_view hello;  // the greeting
  int code = 0;

  Bytes bytes() const noexcept { return heard.answer; }
  bool starts(std::string_view word) const noexcept { return all.starts_with(word); }
  bool greeted(std::string_view word) const noexcept { return hello.find(word) != std::string_view::npos; }
};

/// Empty when there is more in it than printable ASCII and tabs.
std::string_view first_line(Bytes answer) {
  const Bytes text = answer.first(std::min(answer.size(), most_shown));
  std::size_t end = 0;
  while ((end += printable_prefix(text.subspan(end))) < text.size() && text[end] == '\t') ++end;
  if (end < text.size() && text[end] != '\r' && text[end] != '\n') return {};
  return text_view(text.first(end));
}

/// Three digits at `at`, or 0.
int digits(std::string_view text, std::size_t at) {
  if (text.size() < at + 3) return 0;
  int code = 0;
  for (const char c : text.substr(at, 3)) {
    if (c < '0' || c > '9') return 0;
    code = code * 10 + (c - '0');
  }
  return code;
}

/// The status of "HTTP/1.1 400 Bad Request" and of what is written alike.
bool status_line(Answer& a, std::string_view protocol) {
  if (!a.line.starts_with(protocol)) return false;
  const std::size_t space = a.line.find(' ');
  a.code = space == std::string_view::npos ? 0 : digits(a.line, space + 1);
  return true;
}

/// SMTP, FTP, NNTP: three digits, then a space, a dash or the end.
bool reply(Answer& a) {
  a.code = digits(a.line, 0);
  return a.code >= 200 && a.code < 600 && (a.line.size() == 3 || a.line[3] == ' ' || a.line[3] == '-');
}
bool is_ftp(const Answer& a) {
  return a.greeted("FTP") || a.greeted("ftp") || a.greeted("FileZilla") || a.line.starts_with("530 Please login with USER");
}
bool is_nntp(const Answer& a) { return a.hello.starts_with("200 ") || a.hello.starts_with("201 "); }

/// The second word of a line.
std::string_view second_word(std::string_view line) {
  const std::size_t start = std::min(line.find(' '), line.size());
  const std::string_view rest = line.substr(std::min(start + 1, line.size()));
  return rest.substr(0, rest.find(' '));
}

/// A packet of MySQL: length, number, 0xff, error number.
bool mysql_packet(Answer& a) {
  const Bytes b = a.bytes();
  if (b.size() < 9 || b[2] != 0 || b[3] > 2 || b[4] != 0xff) return false;
  a.code = b[5] | b[6] << 8;
  return b[0] >= 5 && a.code >= 1000 && a.code < 5000;
}

/// Frames of HTTP/2, as far as they are here; GOAWAY with an error among them.
bool http2_frames(const Answer& a, bool& gone) {
  Bytes rest = a.bytes();
  gone = false;
  if (rest.size() < 9 || rest[0] != 0 || rest[3] > 9 || rest[5] > 0x7f) return false;
  while (rest.size() >= 9 && rest[3] <= 9) {
    const std::size_t size = std::size_t{rest[0]} << 16U | std::size_t{load_be16(&rest[1])};
    if (rest[3] == 7 && size >= 8 && rest.size() >= 9 + 8) gone = gone || load_be16(&rest[13]) != 0 || load_be16(&rest[15]) != 0;
    rest = rest.subspan(std::min(rest.size(), 9 + size));
  }
  return true;
}
bool http2_known(const Answer& a) {
  const std::string_view preface = "PRI * HTTP/2";
  const std::string_view hello = a.hello;
  return text_view(a.heard.payload).starts_with(preface) || (hello.size() >= 9 && hello[0] == 0 && hello[3] == 4);
}

struct AnswerRow {
  AnswerInfo info;
  bool (*fits)(Answer& a);
};

// A row to a line, in the order in which they are tried.
// clang-format off
constexpr AnswerRow rows[] = {
    {{AnswerClass::http_400, "http-400", "HTTP", true},
     [](Answer& a) { return status_line(a, "HTTP/") && a.code == 400; }},
    {{AnswerClass::http_error, "http-", "HTTP", false},
     [](Answer& a) { return status_line(a, "HTTP/") && a.code > 400; }},
    {{AnswerClass::html_error, "html-error", "HTTP", true},  // HTTP/0.9: a page without a status line
     [](Answer& a) { return a.starts("<") && (a.all.find("400 Bad") != a.all.npos || a.all.find("Bad Request") != a.all.npos); }},
    {{AnswerClass::tls_alert, "tls-alert", "TLS", true},
     [](Answer& a) {
       const Bytes b = a.bytes();
       if (b.size() < 7 || b[0] != 0x15 || b[1] != 0x03 || b[3] != 0 || b[4] != 2) return false;
       a.code = b[6];
       return true;
     }},
    {{AnswerClass::sip_error, "sip-400", "SIP", true},
     [](Answer& a) { return status_line(a, "SIP/2.0 ") && a.code == 400; }},
    {{AnswerClass::rtsp_error, "rtsp-400", "RTSP", true},
     [](Answer& a) { return status_line(a, "RTSP/") && a.code == 400; }},
    {{AnswerClass::ssh_error, "ssh-error", "SSH", true},
     [](Answer& a) { return a.line.starts_with("Invalid SSH identification") || a.line.starts_with("Protocol mismatch"); }},
    {{AnswerClass::ftp_error, "ftp-error", "FTP", true},
     [](Answer& a) { return reply(a) && a.code >= 400 && is_ftp(a); }},
    {{AnswerClass::nntp_error, "nntp-error", "NNTP", true},
     [](Answer& a) { return reply(a) && a.code >= 500 && is_nntp(a); }},
    {{AnswerClass::smtp_error, "smtp-5xx", "SMTP", true},
     [](Answer& a) { return reply(a) && a.code >= 500; }},
    {{AnswerClass::smtp_defers, "smtp-4xx", "SMTP", true},
     [](Answer& a) { return reply(a) && a.code >= 400; }},
    {{AnswerClass::nats_error, "nats-error", "NATS", true},
     [](Answer& a) { return a.line.starts_with("-ERR") && (a.hello.starts_with("INFO ") || a.line.starts_with("-ERR 'Unknown Protocol")); }},
    {{AnswerClass::pop3_error, "pop3-error", "POP3", true},
     [](Answer& a) { return a.line.starts_with("-ERR") && a.hello.starts_with("+OK"); }},
    {{AnswerClass::redis_error, "redis-error", "Redis", true},
     [](Answer& a) { return a.line.starts_with("-ERR"); }},
    {{AnswerClass::imap_error, "imap-error", "IMAP", true},
     [](Answer& a) { return second_word(a.line) == "BAD" || a.line.starts_with("* BYE"); }},
    {{AnswerClass::stomp_error, "stomp-error", "STOMP", true},
     [](Answer& a) { return a.line == "ERROR" && a.all.find("\nmessage:") != a.all.npos; }},
    {{AnswerClass::memcached_error, "memcached-error", "memcached", true},
     [](Answer& a) { return a.line == "ERROR" || a.line.starts_with("CLIENT_ERROR "); }},
    {{AnswerClass::irc_error, "irc-error", "IRC", true},
     [](Answer& a) {
       if (a.line.starts_with("ERROR :")) return true;
       if (!a.starts(":")) return false;
       a.code = digits(second_word(a.line), 0);
       return a.code == 421 || a.code == 451 || a.code == 461;
     }},
    {{AnswerClass::sieve_error, "sieve-error", "ManageSieve", true},
     [](Answer& a) { return a.line.starts_with("NO ") && a.greeted("IMPLEMENTATION"); }},
    {{AnswerClass::xmpp_error, "xmpp-error", "XMPP", true},
     [](Answer& a) { return a.starts("<") && a.all.find("<stream:error") != a.all.npos; }},
    {{AnswerClass::mpd_error, "mpd-error", "MPD", true},
     [](Answer& a) { return a.line.starts_with("ACK ["); }},
    {{AnswerClass::beanstalk_error, "beanstalk-error", "beanstalkd", true},
     [](Answer& a) { return a.line == "UNKNOWN_COMMAND" || a.line == "BAD_FORMAT"; }},
    {{AnswerClass::rsync_error, "rsync-error", "rsync", true},
     [](Answer& a) { return a.line.starts_with("@ERROR"); }},
    {{AnswerClass::proxy_networks, "proxy-networks", "MariaDB", true},
     [](Answer& a) { return mysql_packet(a) && a.all.find("Proxy header is not accepted") != a.all.npos; }},
    {{AnswerClass::mysql_error, "mysql-error", "MySQL", true},
     [](Answer& a) { return mysql_packet(a); }},
    {{AnswerClass::postgres_error, "postgres-error", "PostgreSQL", true},
     [](Answer& a) { return a.bytes().size() > 12 && a.starts("E") && a.bytes()[1] == 0 && a.bytes()[2] == 0 && a.bytes()[5] == 'S'; }},
    {{AnswerClass::amqp_error, "amqp-error", "AMQP", true},  // a server's protocol header says which protocol it would have liked
     [](Answer& a) { return a.starts("AMQP"); }},
    {{AnswerClass::ldap_error, "ldap-error", "LDAP", true},  // notice of disconnection: an unsolicited extended response
     [](Answer& a) { return a.starts("0") && a.bytes().size() >= 8 && a.all.substr(2, 4) == std::string_view("\x02\x01\0\x78", 4); }},
    {{AnswerClass::http2_goaway, "http2-goaway", "HTTP/2", true},
     [](Answer& a) { bool gone = false; return http2_known(a) && http2_frames(a, gone) && gone; }},
    {{AnswerClass::ok, "ok", "", false},
     [](Answer& a) {
       const Bytes b = a.bytes();
       if (status_line(a, "HTTP/") || a.line.starts_with("SSH-") || reply(a)) return true;
       if (b.size() >= 6 && b[0] == 0x16 && b[1] == 0x03 && b[5] == 0x02) return true;  // a ServerHello
       bool gone = false;
       return (a.hello.starts_with("SSH-") && a.line.empty()) || (http2_known(a) && http2_frames(a, gone));  // a key exchange, frames
     }},
    {{AnswerClass::data, "data", "", false},
     [](Answer&) { return true; }},
    {{AnswerClass::none, "", "", false},
     [](Answer&) { return true; }},
};
// clang-format on

constexpr auto row_of = [] {
  std::array<std::uint8_t, answer_class_count> at{};
  for (auto& i : at) i = 0xff;
  for (std::uint8_t i = 0; i < std::size(rows); ++i) at[static_cast<std::size_t>(rows[i].info.answer)] = i;
  return at;
}();
static_assert(std::size(rows) == answer_class_count && std::find(row_of.begin(), row_of.end(), 0xff) == row_of.end(),
              "a row for each class");

/// The words of a MySQL error stand after its number and state.
std::string_view words_of(const Answer& a, AnswerClass answer) {
  if (answer != AnswerClass::mysql_error && answer != AnswerClass::proxy_networks) return a.line;
  const std::size_t at = a.bytes().size() > 13 && a.bytes()[7] == '#' ? 13 : 7;
  return first_line(a.bytes().subspan(at));
}

}  // namespace

const AnswerInfo& info(AnswerClass answer) noexcept { return rows[row_of[static_cast<std::size_t>(answer)]].info; }
bool is_error(AnswerClass answer) noexcept { return info(answer).error; }

void classify_answer(const Heard& heard, Reaction& reaction) {
  reaction.code = 0;
  reaction.text.clear();
  reaction.error = false;
  reaction.proof = Proof::nothing;
  reaction.product = {};
  reaction.answer = AnswerClass::none;
  if (heard.answer.empty()) return;
  Answer a{heard, text_view(heard.answer), first_line(heard.answer), text_view(heard.greeting)};
  const AnswerRow* row = std::begin(rows);
  while (a.code = 0, !row->fits(a)) ++row;
  reaction.answer = row->info.answer;
  reaction.code = a.code;
  reaction.text = words_of(a, reaction.answer);
  reaction.error = row->info.error;
  if (!reaction.error && reaction.answer != AnswerClass::http_error) return;
  reaction.proof = proof_of(heard, reaction);
  reaction.product = product_of(heard, reaction);
  // A status that any request may get says something about the header only when it quotes it.
  if (reaction.answer == AnswerClass::http_error) reaction.error = reaction.proof == Proof::read_as_data;
}

void classify_answer(Bytes answer, Reaction& reaction) { classify_answer(Heard{answer, {}, {}, {}}, reaction); }

std::string class_name(const Reaction& reaction) {
  std::string out(info(reaction.answer).name);
  if (reaction.answer == AnswerClass::http_error) {
    for (const int power : {100, 10, 1}) out += static_cast<char>('0' + reaction.code / power % 10);
  }
  return out;
}

}  // namespace pp::inspect
