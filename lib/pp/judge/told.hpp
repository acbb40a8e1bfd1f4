// What a receiver tells of the connection that it believes it has: addresses, ports and the mark of the payload.
//
// First file of pp/judge: which outcome an exchange with a receiver has, and what the specification says to it. It uses
// forge, inspect and text, and does no I/O.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace pp::judge {

/// Texts as the receiver wrote them, at most 64 characters each.
struct Told {
  std::optional<std::string> source, source_port, destination, destination_port, mark;

  bool nothing() const noexcept { return !source && !source_port && !destination && !destination_port && !mark; }
};

/// Looks for src=, sport=, dst=, dport= and mark= as words of their own; a value ends at a blank or at one of "<>&,;'.
Told told_by_keys(std::string_view text);

/// Looks for a text like "client {src} port {sport}": a value ends where the text that follows its key in the template begins.
/// Nothing when the template does not fit anywhere.
Told told_by_template(std::string_view pattern, std::string_view text);

/// The first unknown key of a template, "{client}"; empty when all are known.
std::string_view unknown_key(std::string_view pattern);

}  // namespace pp::judge
