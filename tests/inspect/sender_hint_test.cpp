// Which product a header looks like: each row is shown by a header, and ordinary headers look like nothing.
#include "pp/inspect/sender_hint.hpp"

#include <gtest/gtest.h>

#include <set>
#include <string>
#include <vector>

#include "pp/wire/parse.hpp"

namespace {
using namespace pp;
using namespace pp::inspect;

std::string tlv(char type, const std::string& value) {
  return std::string{type, static_cast<char>(value.size() >> 8), static_cast<char>(value.size())} + value;
}

std::string v2(char command, char family, const std::string& rest) {
  return std::string("\r\n\r\n\0\r\nQUIT\n", 12) + command + family +
         std::string{static_cast<char>(rest.size() >> 8), static_cast<char>(rest.size())} + rest;
}

const std::string inet{"\xc0\0\2\n\xc6\x33\x64\x14\xdc\4\1\xbb", 12};

Record record(const std::string& header) {
  Record r;
  r.bytes.assign(header.begin(), header.end());
  r.complete = true;
  const Header h = parse(r.bytes).header;
  r.tlvs.area = tlv_area(h);
  return r;
}

std::string looks_like(const Record& r) {
  const SenderHint* hint = sender_hint(r, r.as_sent().header);
  return hint == nullptr ? std::string() : std::string(hint->sender);
}
std::string looks_like(const std::string& header) { return looks_like(record(header)); }

std::string proxied(const std::string& tlvs) { return v2(0x21, 0x11, inet + tlvs); }

TEST(SenderHint, EachIsShown) {
  const std::string ssl_start{"\1\0\0\0\0", 5};
  const std::string padding(74, '\0');
  Record simple = record("\x56\xec" + std::string(36, '\1'));
  simple.simple = true;
  Record dns = record(v2(0x21, 0x12, inet));
  dns.flow.udp = true;
  dns.payload.kind = PayloadKind::dns;
  Record curl = record("PROXY TCP4 192.0.2.10 198.51.100.20 56324 443\r\n");
  curl.findings.push_back(lint::make_finding(lint::Rule::own_endpoints, 0, 0));
  const std::string circuit{"\xfc\0\xde\xad\xbe\xef\x4d\xad\0\0\0\0\0\0\0\7", 16};
  const std::vector<std::pair<Record, std::string>> shown = {
      {simple, "Cloudflare Spectrum"},
      {record(proxied(tlv('\xd0', "spiffe://cluster.local/ns/a/sa/b"))), "Istio (ztunnel)"},
      {record(proxied(tlv('\xee', std::string("\1\2\3\4\5", 5)))), "Azure Private Link"},
      {record(proxied(tlv('\xe1', "\1vpc-1"))), "Alibaba Cloud NLB"},
      {record(proxied(tlv(0x20, ssl_start + tlv('\xe0', "CN=a")))), "MongoDB Atlas or mongos"},
      {record(proxied(tlv('\xe0', "-----BEGIN CERTIFICATE-----"))), "hitch"},
      {record(v2(0x20, 0x00, tlv(3, "\1\2\3\4") + tlv(4, padding))), "AWS NLB, health check"},
      {record(proxied(tlv('\xea', "\1vpce-1"))), "AWS NLB"},
      {record(proxied(tlv(3, "\1\2\3\4") + tlv(4, padding))), "AWS NLB"},
      {record(proxied(tlv('\xe0', std::string("\0\0\0\0\0\0\0\7", 8)))), "Google Cloud, Private Service Connect"},
      {record(proxied(tlv(0x20, ssl_start + tlv(0x21, "TLSv1.3") + tlv(0x25, "RSA2048") + tlv(0x24, "SHA256") + tlv(0x23, "x")))),
       "haproxy"},
      {record(v2(0x21, 0x21, circuit + circuit + std::string("\0\1\0\2", 4))), "Tor"},
      {dns, "dnsdist"},
      {curl, "curl --haproxy-protocol, or a check"},
      {record(v2(0x20, 0x00, "")), "haproxy's or Envoy's health check"},
      {record("PROXY UNKNOWN\r\n"), "haproxy's health check, or a proxy that does not know its client"},
  };
  std::set<std::string> names;
  for (const auto& [r, sender] : shown) {
    EXPECT_EQ(looks_like(r), sender);
    names.insert(sender);
  }
  for (const SenderHint& row : sender_hints()) EXPECT_TRUE(names.contains(std::string(row.sender))) << row.sender;
}

TEST(SenderHint, OrdinaryHeadersLookLikeNothing) {
  EXPECT_EQ(looks_like("PROXY TCP4 192.0.2.10 198.51.100.20 56324 443\r\n"), "");
  EXPECT_EQ(looks_like(proxied("")), "");
  EXPECT_EQ(looks_like(proxied(tlv(5, "id"))), "");
  EXPECT_EQ(looks_like(proxied(tlv('\xe0', "eight ch"))), "");  // a text of eight letters is no number
  EXPECT_EQ(looks_like(proxied(tlv('\xd0', "other"))), "");
  EXPECT_EQ(looks_like(v2(0x20, 0x11, inet)), "");
  Record part = record(v2(0x20, 0x00, ""));
  part.complete = false;
  EXPECT_EQ(looks_like(part), "");
}

}  // namespace
