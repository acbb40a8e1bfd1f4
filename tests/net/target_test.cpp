// Targets as they are typed: what each means, and what a wrong one is told.
#include "pp/net/target.hpp"

#include <gtest/gtest.h>
#include <sys/socket.h>

#include <cerrno>
#include <string>

#include "pp/net/listen.hpp"
#include "pp/net/sockaddr.hpp"

namespace {
using namespace pp;

TEST(Target, Rows) {
  struct Row {
    std::string text, host, place;
  };
  for (const Row& row : {Row{"192.0.2.1:80", "192.0.2.1", "192.0.2.1:80"}, Row{"[2001:db8::1]:443", "2001:db8::1", "[2001:db8::1]:443"},
                         Row{"8080", "127.0.0.1", "127.0.0.1:8080"}, Row{"1.2.3.4:1", "1.2.3.4", "1.2.3.4:1"},
                         Row{"1.2.3.4:65535", "1.2.3.4", "1.2.3.4:65535"}, Row{"unix:/run/x.sock", "", "unix:/run/x.sock"},
                         Row{"unix:@name", "", "unix:@name"}, Row{"unix:" + std::string(107, 'p'), "", "unix:" + std::string(107, 'p')}}) {
    const Target target = parse_target(row.text);
    EXPECT_EQ(target.text, row.text);
    EXPECT_EQ(target.host, row.host);
    EXPECT_EQ(places(target), 1U);
    EXPECT_EQ(place_text(target, 0), row.place);
    EXPECT_EQ(target.is_unix(), row.text.starts_with("unix:"));
  }
}

TEST(Target, WhatIsWrong) {
  const std::string port = "invalid port (1-65535)", brackets = "write an IPv6 address in brackets, as in [::1]:8080";
  struct Row {
    std::string text, why;
  };
  for (const Row& row : {Row{"", port},
                         Row{"1.2.3.4:", port},
                         Row{"1.2.3.4:0", port},
                         Row{"1.2.3.4:65536", port},
                         Row{"1.2.3.4:8x", port},
                         Row{"1.2.3.4:x", port},
                         Row{"1.2.3.4:99999999999", port},
                         Row{"1.2.3.4:-1", port},
                         Row{"host", "missing port: use HOST:PORT"},
                         Row{":80", "missing host: use HOST:PORT"},
                         Row{"::1:80", brackets},
                         Row{"[::1:80", brackets},
                         Row{"::1]:80", brackets},
                         Row{"[:80", brackets},
                         Row{"]:80", brackets},
                         Row{"[]:80", "brackets are for IPv6 addresses"},
                         Row{"[1.2.3.4]:80", "brackets are for IPv6 addresses"},
                         Row{"[x]:80", "brackets are for IPv6 addresses"},
                         Row{"1.2.3:80", "the host is not an IPv4 address"},
                         Row{"unix:", "unix: needs a path, as in unix:/run/x.sock"},
                         Row{"unix:" + std::string(108, 'p'), "a UNIX path has at most 107 bytes, this one 108"}}) {
    try {
      parse_target(row.text);
      ADD_FAILURE() << row.text;
    } catch (const BadTarget& bad) {
      EXPECT_EQ(bad.reason, "bad address \"" + row.text + "\": " + row.why);
    }
  }
}

TEST(Target, NamesAreLookedUp) {
  const Target target = parse_target("localhost:80");
  EXPECT_EQ(target.host, "localhost");
  ASSERT_GE(target.endpoints.size(), 1U);
  for (std::size_t i = 0; i < target.endpoints.size(); ++i) {
    EXPECT_EQ(target.endpoints[i].port, 80U);
    for (std::size_t k = 0; k < i; ++k) EXPECT_FALSE(target.endpoints[i] == target.endpoints[k]) << "each once";
  }
  // No resolver is asked for a name that no name can be.
  try {
    parse_target("..:80");
    ADD_FAILURE();
  } catch (const BadTarget& bad) {
    EXPECT_EQ(bad.reason, "bad address \"..:80\": the host is not an IPv4 address");
  }
  try {
    parse_target("a..b:80");
    ADD_FAILURE();
  } catch (const std::runtime_error& error) {
    EXPECT_EQ(std::string(error.what()).rfind("cannot look up a..b: ", 0), 0U) << error.what();
  }
}

TEST(Target, Connects) {
  EXPECT_EQ(start_connect(Endpoint{}).error, EDESTADDRREQ);
  const Target nobody = parse_target("unix:@nobody-listens-here");
  const Connecting refused = start_connect(nobody, 0);
  EXPECT_FALSE(refused.fd);
  EXPECT_EQ(refused.error, ECONNREFUSED);
  EXPECT_EQ(start_connect(parse_target("unix:/nowhere/s"), 0).error, ENOENT);
  const Connecting udp = start_connect(parse_target("127.0.0.1:9", Protocol::udp), 0);
  EXPECT_TRUE(udp.established);
  EXPECT_EQ(connect_error(udp.fd.get()), 0);
  EXPECT_EQ(connect_error(-1), EBADF);
}

TEST(Target, WordsOfErrors) {
  EXPECT_EQ(error_words(ECONNREFUSED), "connection refused");
  EXPECT_EQ(error_words(ENXIO), "no such device or address");
  EXPECT_EQ(error_words(ERFKILL), "operation not possible due to RF-kill");
  EXPECT_EQ(error_words(EXDEV), "invalid cross-device link");
  EXPECT_EQ(error_words(ENOTUNIQ), "name not unique on network");
  EXPECT_EQ(error_words(EL2HLT), "level 2 halted");
  EXPECT_EQ(error_words(EBFONT), "bad font file format");
  EXPECT_EQ(error_words(ELIBBAD), "accessing a corrupted shared library");
  EXPECT_EQ(error_words(ELIBSCN), ".lib section in a.out corrupted") << "no letter to begin with";
  EXPECT_EQ(error_words(EDOTDOT), "RFS specific error") << "an abbreviation";
  EXPECT_EQ(connect_refusal("127.0.0.1:80", ECONNREFUSED), "cannot connect to 127.0.0.1:80: connection refused");
}

}  // namespace
