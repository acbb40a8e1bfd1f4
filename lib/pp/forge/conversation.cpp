#include "pp/forge/conversation.hpp"

#include <algorithm>

#include "pp/wire/encode.hpp"

namespace pp::forge {
namespace {

using Buffer = std::vector<std::uint8_t>;

constexpr std::size_t ip_bytes = 20;
constexpr std::size_t tcp_bytes = 20;
constexpr std::size_t udp_bytes = 8;
constexpr std::size_t segment_bytes = 1448;
constexpr std::int64_t step_ns = 100'000;

std::uint32_t sum16(Bytes bytes, std::uint32_t sum = 0) {
  for (std::size_t i = 0; i + 1 < bytes.size(); i += 2) sum += load_be16(&bytes[i]);
  if (bytes.size() % 2 != 0) sum += static_cast<std::uint32_t>(bytes.back()) << 8;
  while (sum >> 16 != 0) sum = (sum & 0xffffU) + (sum >> 16);
  return sum;
}
std::uint16_t checksum(std::uint32_t sum) { return static_cast<std::uint16_t>(~sum); }

/// An IPv4 packet of `size` bytes; what is behind the IP header is zero and for the caller to fill.
Buffer ip_packet(const Endpoint& from, const Endpoint& to, std::uint8_t protocol, std::size_t size) {
  Buffer p(size);
  p[0] = 0x45;
  store_be16(&p[2], static_cast<std::uint16_t>(size));
  p[6] = 0x40;  // do not fragment
  p[8] = 64;
  p[9] = protocol;
  std::copy_n(from.address.bytes.begin(), 4, p.begin() + 12);
  std::copy_n(to.address.bytes.begin(), 4, p.begin() + 16);
  store_be16(&p[10], checksum(sum16(Bytes(p).first(ip_bytes))));
  return p;
}

std::uint32_t pseudo_header(const Buffer& p) {
  const auto size = static_cast<std::uint32_t>(p.size() - ip_bytes);
  return sum16(Bytes(p).subspan(12, 8)) + p[9] + size;
}

class Talk {
 public:
  explicit Talk(const Wire& wire) : wire_(wire), time_(wire.start_ns) {}

  void client(unsigned flags, Bytes data = {}) { segment(wire_.client, wire_.server, client_seq_, server_seq_, flags, data); }
  void server(unsigned flags) { segment(wire_.server, wire_.client, server_seq_, client_seq_, flags, {}); }
  void pause(std::int64_t milliseconds) { time_ += milliseconds * 1'000'000; }
  std::vector<WirePacket> packets;

 private:
  void segment(const Endpoint& from, const Endpoint& to, std::uint32_t& ours, std::uint32_t theirs, unsigned flags, Bytes data) {
    Buffer p = ip_packet(from, to, 6, ip_bytes + tcp_bytes + data.size());
    std::uint8_t* t = &p[ip_bytes];
    store_be16(t, from.port);
    store_be16(t + 2, to.port);
    store_be32(t + 4, ours);
    store_be32(t + 8, (flags & 16U) != 0 ? theirs : 0);
    t[12] = 0x50;
    t[13] = static_cast<std::uint8_t>(flags);
    store_be16(t + 14, 65535);
    std::copy(data.begin(), data.end(), t + tcp_bytes);
    store_be16(t + 16, checksum(sum16(Bytes(p).subspan(ip_bytes), pseudo_header(p))));
    ours += static_cast<std::uint32_t>(data.size()) + ((flags & 3U) != 0 ? 1 : 0);
    packets.push_back({time_, std::move(p)});
    time_ += step_ns;
  }

  const Wire& wire_;
  std::int64_t time_;
  std::uint32_t client_seq_ = 1000;
  std::uint32_t server_seq_ = 5000;
};

constexpr std::int64_t idle_ms = 12'000;  // then the client gives up
constexpr unsigned fin = 1, syn = 2, rst = 4, push = 8, ack = 16;

}  // namespace

Wire wire_of(std::uint64_t index) {
  constexpr std::uint64_t ports = 32000;
  constexpr std::int64_t first_ns = 1'767'225'600'000'000'000;  // 2026-01-01
  const std::uint64_t host = index / ports % 64;
  Wire w;
  w.client.address.size = w.server.address.size = 4;
  w.client.address.bytes = {10, 0, 0, static_cast<std::uint8_t>(1 + host)};
  w.server.address.bytes = {10, 0, 1, 1};
  w.client.port = static_cast<std::uint16_t>(20000 + index % ports);
  w.server.port = wire_server_port;
  w.start_ns = first_ns + static_cast<std::int64_t>(index) * 20'000'000;
  return w;
}

std::vector<WirePacket> conversation(const Wire& wire, Bytes header, Bytes payload, const Plan& plan) {
  Talk talk(wire);
  talk.client(syn);
  talk.server(syn | ack);
  talk.client(ack);
  const auto send = [&](Bytes bytes) {
    for (; !bytes.empty(); bytes = bytes.subspan(std::min(bytes.size(), segment_bytes))) {
      talk.client(push | ack, bytes.first(std::min(bytes.size(), segment_bytes)));
    }
  };
  if (plan.each_byte) {
    for (std::size_t i = 0; i < header.size(); ++i) {
      send(header.subspan(i, 1));
      talk.pause(plan.pause_ms);
    }
    send(payload);
  } else {
    Buffer all(header.begin(), header.end());
    all.insert(all.end(), payload.begin(), payload.end());
    const std::size_t first = std::min<std::size_t>(plan.at, all.size());
    send(Bytes(all).first(first));
    talk.pause(plan.pause_ms);
    send(Bytes(all).subspan(first));
  }
  if (plan.then == Then::reset) {
    talk.client(rst | ack);
    return std::move(talk.packets);
  }
  talk.server(ack);
  if (plan.idles()) talk.pause(idle_ms);
  talk.client(fin | ack);
  talk.server(fin | ack);
  talk.client(ack);
  return std::move(talk.packets);
}

WirePacket datagram(const Wire& wire, Bytes bytes) {
  Buffer p = ip_packet(wire.client, wire.server, 17, ip_bytes + udp_bytes + bytes.size());
  std::uint8_t* u = &p[ip_bytes];
  store_be16(u, wire.client.port);
  store_be16(u + 2, wire.server.port);
  store_be16(u + 4, static_cast<std::uint16_t>(udp_bytes + bytes.size()));
  std::copy(bytes.begin(), bytes.end(), u + udp_bytes);
  const std::uint16_t sum = checksum(sum16(Bytes(p).subspan(ip_bytes), pseudo_header(p)));
  store_be16(u + 6, sum == 0 ? 0xffff : sum);
  return {wire.start_ns, std::move(p)};
}

}  // namespace pp::forge
