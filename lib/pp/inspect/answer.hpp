// What a first answer says: one table of the protocols in which servers refuse, how each refusal is recognised, and what it
// proves about the header before it.
#pragma once

#include <string_view>

#include "pp/base/bytes.hpp"
#include "pp/inspect/reaction.hpp"

namespace pp::inspect {

struct AnswerInfo {
  AnswerClass answer;
  std::string_view name;      // the word for JSON; http-NNN takes its number from the answer
  std::string_view protocol;  // for sentences: "SMTP", "MySQL"
  bool error;                 // by such an answer a server says that it did not understand or does not want what it read
};
const AnswerInfo& info(AnswerClass answer) noexcept;

constexpr std::size_t answer_class_count = static_cast<std::size_t>(AnswerClass::data) + 1;

/// What is known of the connection when the receiver answers. Any part may be empty.
struct Heard {
  Bytes answer;    // without the greeting
  Bytes greeting;  // what the server had said unasked
  Bytes header;
  Bytes payload;  // what the sender had sent after the header
};

/// Fills answer, code, text, error, proof and product from what the receiver sent.
void classify_answer(const Heard& heard, Reaction& reaction);
void classify_answer(Bytes answer, Reaction& reaction);

/// How many of a server's first bytes are what it says before it has read anything: the banner of SSH, SMTP, FTP, POP3,
/// IMAP, NNTP, NATS, VNC, ManageSieve, MPD, rsync, the handshake of MySQL, the notices of IRC, the SETTINGS of HTTP/2. It answers no header.
std::size_t greeting_size(Bytes bytes) noexcept;

}  // namespace pp::inspect
