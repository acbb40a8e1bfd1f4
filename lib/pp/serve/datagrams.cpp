#include "pp/serve/datagrams.hpp"

#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <ctime>
#include <optional>
#include <system_error>

#include "pp/inspect/inspect.hpp"
#include "pp/net/sockaddr.hpp"
#include "pp/sys/random_key.hpp"
#include "pp/wire/parse.hpp"
#include "pp/wire/simple.hpp"

namespace pp::serve {
namespace {

constexpr int at_once = 64;
constexpr std::size_t largest = 65536;  // no datagram over IP is longer

// Per-flow flags, stored below the flow number.
constexpr std::uint64_t had_header = 1;  // in its last reported datagram
constexpr std::uint64_t lapse_told = 2;  // reported that later ones lack it
constexpr unsigned flag_bits = 2;

union Control {
  cmsghdr align;
  char bytes[CMSG_SPACE(sizeof(in6_pktinfo))];
};

std::int64_t wall_clock_ns() {
  timespec now{};
  clock_gettime(CLOCK_REALTIME, &now);
  return std::int64_t{now.tv_sec} * 1'000'000'000 + now.tv_nsec;
}

std::optional<IpAddress> destination_of(msghdr& message) {
  IpAddress out;
  for (cmsghdr* c = CMSG_FIRSTHDR(&message); c != nullptr; c = CMSG_NXTHDR(&message, c)) {
    if (c->cmsg_level == IPPROTO_IP && c->cmsg_type == IP_PKTINFO) {
      in_pktinfo info;
      std::memcpy(&info, CMSG_DATA(c), sizeof info);
      out.size = 4;
      std::memcpy(out.bytes.data(), &info.ipi_addr, 4);
      return out;
    }
    if (c->cmsg_level == IPPROTO_IPV6 && c->cmsg_type == IPV6_PKTINFO) {
      in6_pktinfo info;
      std::memcpy(&info, CMSG_DATA(c), sizeof info);
      out.size = 16;
      std::memcpy(out.bytes.data(), &info.ipi6_addr, 16);
      return out;
    }
  }
  return std::nullopt;
}

template <class Info>
void put_control(msghdr& message, Control& control, int level, int type, const Info& info) {
  message.msg_control = control.bytes;
  message.msg_controllen = CMSG_SPACE(sizeof info);
  cmsghdr* const c = CMSG_FIRSTHDR(&message);
  c->cmsg_level = level;
  c->cmsg_type = type;
  c->cmsg_len = CMSG_LEN(sizeof info);
  std::memcpy(CMSG_DATA(c), &info, sizeof info);
}

/// The answer must leave from the address that the datagram was sent to, or the sender would not recognise it.
void send_from(const IpAddress& from, msghdr& message, Control& control) {
  if (from.is_v4()) {
    in_pktinfo info{};
    std::memcpy(&info.ipi_spec_dst, from.bytes.data(), 4);
    put_control(message, control, IPPROTO_IP, IP_PKTINFO, info);
  } else {
    in6_pktinfo info{};
    std::memcpy(&info.ipi6_addr, from.bytes.data(), 16);
    put_control(message, control, IPPROTO_IPV6, IPV6_PKTINFO, info);
  }
}

packet::FlowKey::Address number(const IpAddress& a) {
  packet::FlowKey::Address out;
  if (a.is_v4()) {
    out.low = load_be32(a.bytes.data());
  } else {
    out = {load_be64(a.bytes.data()), load_be64(&a.bytes[8])};
  }
  return out;
}

}  // namespace

struct Datagrams::Received {
  Bytes bytes;
  sockaddr_storage from;
  socklen_t from_size = 0;
  Endpoint source;
  Endpoint destination;
  bool destination_told = false;
};

Datagrams::Datagrams(Mode mode) : mode_(mode), key_(sys::random_key()) {}

void Datagrams::want_destination(int fd, bool v6) {
  const int on = 1;
  const int result =
      v6 ? setsockopt(fd, IPPROTO_IPV6, IPV6_RECVPKTINFO, &on, sizeof on) : setsockopt(fd, IPPROTO_IP, IP_PKTINFO, &on, sizeof on);
  if (result != 0) throw std::system_error(errno, std::generic_category(), "cannot learn which address a datagram is for");
}

/// Its number and what is known of it; valid until the next call.
std::uint64_t& Datagrams::flow_of(const Received& in, std::uint64_t& streams) {
  packet::FlowKey key;
  key.source = number(in.source.address);
  key.destination = number(in.destination.address);
  key.source_port = in.source.port;
  key.destination_port = in.destination.port;
  key.address_size = in.source.address.size;
  key.protocol = packet::Protocol::udp;
  const packet::FlowPlace place = packet::place_flow(key, key_);
  const std::uint64_t hash = place.hash ^ (place.side == 0 ? 0 : 0x9e3779b97f4a7c16);
  if (std::uint64_t* known = flows_.find(hash)) return *known;
  packet::FifoMap::Entry evicted;
  if (flows_.insert(hash, streams++ << flag_bits, evicted)) ++counts_.flows_forgotten;
  return *flows_.find(hash);
}

std::size_t Datagrams::receive(int fd, std::string_view name, const Endpoint& local, std::uint64_t& streams, const Settled& settled,
                               bool once) {
  buffer_.resize(largest);
  std::size_t count = 0;
  for (int i = 0; i < at_once; ++i) {
    Received in;
    iovec room{buffer_.data(), buffer_.size()};
    Control control;
    msghdr message{};
    message.msg_name = &in.from;
    message.msg_namelen = sizeof in.from;
    message.msg_iov = &room;
    message.msg_iovlen = 1;
    message.msg_control = control.bytes;
    message.msg_controllen = sizeof control.bytes;
    const ssize_t n = recvmsg(fd, &message, MSG_DONTWAIT);
    if (n < 0) {
      if (errno == EINTR) continue;
      return count;  // nothing more, or an error that an answer met on its way
    }
    ++count;
    ++counts_.received;
    in.bytes = Bytes(buffer_).first(static_cast<std::size_t>(n));
    in.from_size = message.msg_namelen;
    in.source = from_sockaddr(in.from).value_or(Endpoint{});
    in.destination = local;
    if (const auto to = destination_of(message)) {
      in.destination.address = *to;
      in.destination_told = true;
    }
    datagram(fd, in, name, streams, settled);
    if (once) return count;
  }
  return count;
}

void Datagrams::datagram(int fd, const Received& in, std::string_view name, std::uint64_t& streams, const Settled& settled) {
  std::uint64_t& flow = flow_of(in, streams);
  const bool simple = begins_simple(in.bytes);
  const Verdict verdict = simple ? parse_simple(in.bytes).verdict : parse(in.bytes).verdict;
  const bool is_header = verdict.status != Status::missing && !in.bytes.empty();
  inspect::Flow& f = chunk_.flow;
  f = {};
  f.first_datagram_only = !is_header && (flow & had_header) != 0;
  if (!is_header && (flow & lapse_told) != 0) {
    ++counts_.without_header;
    return;
  }
  flow = flow >> flag_bits << flag_bits | (is_header ? had_header : 0) | (f.first_datagram_only ? lapse_told : 0);
  f.captured = f.listened = f.expected = f.udp = true;
  f.segments = 1;
  f.connection = flow >> flag_bits;
  f.time_ns = wall_clock_ns();
  f.source = in.source.address;
  f.source_port = in.source.port;
  f.destination = in.destination.address;
  f.destination_port = in.destination.port;
  chunk_.input = name;
  chunk_.bytes = in.bytes;
  chunk_.mark = inspect::Mark::datagram;

  // The Simple Proxy Protocol wants the same header before an answer.
  const std::size_t head = simple && verdict.status == Status::done ? simple_bytes : 0;
  Answer answer;
  answer.most = in.bytes.size() - head;
  settled(chunk_, mode_ == Mode::text ? &answer : nullptr);
  Bytes body(reinterpret_cast<const std::uint8_t*>(answer.text.data()), answer.text.size());
  if (mode_ == Mode::echo && verdict.status == Status::done) body = in.bytes.subspan(verdict.size);
  if (body.empty()) return;
  if (body.size() > answer.most) {
    ++counts_.unanswered;
    return;
  }
  std::array<iovec, 2> parts{iovec{const_cast<std::uint8_t*>(in.bytes.data()), head},
                             iovec{const_cast<std::uint8_t*>(body.data()), body.size()}};
  msghdr message{};
  message.msg_name = const_cast<sockaddr_storage*>(&in.from);
  message.msg_namelen = in.from_size;
  message.msg_iov = parts.data();
  message.msg_iovlen = parts.size();
  Control control{};
  if (in.destination_told) send_from(in.destination.address, message, control);
  if (sendmsg(fd, &message, MSG_DONTWAIT | MSG_NOSIGNAL) >= 0) ++counts_.answered;
}

}  // namespace pp::serve
