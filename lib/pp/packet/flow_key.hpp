// Who talks to whom: the two endpoints of a segment, the same pair without its direction, and a keyed hash of that.
#pragma once

#include <cstdint>

#include "pp/base/bytes.hpp"
#include "pp/base/ip.hpp"

namespace pp::packet {

enum class Protocol : std::uint8_t { tcp = 6, udp = 17 };

struct Endpoint {
  IpAddress address;
  std::uint16_t port = 0;

  bool operator==(const Endpoint&) const = default;
};

/// The endpoints of one segment, compact enough to be made for every packet. Addresses are big-endian numbers: an IPv4
/// address is the low 32 bits of `low`.
struct FlowKey {
  struct Address {
    std::uint64_t high = 0;
    std::uint64_t low = 0;
    bool operator==(const Address&) const = default;
  };
  Address source;
  Address destination;
  std::uint16_t source_port = 0;
  std::uint16_t destination_port = 0;
  std::uint8_t address_size = 0;  // 4 or 16
  Protocol protocol = Protocol::tcp;

  bool operator==(const FlowKey&) const = default;
  Endpoint from() const noexcept { return endpoint(source, source_port); }
  Endpoint to() const noexcept { return endpoint(destination, destination_port); }

 private:
  Endpoint endpoint(const Address& address, std::uint16_t port) const noexcept {
    Endpoint e;
    e.port = port;
    e.address.size = address_size;
    const unsigned size = address_size;
    for (unsigned i = 0; i < size; ++i) {
      const unsigned shift = 8 * (size - 1 - i);
      e.address.bytes[i] = static_cast<std::uint8_t>(shift < 64 ? address.low >> shift : address.high >> (shift - 64));
    }
    return e;
  }
};

/// A connection: both directions have the same key. Side 0 is the endpoint with the smaller (address, port).
struct ConnectionKey {
  FlowKey::Address side0;
  FlowKey::Address side1;
  std::uint32_t ports = 0;  // side 0 in the high half
  std::uint8_t address_size = 0;

  bool operator==(const ConnectionKey&) const = default;
};

/// Secret of the flow tables, so that nobody who writes packets can choose where their entries go.
struct HashKey {
  std::uint64_t first = 0x9e3779b97f4a7c15;
  std::uint64_t second = 0xd1b54a32d192ed03;
};

/// A segment's connection, the side that sent it, and the keyed hash of the connection.
struct FlowPlace {
  ConnectionKey key;
  std::uint64_t hash = 0;
  unsigned side = 0;
};

namespace flow_key_internal {

__extension__ typedef unsigned __int128 Wide;

inline std::uint64_t mix(std::uint64_t a, std::uint64_t b) noexcept {
  const Wide product = static_cast<Wide>(a) * b;
  return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
}

}  // namespace flow_key_internal

inline FlowPlace place_flow(const FlowKey& flow, const HashKey& secret) noexcept {
  using flow_key_internal::mix;
  FlowPlace place;
  bool swap = false;
  if (flow.source.low != flow.destination.low || flow.source.high != flow.destination.high) {
    swap = flow.source.high != flow.destination.high ? flow.source.high > flow.destination.high
                                                     : flow.source.low > flow.destination.low;
  } else {
    swap = flow.source_port > flow.destination_port;
  }
  place.side = swap ? 1U : 0U;
  place.key.side0 = swap ? flow.destination : flow.source;
  place.key.side1 = swap ? flow.source : flow.destination;
  const std::uint32_t port0 = swap ? flow.destination_port : flow.source_port;
  const std::uint32_t port1 = swap ? flow.source_port : flow.destination_port;
  place.key.ports = (port0 << 16) | port1;
  place.key.address_size = flow.address_size;
  if (flow.address_size == 4) {
    place.hash = mix((place.key.side0.low << 16 | port0) ^ secret.first, (place.key.side1.low << 16 | port1) ^ secret.second);
  } else {
    const std::uint64_t h = mix(place.key.side0.high ^ secret.first, place.key.side0.low ^ secret.second);
    place.hash = mix(mix(place.key.side1.high ^ h, place.key.side1.low ^ secret.first), place.key.ports ^ secret.second);
  }
  return place;
}

}  // namespace pp::packet
