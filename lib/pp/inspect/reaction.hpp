// What the receiver did after the header, and what it had done before the header was complete.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "pp/base/bytes.hpp"

namespace pp::inspect {

enum class ReactionKind : std::uint8_t { unknown, data, fin, rst, none };
enum class Side : std::uint8_t { unknown, sender, receiver, network };

constexpr std::string_view name(ReactionKind kind) noexcept {
  constexpr std::string_view names[] = {"unknown", "data", "fin", "rst", "none"};
  return names[static_cast<std::size_t>(kind)];
}
constexpr std::string_view name(Side side) noexcept {
  constexpr std::string_view names[] = {"unknown", "sender", "receiver", "network"};
  return names[static_cast<std::size_t>(side)];
}

/// Classes of a first answer that diagnoses tell apart. Each has a row in answer.hpp's table.
enum class AnswerClass : std::uint8_t {
  none,
  ok,
  http_400,
  http_error,
  html_error,
  http2_goaway,
  tls_alert,
  smtp_error,
  smtp_defers,
  ftp_error,
  nntp_error,
  pop3_error,
  imap_error,
  ssh_error,
  redis_error,
  nats_error,
  memcached_error,
  irc_error,
  mysql_error,
  proxy_networks,
  postgres_error,
  amqp_error,
  ldap_error,
  sip_error,
  rtsp_error,
  sieve_error,
  xmpp_error,
  stomp_error,
  mpd_error,
  beanstalk_error,
  rsync_error,
  data,
};

/// By such an answer a server says that it did not understand or does not want what it read.
bool is_error(AnswerClass answer) noexcept;

/// What an answer proves about the header before it.
enum class Proof : std::uint8_t {
  nothing,
  read_as_data,  // the receiver took the header for a request or command
  header_taken,  // the receiver had read the header and answers what follows it
  recognised,    // the receiver knows the protocol and refuses this header or this sender
};

/// What happened before the header was complete (packet::Before).
struct BeforeHeader {
  ReactionKind kind = ReactionKind::unknown;  // data, fin or rst; unknown: nothing
  Side by = Side::unknown;
  std::int64_t after_first_us = 0;   // since the sender's first byte; negative when it was earlier
  std::int64_t since_start_us = -1;  // since the sender's SYN; -1 when that was not seen
  std::uint32_t bytes = 0;           // of the header that had been sent by then
  AnswerClass answer = AnswerClass::none;
  int code = 0;
  std::string text{};  // of a refusal, as Reaction::text
};

struct Reaction {
  ReactionKind kind = ReactionKind::unknown;
  Side by = Side::unknown;    // who sent the FIN or RST
  std::int64_t after_us = 0;  // since the header's last byte; never negative
  AnswerClass answer = AnswerClass::none;
  bool error = false;           // the answer is one
  bool answer_missing = false;  // the receiver had answered before its FIN, and the capture lacks the answer
  Proof proof = Proof::nothing;
  int code = 0;              // HTTP, SMTP, FTP or IRC status, MySQL error, TLS alert description
  std::string_view product;  // the server's name as far as it says one: "nginx", "Postfix"; a static text
  std::string text;          // the answer's first line, at most 64 characters; empty for binary answers
  BeforeHeader before;

  /// The answer refuses the header, as far as it does not prove the opposite.
  bool is_refusal() const noexcept { return error && proof != Proof::header_taken; }
  /// Nothing has been seen: as default-constructed, but the memory of `text` is kept.
  void reset();
};

/// The word for JSON: "ok", "http-400", "http-503", "tls-alert", "smtp-5xx", "ssh-error", "redis-error", "data", ...
std::string class_name(const Reaction& reaction);

/// "unexpected_message" for 10; the number when it has no name.
std::string tls_alert_name(int description);

/// "812 us", "0.4 ms", "3.1 s".
std::string duration_text(std::int64_t us);

}  // namespace pp::inspect
