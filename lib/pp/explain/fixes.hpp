// What to change in which product: one table, from which diagnoses take the rows that fit the server that was seen.
#pragma once

#include <string>
#include <string_view>

namespace pp::explain {

/// For the receiver: how it is told to read the header and to trust `sender`, or that the sender has to leave it off.
/// `product`: as far as the server said what it is (inspect::Reaction::product); else nginx and haproxy are named.
std::string receiving_fix(std::string_view product, const std::string& sender);
/// For receivers of mail.
std::string mail_receiving_fix(std::string_view product, const std::string& sender);
/// For a receiver that reads headers and does not trust this sender.
std::string trusting_fix(std::string_view product, const std::string& sender);
/// For the sender: how it is told to send a header.
std::string sending_fix();

}  // namespace pp::explain
