// What to change in which product: one table, from which diagnoses take the rows that fit the server that was seen.
#pragma once

#include <string>
#include <string_view>

namespace pp::explain {

/// For the receiver: the option by which it reads the header and trusts `sender`, or that the sender has to leave the header off.
/// `product`: as far as the server said what it is (inspect::Reaction::product); else nginx and haproxy are named.
std::string receiving_fix(std::string_view product, const std::string& sender);
/// For receivers of mail.
std::string mail_receiving_fix(std::string_view product, const std::string& sender);
/// For a receiver that reads headers and does not trust this sender.
std::string trusting_fix(std::string_view product, const std::string& sender);
/// For the sender: the option by which it sends a header.
std::string_view sending_fix() noexcept;
/// The same for datagrams.
std::string datagram_sending_fix();

}  // namespace pp::explain
