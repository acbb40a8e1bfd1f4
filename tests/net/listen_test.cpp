// Where a server listens, and the words when it cannot.
#include "pp/net/listen.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <stdexcept>
#include <system_error>

#include "connection.hpp"

namespace {
using namespace pp;
using namespace pp::test;
using Scope = ListenAddress::Scope;

TEST(Listen, Addresses) {
  EXPECT_EQ(parse_listen_address("8080"), (ListenAddress{Scope::loopback, {}, 8080, ListenAddress::Kind::tcp, {}}));
  EXPECT_EQ(parse_listen_address("0"), (ListenAddress{Scope::loopback, {}, 0, ListenAddress::Kind::tcp, {}}));
  EXPECT_EQ(parse_listen_address("*:65535"), (ListenAddress{Scope::every_interface, {}, 65535, ListenAddress::Kind::tcp, {}}));
  EXPECT_EQ(parse_listen_address("localhost:80"), (ListenAddress{Scope::loopback, {}, 80, ListenAddress::Kind::tcp, {}}));
  EXPECT_EQ(parse_listen_address("192.0.2.1:80"),
            (ListenAddress{Scope::one_address, parse_ip("192.0.2.1").value(), 80, ListenAddress::Kind::tcp, {}}));
  EXPECT_EQ(parse_listen_address("[2001:db8::1]:80"),
            (ListenAddress{Scope::one_address, parse_ip("2001:db8::1").value(), 80, ListenAddress::Kind::tcp, {}}));
}

TEST(Listen, KindsOfAddresses) {
  using Kind = ListenAddress::Kind;
  EXPECT_EQ(parse_listen_address("udp:53"), (ListenAddress{Scope::loopback, {}, 53, Kind::udp, {}}));
  EXPECT_EQ(parse_listen_address("udp:*:53"), (ListenAddress{Scope::every_interface, {}, 53, Kind::udp, {}}));
  EXPECT_EQ(parse_listen_address("udp:[::1]:0"), (ListenAddress{Scope::one_address, parse_ip("::1").value(), 0, Kind::udp, {}}));
  EXPECT_EQ(parse_listen_address("unix:/run/x.sock"), (ListenAddress{Scope::loopback, {}, 0, Kind::unix_path, "/run/x.sock"}));
  EXPECT_EQ(parse_listen_address("unix:a:1"), (ListenAddress{Scope::loopback, {}, 0, Kind::unix_path, "a:1"}));
  EXPECT_EQ(parse_listen_address("unix:" + std::string(107, 'x')).path.size(), 107U);
  for (const std::string& text :
       {std::string("udp:"), std::string("udp:x"), std::string("udp::53"), std::string("unix:"), std::string("unix:@abstract"),
        "unix:" + std::string(108, 'x'), std::string("unix:a\0b", 8), std::string("UDP:53"), std::string("tcp:53")}) {
    EXPECT_THROW(parse_listen_address(text), std::runtime_error) << text;
  }
}

TEST(Listen, BadAddresses) {
  for (const char* text : {"",          ":",     ":80",         "x",     "80x",          "-1",       "+1",
                           " 80",       "65536", "99999999999", "*:",    "1.2.3:80",     "1.2.3.4:", "1.2.3.4:65536",
                           "::1:80",    "[::1]", "[::1]80",     "[]:80", "[1.2.3.4]:80", "[::1:80",  "::1]:80",
                           "localhost", "**:80"}) {
    EXPECT_THROW(parse_listen_address(text), std::runtime_error) << text;
  }
  struct Row {
    std::string text, why;
  };
  for (const Row& row :
       {Row{"::1:80", "write an IPv6 address in brackets, as in [::1]:8080"},
        Row{"localhost", "missing port: use HOST:PORT, or PORT alone for loopback"},
        Row{"192.0.2.1", "missing port: use HOST:PORT, or PORT alone for loopback"}, Row{"65536", "invalid port (0-65535)"},
        Row{":80", "missing host: PORT alone is loopback, *:PORT is every interface"},
        Row{"unix:", "unix: needs a path, as in unix:/run/x.sock"}}) {
    try {
      parse_listen_address(row.text);
      ADD_FAILURE() << row.text;
    } catch (const std::runtime_error& e) {
      EXPECT_EQ(std::string(e.what()), "bad listening address \"" + row.text + "\": " + row.why);
    }
  }
}

TEST(Listen, BarePortIsLoopbackOfBothFamiliesOnOnePort) {
  const auto fds = listen_on(parse_listen_address("0"));
  ASSERT_GE(fds.size(), 1U);
  const std::uint16_t port = listen_port(fds[0].get());
  EXPECT_NE(port, 0);
  EXPECT_EQ(local_endpoint(fds[0].get()), (Endpoint{parse_ip("127.0.0.1").value(), port}));
  EXPECT_EQ(local_endpoint(fds.back().get()), (Endpoint{parse_ip(fds.size() > 1 ? "::1" : "127.0.0.1").value(), port}));
  for (const Fd& fd : fds) {
    EXPECT_NE(::fcntl(fd.get(), F_GETFL) & O_NONBLOCK, 0);
    EXPECT_NE(::fcntl(fd.get(), F_GETFD) & FD_CLOEXEC, 0);
  }
}

TEST(Listen, EveryInterface) {
  const auto fds = listen_on(parse_listen_address("*:0"));
  ASSERT_GE(fds.size(), 1U);
  EXPECT_EQ(local_endpoint(fds[0].get())->address, parse_ip("0.0.0.0"));
  EXPECT_EQ(listen_port(fds.front().get()), listen_port(fds.back().get()));
}

TEST(Listen, SaysWhyNot) {
  const auto first = listen_on(parse_listen_address("127.0.0.1:0"));
  const std::string port = std::to_string(listen_port(first[0].get()));
  for (const std::string& text : {"127.0.0.1:" + port, port}) {
    try {
      listen_on(parse_listen_address(text));
      ADD_FAILURE() << text;
    } catch (const std::system_error& e) {
      EXPECT_EQ(e.code().value(), EADDRINUSE);
      EXPECT_EQ(std::string(e.what()), "cannot listen on 127.0.0.1:" + port + ": Address already in use");
    }
  }
  EXPECT_THROW(listen_on(parse_listen_address("192.0.2.1:0")), std::system_error);
}

TEST(Listen, UdpIsBoundOnceForBothFamilies) {
  const auto fds = listen_on(parse_listen_address("udp:0"));
  ASSERT_GE(fds.size(), 1U);
  int type = 0;
  socklen_t size = sizeof type;
  ASSERT_EQ(::getsockopt(fds[0].get(), SOL_SOCKET, SO_TYPE, &type, &size), 0);
  EXPECT_EQ(type, SOCK_DGRAM);
  EXPECT_EQ(listen_port(fds.front().get()), listen_port(fds.back().get()));
  EXPECT_THROW(listen_on(parse_listen_address("udp:127.0.0.1:" + std::to_string(listen_port(fds[0].get())))), std::system_error);
}

TEST(Listen, PathsAreNotForPorts) { EXPECT_THROW(listen_on(parse_listen_address("unix:/tmp/x")), std::invalid_argument); }

TEST(Listen, PeersOfAnIpv4ListenerAreIpv4) {
  const Connection c = tcp_pair();
  const auto peer = peer_endpoint(c.server.get());
  ASSERT_TRUE(peer);
  EXPECT_EQ(peer->address, parse_ip("127.0.0.1"));
  EXPECT_EQ(peer, local_endpoint(c.client.get()));
  EXPECT_FALSE(peer_endpoint(-1));
  EXPECT_FALSE(peer_endpoint(local_pair().client.get()));
  sockaddr_storage mapped;
  ASSERT_GT(to_sockaddr({parse_ip("::ffff:192.0.2.1").value(), 7}, mapped), 0U);
  EXPECT_EQ(from_sockaddr(mapped), (Endpoint{parse_ip("192.0.2.1").value(), 7}));
  EXPECT_EQ(to_sockaddr({}, mapped), 0U);
}

TEST(Fd, HasOneOwner) {
  int fds[2] = {-1, -1};
  ASSERT_EQ(::pipe(fds), 0);
  Fd a(fds[0]);
  Fd b(fds[1]);
  a = std::move(b);
  EXPECT_EQ(::fcntl(fds[0], F_GETFD), -1);
  EXPECT_EQ(a.get(), fds[1]);
  EXPECT_FALSE(b);  // NOLINT(bugprone-use-after-move): that it is empty is the claim
  const int raw = a.release();
  EXPECT_EQ(::fcntl(raw, F_GETFD) & FD_CLOEXEC, 0);
  a.reset(raw);
  a.reset();
  EXPECT_EQ(::fcntl(raw, F_GETFD), -1);
}

}  // namespace
