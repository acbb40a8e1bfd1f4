// Connected sockets for tests: local pairs whose bytes have arrived when send returns, and TCP over loopback.
#pragma once

#include <fcntl.h>
#include <gtest/gtest.h>
#include <linux/sockios.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <time.h>

#include <chrono>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "pp/net/fd.hpp"
#include "pp/net/listen.hpp"
#include "pp/net/sockaddr.hpp"

namespace pp::test {

inline constexpr std::string_view signature("\x0d\x0a\x0d\x0a\x00\x0d\x0a\x51\x55\x49\x54\x0a", 12);

inline std::string v2(std::string_view command_family, std::string_view body) {
  std::string out(signature);
  out += command_family;
  out += static_cast<char>(body.size() >> 8);
  out += static_cast<char>(body.size() & 255);
  return out += body;
}
inline std::string v2_tcp4(std::string_view tlvs = "") {
  return v2("\x21\x11", std::string("\xc0\x00\x02\x0a\xc6\x33\x64\x14\xdc\x04\x01\xbb", 12) + std::string(tlvs));
}
/// A TCP4 header of exactly `size` bytes (31 or more), padded with a NOOP TLV.
inline std::string padded_header(std::size_t size) {
  const std::size_t value = size - 28 - 3;
  std::string tlv{'\x04', static_cast<char>(value >> 8), static_cast<char>(value & 255)};
  return v2_tcp4(tlv + std::string(value, '\xaa'));
}
inline const std::vector<std::string>& golden_headers() {
  static const std::vector<std::string> headers = {
      "PROXY TCP4 192.0.2.10 198.51.100.20 56324 443\r\n",
      "PROXY TCP6 2001:db8::10 2001:db8:1::20 56324 443\r\n",
      "PROXY UNKNOWN\r\n",
      "PROXY UNKNOWN ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff 65535 65535\r\n",
      v2_tcp4(),
      v2_tcp4(std::string_view("\x02\x00\x01x\x04\x00\x02\r\n", 9)),
      v2(std::string_view("\x20\x00", 2), std::string_view("\x03\x00\x04\xa9\xb8\x7e\x8f", 7)),
      v2("\x21\x31", std::string("/run/a.sock") + std::string(97, '\0') + std::string(108, 'b')),
  };
  return headers;
}

struct Connection {
  Fd client;
  Fd server;
};

inline Connection local_pair() {
  int fds[2] = {-1, -1};
  EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds), 0);
  return {Fd(fds[0]), Fd(fds[1])};
}

inline Connection tcp_pair() {
  const auto listeners = listen_on(parse_listen_address("127.0.0.1:0"));
  const auto at = local_endpoint(listeners.at(0).get());
  sockaddr_storage address;
  const socklen_t size = to_sockaddr(at.value(), address);
  Connection c{Fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)), Fd()};
  EXPECT_EQ(::connect(c.client.get(), static_cast<sockaddr*>(static_cast<void*>(&address)), size), 0);
  pollfd ready{listeners.at(0).get(), POLLIN, 0};
  EXPECT_EQ(::poll(&ready, 1, 10000), 1);
  c.server = Fd(::accept4(listeners.at(0).get(), nullptr, nullptr, SOCK_CLOEXEC));
  EXPECT_TRUE(c.server);
  return c;
}

inline void send_all(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t n = ::send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    ASSERT_GT(n, 0);
    bytes.remove_prefix(static_cast<std::size_t>(n));
  }
}

/// What the application would read now.
inline std::string read_rest(int fd) {
  char buffer[65536];
  const ssize_t n = ::recv(fd, buffer, sizeof buffer, MSG_DONTWAIT);
  return n > 0 ? std::string(buffer, static_cast<std::size_t>(n)) : std::string();
}

/// Until the other end has taken everything that was sent on a local pair.
inline void wait_until_taken(int fd) {
  for (int unread = 1; unread != 0;) {
    ASSERT_EQ(::ioctl(fd, SIOCOUTQ, &unread), 0);
    std::this_thread::yield();
  }
}

/// Until `n` bytes have arrived.
inline void wait_until_arrived(int fd, std::size_t n) {
  for (int unread = -1; unread < static_cast<int>(n);) {
    ASSERT_EQ(::ioctl(fd, FIONREAD, &unread), 0);
    std::this_thread::yield();
  }
}

inline std::chrono::nanoseconds thread_cpu_time() {
  timespec t{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
  return std::chrono::seconds(t.tv_sec) + std::chrono::nanoseconds(t.tv_nsec);
}

inline std::string text(Bytes bytes) { return {bytes.begin(), bytes.end()}; }
inline Bytes bytes_of(const std::string& s) { return {static_cast<const std::uint8_t*>(static_cast<const void*>(s.data())), s.size()}; }

}  // namespace pp::test
