#include "pp/inspect/reaction.hpp"

#include <algorithm>
#include <array>

#include "pp/base/utf8.hpp"

namespace pp::inspect {
namespace {

struct AlertName {
  int description;
  std::string_view name;
};
// RFC 8446, 6: those that a peer sends before or instead of a handshake.
constexpr std::array alert_names = {
    AlertName{0, "close_notify"},
    AlertName{10, "unexpected_message"},
    AlertName{20, "bad_record_mac"},
    AlertName{22, "record_overflow"},
    AlertName{40, "handshake_failure"},
    AlertName{42, "bad_certificate"},
    AlertName{48, "unknown_ca"},
    AlertName{47, "illegal_parameter"},
    AlertName{50, "decode_error"},
    AlertName{70, "protocol_version"},
    AlertName{80, "internal_error"},
    AlertName{112, "unrecognized_name"},
    AlertName{116, "certificate_required"},
    AlertName{120, "no_application_protocol"},
};

/// Empty when there is more in it than printable ASCII and tabs.
std::string_view first_line(Bytes answer) {
  constexpr std::size_t most = 64;
  const Bytes text = answer.first(std::min(answer.size(), most));
  std::size_t end = 0;
  while ((end += printable_prefix(text.subspan(end))) < text.size() && text[end] == '\t') ++end;
  if (end < text.size() && text[end] != '\r' && text[end] != '\n') return {};
  return {reinterpret_cast<const char*>(text.data()), end};
}

/// Three digits at `at`, or 0.
int status_code(std::string_view line, std::size_t at) {
  if (line.size() < at + 3) return 0;
  int code = 0;
  for (std::size_t i = at; i < at + 3; ++i) {
    if (line[i] < '0' || line[i] > '9') return 0;
    code = code * 10 + (line[i] - '0');
  }
  return code;
}

AnswerClass text_class(std::string_view line, int& code) {
  if (line.starts_with("HTTP/")) {
    const std::size_t space = line.find(' ');
    code = space == std::string_view::npos ? 0 : status_code(line, space + 1);
    if (code == 400) return AnswerClass::http_400;
    return code >= 400 ? AnswerClass::http_error : AnswerClass::ok;
  }
  if (line.starts_with("SSH-")) return AnswerClass::ok;
  if (line.starts_with("Invalid SSH identification") || line.starts_with("Protocol mismatch")) return AnswerClass::ssh_error;
  if (line.starts_with("-ERR")) return AnswerClass::redis_error;
  // SMTP, FTP and their kin: three digits, then a space, a dash or the end.
  if (const int status = status_code(line, 0); status >= 200 && status < 600 && (line.size() == 3 || line[3] == ' ' || line[3] == '-')) {
    code = status;
    return status >= 500 ? AnswerClass::smtp_error : AnswerClass::ok;
  }
  return AnswerClass::data;
}

}  // namespace

void classify_answer(Bytes answer, Reaction& reaction) {
  reaction.code = 0;
  reaction.text.clear();
  if (answer.empty()) {
    reaction.answer = AnswerClass::none;
    return;
  }
  if (answer.size() >= 7 && answer[0] == 0x15 && answer[1] == 0x03 && answer[3] == 0 && answer[4] == 2) {
    reaction.answer = AnswerClass::tls_alert;
    reaction.code = answer[6];
    return;
  }
  if (answer.size() >= 6 && answer[0] == 0x16 && answer[1] == 0x03 && answer[5] == 0x02) {
    reaction.answer = AnswerClass::ok;  // a ServerHello
    return;
  }
  const std::string_view line = first_line(answer);
  if (line.empty()) {
    reaction.answer = AnswerClass::data;
    return;
  }
  reaction.answer = text_class(line, reaction.code);
  reaction.text = line;
}

std::size_t greeting_size(Bytes bytes) noexcept {
  // What nearly every answer begins with is none of them.
  if (bytes.empty() || (bytes[0] != 'S' && bytes[0] != '+' && bytes[0] != '*' && bytes[0] != '2')) return 0;
  const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  const auto line_end = [&](std::size_t from) {
    const std::size_t lf = text.find('\n', from);
    return lf == std::string_view::npos ? text.size() : lf + 1;
  };
  for (const std::string_view word : {"SSH-", "+OK ", "* OK "}) {
    if (text.starts_with(word)) return line_end(0);
  }
  // 220 in one line, or in several of which all but the last have a dash.
  std::size_t end = 0;
  for (std::string_view rest = text; rest.starts_with("220-") || rest.starts_with("220 "); rest = text.substr(end)) {
    end = line_end(end);
    if (rest[3] == ' ') break;
  }
  return end;
}

std::string class_name(const Reaction& reaction) {
  switch (reaction.answer) {
    case AnswerClass::none: return {};
    case AnswerClass::ok: return "ok";
    case AnswerClass::http_400: return "http-400";
    case AnswerClass::http_error: return "http-" + std::to_string(reaction.code);
    case AnswerClass::tls_alert: return "tls-alert";
    case AnswerClass::smtp_error: return "smtp-5xx";
    case AnswerClass::ssh_error: return "ssh-error";
    case AnswerClass::redis_error: return "redis-error";
    case AnswerClass::data: return "data";
  }
  return {};
}

std::string tls_alert_name(int description) {
  for (const AlertName& row : alert_names) {
    if (row.description == description) return std::string(row.name);
  }
  return std::to_string(description);
}

std::string duration_text(std::int64_t us) {
  std::string out;
  if (us < 0) {
    out = "-";
    us = -us;
  }
  if (us < 1000) return out + std::to_string(us) + " us";
  if (us < 1'000'000) return out + std::to_string(us / 1000) + "." + std::to_string(us / 100 % 10) + " ms";
  return out + std::to_string(us / 1'000'000) + "." + std::to_string(us / 100'000 % 10) + " s";
}

}  // namespace pp::inspect
