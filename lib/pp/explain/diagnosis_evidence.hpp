// What the other connections to the same receiver say about a refusal or a missing header, in the words of a sentence.
#pragma once

#include <optional>
#include <string>

#include "pp/explain/diagnosis_case.hpp"
#include "pp/explain/evidence.hpp"

namespace pp::explain {

/// Headers that the receiver took on other connections; 0 without evidence.
std::uint64_t taken_here(const Case& c);

/// The property of a refused header that tells most, of those that no header had which the receiver took. Nothing where none
/// was taken, or where nothing differs.
std::optional<Difference> telling_difference(const Case& c);

/// "it took 25 other headers on this port, none of them longer than 28 bytes"; `difference` is of this record.
std::string difference_text(const Case& c, const Difference& difference);

/// "it took 25 other headers like this one on port 443".
std::string taken_text(const Case& c);

/// A sender without a header, of no network from which headers come to this receiver.
bool comes_past_the_balancer(const Case& c);

/// " 127.0.0.1 sends a header on 502 other connections to this port." of a sender whose header is missing; empty when nothing
/// is known.
std::string sender_history(const Case& c);

}  // namespace pp::explain
