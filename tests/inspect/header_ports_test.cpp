// -e auto: what is noted of ports before and after their first header.
#include "pp/inspect/header_ports.hpp"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

namespace {

using namespace pp;
using namespace pp::inspect;

packet::FlowKey flow(std::uint32_t from, std::uint16_t from_port, std::uint32_t to, std::uint16_t to_port) {
  packet::FlowKey key;
  key.source.low = from;
  key.destination.low = to;
  key.source_port = from_port;
  key.destination_port = to_port;
  key.address_size = 4;
  return key;
}

constexpr std::uint32_t client = 0x0a000001, server = 0x0a000002, other = 0x0a000003;

struct Ports : HeaderPorts {
  Ports() : HeaderPorts(HashKey{}) {}
  bool request(std::uint32_t to = server, std::uint16_t from_port = 40000) {
    return send(flow(client, from_port, to, 80), "GET / HTTP/1.1\r\n");
  }
  bool answer(std::string_view text, std::uint32_t from = server, std::uint16_t to_port = 40000) {
    return send(flow(from, 80, client, to_port), text);
  }
  bool send(const packet::FlowKey& key, std::string_view text) {
    ++frame;
    return pass(key, Bytes(reinterpret_cast<const std::uint8_t*>(text.data()), text.size()), frame, 1000);
  }
  std::uint64_t frame = 0;
};

TEST(HeaderPorts, ConnectionsAreCountedUntilTheFirstHeader) {
  Ports ports;
  EXPECT_TRUE(ports.request());
  EXPECT_TRUE(ports.request());
  ports.note_header(flow(client, 40000, server, 80));
  EXPECT_FALSE(ports.request());
  const EarlyConnections early = ports.early(80);
  EXPECT_EQ(early.count, 2U);
  EXPECT_EQ(early.first_frame, 1U);
  EXPECT_EQ(to_string(early.first_sender), "10.0.0.1");
}

TEST(HeaderPorts, WhatServersSayIsNoConnectionToAPort) {
  struct Row {
    const char* name;
    std::vector<const char*> said;  // '<' by the server
    std::string begins;
  };
  const Row rows[] = {
      {"the client first", {">GET / HTTP/1.1\r\n", "<HTTP/1.1 200 OK\r\n"}, "GET / HTTP/1.1\r\n"},
      {"a greeting", {"<SSH-2.0-OpenSSH_9.2\r\n", ">SSH-2.0-client\r\n"}, "SSH-2.0-client\r\n"},
  };
  for (const Row& row : rows) {
    Ports ports;
    for (const std::string_view text : row.said)
      ports.send(text[0] == '<' ? flow(server, 80, client, 40000) : flow(client, 40000, server, 80), text.substr(1));
    const std::vector<PortSeen> seen = ports.seen(5);
    ASSERT_EQ(seen.size(), 1U) << row.name;
    EXPECT_EQ(seen[0].port, 80) << row.name;
    EXPECT_EQ(seen[0].connections, 1U) << row.name;
    const Bytes begins = seen[0].begins.view();
    EXPECT_EQ(std::string(begins.begin(), begins.end()), row.begins) << row.name;
  }
}

TEST(HeaderPorts, AnAnswerToAHeaderIsNoConnectionEither) {
  Ports ports;
  ports.note_header(flow(client, 40000, server, 80));
  ports.answer("HTTP/1.1 200 OK");
  const std::vector<PortSeen> seen = ports.seen(5);
  ASSERT_EQ(seen.size(), 1U);
  EXPECT_EQ(seen[0].port, 80);
}

TEST(HeaderPorts, PortsWithMostConnectionsAreShownFirst) {
  Ports ports;
  for (std::uint16_t i = 0; i < 3; ++i) ports.send(flow(client, static_cast<std::uint16_t>(50000 + i), server, 443), "\x16\x03\x01");
  for (std::uint16_t i = 0; i < 2; ++i) ports.note_header(flow(client, static_cast<std::uint16_t>(51000 + i), server, 90));
  ports.request();
  const std::vector<PortSeen> seen = ports.seen(2);
  ASSERT_EQ(seen.size(), 2U);
  EXPECT_EQ(seen[0].port, 443);
  EXPECT_EQ(seen[0].connections, 3U);
  EXPECT_EQ(seen[1].port, 90);
  EXPECT_EQ(seen[1].connections, 2U);
}

TEST(HeaderPorts, AnotherHostsPortOfThatNumberIsAnother) {
  Ports ports;
  ports.note_header(flow(client, 40000, server, 80));
  EXPECT_TRUE(ports.request(other));
  EXPECT_TRUE(ports.wants(flow(client, 1, server, 80)));
  EXPECT_FALSE(ports.wants(flow(client, 1, other, 80)));
  EXPECT_FALSE(ports.wants(flow(client, 1, server, 81)));
}

TEST(HeaderPorts, TheFirstAnswersAreLookedAt) {
  struct Row {
    std::string_view answer;
    std::uint64_t answered;
  };
  for (const Row& row : {Row{"HTTP/1.1 200 OK\r\n", 1}, Row{"HTTP/1.1 400 Bad Request\r\n", 0}, Row{"220 mail.example\r\n", 0}}) {
    Ports ports;
    ports.request();
    ports.answer(row.answer);
    EXPECT_EQ(ports.early(80).answered, row.answered) << row.answer;
  }
}

TEST(HeaderPorts, AnswersOfSeveralReceiversSayNothingOfOne) {
  Ports ports;
  ports.request();
  ports.answer("HTTP/1.1 200 OK\r\n");
  ports.request(other);
  EXPECT_EQ(ports.early(80).answered, 0U);
  EXPECT_EQ(ports.early(80).count, 2U);
}

TEST(HeaderPorts, AnswersThatAreNotLookedAtCostNothing) {
  Ports ports;
  ports.request();
  for (int i = 0; i < 1000; ++i) ports.answer("HTTP/1.1 200 OK\r\n");
  EXPECT_EQ(ports.early(80).answered, 8U);
}

TEST(HeaderPorts, ReceiversAreForgottenInTheOrderOfTheirHeaders) {
  Ports ports;
  for (std::uint32_t i = 0; i <= HeaderPorts::most; ++i) ports.note_header(flow(client, 1, server + i, 80));
  EXPECT_FALSE(ports.wants(flow(client, 1, server, 80)));
  EXPECT_TRUE(ports.wants(flow(client, 1, server + HeaderPorts::most, 80)));
}

TEST(HeaderPorts, EveryPortMayBeUsed) {
  Ports ports;
  for (std::uint32_t port = 0; port < 65536; ++port)
    EXPECT_TRUE(ports.send(flow(client, 1, server, static_cast<std::uint16_t>(port)), "x"));
  EXPECT_EQ(ports.early(3).first_frame, 4U);
  EXPECT_EQ(ports.early(65535).first_frame, 0U) << "there was no room for where it came first";
  EXPECT_EQ(ports.early(65535).count, 1U);
}

}  // namespace
