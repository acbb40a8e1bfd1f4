// The two endpoints of a segment, the same pair without a direction, and a keyed hash of the pair.
#pragma once

#include <cstdint>

#include "pp/base/bytes.hpp"
#include "pp/base/ip.hpp"
#include "pp/base/keyed_hash.hpp"

namespace pp::packet {

enum class Protocol : std::uint8_t { tcp = 6, udp = 17 };

struct Endpoint {
  IpAddress address;
  std::uint16_t port = 0;

  bool operator==(const Endpoint&) const = default;
};

/// The endpoints of one segment, compact enough to be built for every packet. Addresses are big-endian numbers: an IPv4 address
/// is the low 32 bits of `low`.
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
    if (address_size == 4) {
      store_be32(e.address.bytes.data(), static_cast<std::uint32_t>(address.low));
      return e;
    }
    for (unsigned i = 0; i < 8; ++i) {
      e.address.bytes[i] = static_cast<std::uint8_t>(address.high >> (56 - 8 * i));
      e.address.bytes[8 + i] = static_cast<std::uint8_t>(address.low >> (56 - 8 * i));
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

/// The side that sent a segment, and the keyed hash of its connection. Most packets need no more.
struct FlowPlace {
  std::uint64_t hash = 0;
  unsigned side = 0;
};

inline ConnectionKey connection_of(const FlowKey& flow, unsigned side) noexcept {
  ConnectionKey key;
  key.side0 = side == 0 ? flow.source : flow.destination;
  key.side1 = side == 0 ? flow.destination : flow.source;
  const std::uint32_t port0 = side == 0 ? flow.source_port : flow.destination_port;
  const std::uint32_t port1 = side == 0 ? flow.destination_port : flow.source_port;
  key.ports = (port0 << 16U) | port1;
  key.address_size = flow.address_size;
  return key;
}

/// key == connection_of(flow, side), without building a key.
inline bool is_of(const ConnectionKey& key, const FlowKey& flow, unsigned side) noexcept {
  const FlowKey::Address& from = side == 0 ? key.side0 : key.side1;
  const FlowKey::Address& to = side == 0 ? key.side1 : key.side0;
  const std::uint32_t ports = side == 0 ? std::uint32_t{flow.source_port} << 16U | flow.destination_port
                                        : std::uint32_t{flow.destination_port} << 16U | flow.source_port;
  return from == flow.source && to == flow.destination && key.ports == ports && key.address_size == flow.address_size;
}

/// The flow of the segments that a side of the connection sends.
inline FlowKey flow_of(const ConnectionKey& key, unsigned side) noexcept {
  const auto port0 = static_cast<std::uint16_t>(key.ports >> 16U);
  const auto port1 = static_cast<std::uint16_t>(key.ports);
  FlowKey flow;
  flow.source = side == 0 ? key.side0 : key.side1;
  flow.destination = side == 0 ? key.side1 : key.side0;
  flow.source_port = side == 0 ? port0 : port1;
  flow.destination_port = side == 0 ? port1 : port0;
  flow.address_size = key.address_size;
  flow.protocol = Protocol::tcp;
  return flow;
}

inline FlowPlace place_flow_v6(const FlowKey& flow, const HashKey& secret) noexcept {
  const bool swap = flow.source.high != flow.destination.high ? flow.source.high > flow.destination.high
                    : flow.source.low != flow.destination.low ? flow.source.low > flow.destination.low
                                                              : flow.source_port > flow.destination_port;
  const ConnectionKey key = connection_of(flow, swap ? 1U : 0U);
  const std::uint64_t h = hash_mix(key.side0.high ^ secret.first, key.side0.low ^ secret.second);
  return {hash_mix(hash_mix(key.side1.high ^ h, key.side1.low ^ secret.first), key.ports ^ secret.second), swap ? 1U : 0U};
}

/// Each endpoint is one number: the address shifted by 16 bits, and the port.
inline FlowPlace place_flow_v4(std::uint64_t source, std::uint64_t destination, const HashKey& secret) noexcept {
  const bool swap = source > destination;
  return {hash_mix((swap ? destination : source) ^ secret.first, (swap ? source : destination) ^ secret.second), swap ? 1U : 0U};
}

/// IPv4 fast path: hashes from registers. Reading back a key that was just written would hit a store-forwarding stall.
inline FlowPlace place_flow(const FlowKey& flow, const HashKey& secret) noexcept {
  if (flow.address_size != 4) return place_flow_v6(flow, secret);
  return place_flow_v4(flow.source.low << 16U | flow.source_port, flow.destination.low << 16U | flow.destination_port, secret);
}

}  // namespace pp::packet
