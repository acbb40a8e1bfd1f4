// What the receiver did after the header.
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

/// Classes of a first answer that diagnoses tell apart.
enum class AnswerClass : std::uint8_t { none, ok, http_400, http_error, tls_alert, smtp_error, ssh_error, redis_error, data };

/// An answer by which a server says that it did not understand.
constexpr bool is_error(AnswerClass answer) noexcept {
  switch (answer) {
    case AnswerClass::http_400:
    case AnswerClass::tls_alert:
    case AnswerClass::smtp_error:
    case AnswerClass::ssh_error:
    case AnswerClass::redis_error: return true;
    default: return false;
  }
}

struct Reaction {
  ReactionKind kind = ReactionKind::unknown;
  Side by = Side::unknown;    // who sent the FIN or RST
  std::int64_t after_us = 0;  // since the header's last byte
  AnswerClass answer = AnswerClass::none;
  int code = 0;      // HTTP or SMTP status, TLS alert description
  std::string text;  // the answer's first line, at most 64 characters; empty for binary answers
};

/// The word for JSON: "ok", "http-400", "http-503", "tls-alert", "smtp-5xx", "ssh-error", "redis-error", "data".
std::string class_name(const Reaction& reaction);

/// Fills answer, code and text from the first bytes that the receiver sent.
void classify_answer(Bytes answer, Reaction& reaction);

/// How many of a server's first bytes are what it says before it has read anything: the banner of SSH, SMTP, FTP, POP3,
/// IMAP. It answers no header.
std::size_t greeting_size(Bytes bytes) noexcept;

/// "unexpected_message" for 10; the number when it has no name.
std::string tls_alert_name(int description);

/// "812 us", "0.4 ms", "3.1 s".
std::string duration_text(std::int64_t us);

}  // namespace pp::inspect
