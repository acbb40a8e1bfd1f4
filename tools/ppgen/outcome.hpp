// What an exchange says about a receiver: answered, refused, silent.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "pp/base/bytes.hpp"
#include "pp/inspect/reaction.hpp"
#include "pp/net/conversation.hpp"

namespace pp::tool {

enum class OutcomeKind : std::uint8_t {
  answered,
  error,   // an answer that reports an error
  closed,  // FIN or RST without a byte
  silent,
  failed,  // the system refused, or no connection was made
};

struct Outcome {
  OutcomeKind kind = OutcomeKind::silent;
  inspect::Reaction reaction;  // class, code and text of the answer after the greeting, or of the greeting alone
  bool echoed = false;         // the answer is what was sent

  bool refused() const noexcept { return kind == OutcomeKind::error || kind == OutcomeKind::closed; }
};

Outcome judge(const Exchange& exchange, Bytes sent);

/// Enough of an answer after the greeting to tell its class.
bool is_telling(const Exchange& exchange);

/// `ok "HTTP/1.1 200 OK"`, `tls-alert (unexpected_message)`, `closed with RST`, `nothing for 3.0 s`.
std::string outcome_words(const Exchange& exchange, const Outcome& outcome);

/// "FIN 1.2 ms after the last byte was sent".
std::string ending_words(const Exchange& exchange);

/// "v2 PROXY TCP4 192.0.2.10:56324 > 198.51.100.20:443, 28 bytes"; bytes that are not a header are called so.
std::string header_summary(Bytes header);

}  // namespace pp::tool
