// A record as the rows of the diagnoses look at it, and the phrases that their sentences share.
#pragma once

#include <string>
#include <string_view>

#include "pp/inspect/answer.hpp"
#include "pp/inspect/record.hpp"
#include "pp/lint/rules.hpp"
#include "pp/wire/header.hpp"

namespace pp::explain {

class PortEvidence;

inline constexpr std::int64_t patient_us = 1'000'000;  // from here on a silent close is a timeout rather than a refusal

struct Case {
  const inspect::Record& r;
  const Header& h;
  const PortEvidence* evidence;
  bool refused;  // a finding says so

  // What the bytes say.
  bool has_finding(lint::Rule rule) const;
  const lint::Finding* first_error() const;
  bool line_ends_only() const;
  bool is_local() const { return r.complete && h.version == 2 && h.is_local(); }
  bool is_unknown() const { return r.complete && h.version == 1 && h.is_local(); }
  bool followed_by_header() const;
  bool missing() const { return r.outcome == inspect::Outcome::missing && r.flow.expected && r.flow.established; }
  /// A connection on which neither side could say anything.
  bool never_established() const { return r.outcome == inspect::Outcome::missing && r.flow.expected && !r.flow.established; }
  bool missing(inspect::PayloadKind kind) const { return missing() && r.payload.kind == kind; }

  // What the receiver did.
  bool answered() const { return refused && r.reaction.kind == inspect::ReactionKind::data; }
  bool answered(inspect::AnswerClass answer) const { return answered() && r.reaction.answer == answer; }
  bool closed() const { return refused && r.reaction.kind != inspect::ReactionKind::data; }
  bool read_as_data() const { return r.reaction.proof == inspect::Proof::read_as_data; }
  /// Only a part of a header came, and the receiver acted first.
  bool stopped_by_receiver() const;
  /// The receiver ended the connection before the header was complete, or before there was a byte of it.
  bool gave_up_before() const;
  bool gave_up_inside() const { return gave_up_before() && r.reaction.before.bytes > 0; }

  // Phrases.
  std::string version() const;
  std::string sender() const;
  std::string port() const;
  std::string_view verb() const { return r.reaction.kind == inspect::ReactionKind::rst ? "reset" : "closed"; }
  std::string after() const;        // "0.4 ms after"
  std::string part() const;         // "20 bytes of a header"
  std::string words() const;        // the answer in quotes, or "an error"
  std::string said_before() const;  // ", having said \"...\"", of a refusal before the header; else empty
  std::string follows() const;      // "an HTTP request"
  /// "it does not expect PROXY v2 on port 443, or does not trust 192.0.2.1", with "likely" unless that is proved.
  std::string does_not_expect() const;
  /// ", or the header is longer than it reads (380 bytes; limits: lighttpd 256)", where a known receiver's limit is below; else empty.
  std::string too_long() const;
};

}  // namespace pp::explain
