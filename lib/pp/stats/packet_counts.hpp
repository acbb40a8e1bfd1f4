// How many packets of captures were read, and what became of them: a capture of which nothing was decoded is not a clean one.
#pragma once

#include <array>
#include <cstdint>
#include <string>

#include "pp/packet/head.hpp"

namespace pp::stats {

struct PacketCounts {
  std::uint64_t read = 0;
  std::array<std::uint64_t, packet::decoded_count> decoded{};  // by packet::Decoded
  std::array<std::uint64_t, packet::wrapper_count> wrapped{};  // by packet::Wrapper, of those with Decoded::wrapped
  std::uint32_t link_type = 0;                                 // of the last packet whose link type is not decoded
  // Connections that never came to be.
  std::uint64_t refused = 0;
  std::uint64_t unanswered = 0;
  std::uint64_t given_up = 0;

  void add(const packet::HeadCounters& counters) noexcept;
  /// Adds the counts of another run.
  void merge(const PacketCounts& other) noexcept;
  std::uint64_t count(packet::Decoded as) const noexcept { return decoded[static_cast<std::size_t>(as)]; }
  /// TCP segments and UDP datagrams, or fragments of them.
  std::uint64_t transport() const noexcept { return count(packet::Decoded::segment) + count(packet::Decoded::fragment); }
  /// Understood, and neither TCP nor UDP: ARP, ICMP.
  std::uint64_t others() const noexcept { return count(packet::Decoded::not_ip) + count(packet::Decoded::not_tcp_udp); }
  std::uint64_t undecoded() const noexcept { return read - transport() - others(); }
  std::uint64_t never_established() const noexcept { return refused + unanswered + given_up; }
  /// "12 of link type 189 (USB, Linux), 3 in IPsec ESP", or the kind alone when all are of one; empty when all were decoded.
  std::string undecoded_text() const;
};

}  // namespace pp::stats
