// What a ReadResult says about a header, and that it goes on saying it wherever it is copied or moved.
#include "pp/net/read_result.hpp"

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/un.h>

#include <cstring>
#include <utility>

#include "connection.hpp"
#include "pp/net/read_header.hpp"
#include "pp/wire/crc32c.hpp"
#include "pp/wire/draft.hpp"
#include "pp/wire/tlv_types.hpp"

namespace {
using namespace pp;
using namespace pp::test;
using namespace std::string_literals;

ReadResult result_of(const std::string& bytes) {
  ReadOptions options;
  options.max_header = 65551;
  HeaderReader reader(options);
  std::size_t at = 0;
  while (reader.status() == ReadStatus::need_more) {
    const auto room = reader.space();
    const std::size_t n = bytes.copy(static_cast<char*>(static_cast<void*>(room.data())), room.size(), at);
    at += n;
    reader.commit(static_cast<ssize_t>(n));
  }
  return std::move(reader).result();
}
ReadResult result_of(const Draft& draft) {
  const auto bytes = encode(draft);
  return result_of(std::string(bytes.begin(), bytes.end()));
}
Endpoint endpoint(const char* ip, std::uint16_t port) { return {parse_ip(ip).value(), port}; }

Draft tcp4_draft() {
  Draft draft;
  draft.source = endpoint("192.0.2.10", 1);
  draft.destination = endpoint("192.0.2.20", 2);
  return draft;
}

TEST(ReadResult, Version1) {
  const ReadResult r = result_of("PROXY TCP6 2001:db8::10 2001:db8:1::20 56324 443\r\n"s);
  EXPECT_EQ(r.version(), 1U);
  EXPECT_FALSE(r.is_local());
  EXPECT_EQ(r.source(), endpoint("2001:db8::10", 56324));
  EXPECT_EQ(r.destination(), endpoint("2001:db8:1::20", 443));
  EXPECT_EQ(r.to_string(), "v1 inet6 [2001:db8::10]:56324 -> [2001:db8:1::20]:443");
  EXPECT_EQ(r.message(), "");
  EXPECT_TRUE(r.raw_tlvs().empty() && r.tlvs().empty() && !r.ssl() && r.crc() == Crc::absent);
  sockaddr_storage address;
  ASSERT_EQ(r.to_sockaddr(Side::source, address), sizeof(sockaddr_in6));
  EXPECT_EQ(from_sockaddr(address), endpoint("2001:db8::10", 56324));
}

TEST(ReadResult, UnknownAndLocalHaveNoAddresses) {
  const ReadResult unknown = result_of("PROXY UNKNOWN what \x1b[1m ever\r\n"s);
  EXPECT_TRUE(unknown.is_local());
  EXPECT_EQ(unknown.unknown(), " what \x1b[1m ever");
  EXPECT_EQ(unknown.to_string(), "v1 UNKNOWN");
  const ReadResult local = result_of(v2("\x20\x11", "\xc0\x00\x02\x0a\xc6\x33\x64\x14\xdc\x04\x01\xbb"s));
  EXPECT_TRUE(local.is_local());
  EXPECT_EQ(local.to_string(), "v2 LOCAL");
  const ReadResult unspec = result_of(v2("\x21\x00"s, "\x01\x00\x02h2"s));
  EXPECT_FALSE(unspec.is_local());
  EXPECT_EQ(text(unspec.find(tlv_type::alpn).value().value), "h2");
  for (const ReadResult* r : {&unknown, &local, &unspec}) {
    sockaddr_storage address;
    EXPECT_FALSE(r->source() || r->destination());
    EXPECT_EQ(r->to_sockaddr(Side::source, address), 0U);
  }
}

TEST(ReadResult, TlvsKeepOrderAndDuplicates) {
  Draft draft = tcp4_draft();
  draft.tlvs = {{0xe0, {'a'}, {}}, {0x02, {'x'}, {}}, {0xe0, {'b'}, {}}, {0x20, ssl_value(1, 0, {{0x21, {'T'}, {}}, {0x22, {}, {}}}), {}}};
  draft.crc = DraftCrc::good;
  const ReadResult r = result_of(draft);
  std::string types;
  for (const Tlv& tlv : r.tlvs()) types += std::to_string(tlv.type) + " ";
  EXPECT_EQ(types, "224 2 224 32 3 ");
  EXPECT_EQ(r.tlvs().fault(), Fault::none);
  EXPECT_EQ(r.raw_tlvs().size(), r.bytes().size() - 28);
  EXPECT_EQ(text(r.find(0xe0).value().value), "a");
  EXPECT_FALSE(r.find(0x05));
  ASSERT_TRUE(r.ssl());
  EXPECT_TRUE(r.ssl()->complete);
  EXPECT_EQ(r.ssl()->client, Ssl::client_ssl);
  types.clear();
  for (const Tlv& tlv : r.ssl_tlvs()) types += std::to_string(tlv.type) + " ";
  EXPECT_EQ(types, "33 34 ");
  EXPECT_EQ(r.crc(), Crc::right);
}

TEST(ReadResult, Crc) {
  const std::string endpoints("\xc0\x00\x02\x0a\xc6\x33\x64\x14\xdc\x04\x01\xbb", 12);
  Draft draft = tcp4_draft();
  EXPECT_EQ(result_of(draft).crc(), Crc::absent);
  draft.crc = DraftCrc::bad;
  EXPECT_EQ(result_of(draft).crc(), Crc::wrong);
  draft.crc = DraftCrc::none;
  draft.tlvs = {{0x03, {1, 2, 3}, {}}};
  EXPECT_EQ(result_of(draft).crc(), Crc::wrong);
  // Real: haproxy's and nginx's LOCAL, the AWS health check of family 0x11 without a block.
  EXPECT_EQ(result_of(golden_headers()[6]).crc(), Crc::right);
  const std::string aws = v2("\x20\x11", "\x03\x00\x04\xbc\xe5\x95\x1f\x04\x00\x4a"s + std::string(74, '\0'));
  EXPECT_EQ(result_of(aws).crc(), Crc::right);
  // LOCAL with a block, its checksum computed over the finished header.
  std::string block = v2("\x20\x11", endpoints + "\x03\x00\x04\0\0\0\0"s);
  const std::uint32_t crc = header_crc32c(bytes_of(block), 31);
  for (std::size_t i = 0; i < 4; ++i) block[31 + i] = static_cast<char>(crc >> (24 - 8 * i));
  EXPECT_EQ(result_of(block).crc(), Crc::right);
  EXPECT_EQ(result_of(block).raw_tlvs().size(), 7U);
  block.back() = static_cast<char>(block.back() ^ 1);
  EXPECT_EQ(result_of(block).crc(), Crc::wrong);
  // Two of them, both computed with both zero.
  std::string twice = v2("\x21\x11", endpoints + "\x03\x00\x04\0\0\0\0\x03\x00\x04\0\0\0\0"s);
  const std::uint32_t both = crc32c(bytes_of(twice));
  for (std::size_t i = 0; i < 4; ++i) twice[31 + i] = twice[38 + i] = static_cast<char>(both >> (24 - 8 * i));
  EXPECT_EQ(result_of(twice).crc(), Crc::right);
  // Three, of which one has no room for a checksum.
  std::string odd = v2("\x21\x11", endpoints + "\x04\x00\x00\x03\x00\x01z\x03\x00\x04\0\0\0\0\x03\x00\x04\0\0\0\0"s);
  const std::uint32_t all = crc32c(bytes_of(odd));
  for (std::size_t i = 0; i < 4; ++i) odd[38 + i] = odd[45 + i] = static_cast<char>(all >> (24 - 8 * i));
  EXPECT_EQ(result_of(odd).crc(), Crc::wrong) << "the linter's error: a CRC32C TLV of another length";
  odd[41] = odd[48] = static_cast<char>(odd[41] ^ 1);
  EXPECT_EQ(result_of(odd).crc(), Crc::wrong);
  EXPECT_EQ(result_of(v2("\x21\x11", endpoints + "\x03\x00\x00\x03\x00\x00"s)).crc(), Crc::wrong);
  // LOCAL with family and TLVs that divide in both ways, the checksum behind the block.
  std::string both_ways = v2("\x20\x11", std::string(12, '\0') + "\x03\x00\x04\0\0\0\0"s);
  const std::uint32_t behind = crc32c(bytes_of(both_ways));
  for (std::size_t i = 0; i < 4; ++i) both_ways[31 + i] = static_cast<char>(behind >> (24 - 8 * i));
  EXPECT_EQ(result_of(both_ways).crc(), Crc::right);
  EXPECT_EQ(result_of(v2("\x20\x11", "\x04\x00\x00\x04\x00\x00"s)).crc(), Crc::absent) << "too short for a block";
  EXPECT_EQ(result_of(v2("\x20\x11", "\x04\x00\x0azzzzzzzzzz"s)).crc(), Crc::absent) << "behind the block it does not divide";
  EXPECT_EQ(result_of(v2("\x20\x11", "zz"s)).raw_tlvs().size(), 2U);
  // A block of LOCAL that is no TLVs is nothing to judge.
  EXPECT_EQ(result_of(v2("\x20\x00"s, "\x03\x00\x04zzzz\x01"s)).crc(), Crc::absent);
}

/// LOCAL and UNSPEC: where the TLVs begin is decided as the linter and the tools decide it (wire/tlv_layout.hpp).
TEST(ReadResult, TlvsOfDiscardedBlocks) {
  const auto unique_id = [](const std::string& local) {
    const ReadResult r = result_of(local);
    const auto tlv = r.find(tlv_type::unique_id);
    return tlv ? text(tlv->value) : std::string("none");
  };
  // Both readings divide into TLVs: the first 12 bytes are the block, as the family says.
  const std::string both = v2("\x20\x11",
                              "\x05\x00\x09"
                              "fake-id-1"
                              "\x05\x00\x04"
                              "real"s);
  EXPECT_EQ(unique_id(both), "real");
  EXPECT_EQ(result_of(both).raw_tlvs().size(), 7U);
  EXPECT_EQ(result_of(both).crc(), Crc::absent);
  EXPECT_EQ(unique_id(v2("\x20\x11", "\x05\x00\x02id"s)), "id") << "too short for a block";
  EXPECT_EQ(unique_id(v2("\x20\x11",
                         "\x05\x00\x09"
                         "fake-id-1"
                         "\x05\x00\x04"
                         "rea"s)),
            "none")
      << "neither reading divides";
  EXPECT_EQ(result_of(v2("\x20\x11",
                         "\x05\x00\x09"
                         "fake-id-1"
                         "\x05\x00\x04"
                         "rea"s))
                .raw_tlvs()
                .size(),
            18U);
}

TEST(ReadResult, UnixPaths) {
  const ReadResult r = result_of(golden_headers()[7]);
  EXPECT_FALSE(r.source());
  EXPECT_EQ(r.unix_source(), "/run/a.sock");
  EXPECT_EQ(r.unix_destination(), std::string(108, 'b'));
  sockaddr_storage address;
  EXPECT_EQ(r.to_sockaddr(Side::source, address), offsetof(sockaddr_un, sun_path) + 12);
  sockaddr_un un;
  std::memcpy(&un, &address, sizeof un);
  EXPECT_EQ(un.sun_family, AF_UNIX);
  EXPECT_STREQ(un.sun_path, "/run/a.sock");
  EXPECT_EQ(r.to_sockaddr(Side::destination, address), sizeof(sockaddr_un));
  const ReadResult other = result_of(v2("\x21\x31", "\0name"s + std::string(103, '\0') + "a\x1b" + std::string(106, '\0')));
  EXPECT_EQ(other.unix_source(), "\0name"s);
  EXPECT_EQ(other.to_sockaddr(Side::source, address), offsetof(sockaddr_un, sun_path) + 5);
  EXPECT_EQ(other.to_string(), R"(v2 unix "\x00name" -> "a\x1b")");
  const ReadResult unnamed = result_of(v2("\x21\x31", std::string(216, '\0')));
  EXPECT_EQ(unnamed.unix_source(), "");
  EXPECT_EQ(unnamed.to_sockaddr(Side::source, address), offsetof(sockaddr_un, sun_path));
}

TEST(ReadResult, CopiesAndMovesStandOnTheirOwn) {
  for (const std::size_t size : {60U, 536U, 537U, 5000U}) {
    const std::string header = padded_header(size);
    ReadResult copy;
    ReadResult moved;
    {
      ReadResult first = result_of(header);
      const ReadResult second(first);
      copy = second;
      moved = std::move(first);
      first = copy;
      EXPECT_EQ(text(first.bytes()), header);
    }
    const ReadResult* const self = &copy;
    copy = *self;
    for (const ReadResult* r : {&copy, &moved}) {
      EXPECT_EQ(text(r->bytes()), header);
      EXPECT_EQ(r->source(), endpoint("192.0.2.10", 56324));
      EXPECT_EQ(r->find(0x04).value().value.size(), size - 31);
      EXPECT_EQ(r->header().bytes.data(), r->bytes().data());
    }
  }
}

TEST(ReadResult, WithoutAHeaderThereIsNothing) {
  const ReadResult r = HeaderReader().result();
  EXPECT_FALSE(r);
  EXPECT_FALSE(r.source() || r.destination() || r.ssl() || r.find(1));
  EXPECT_EQ(r.unix_source(), "");
  EXPECT_EQ(r.unknown(), "");
  EXPECT_TRUE(r.ssl_tlvs().empty());
  EXPECT_EQ(r.crc(), Crc::absent);
  EXPECT_EQ(r.header().version, 0U);
  const ReadResult tcp = result_of(tcp4_draft());
  EXPECT_EQ(tcp.unix_source(), "");
  EXPECT_TRUE(tcp.ssl_tlvs().empty());
}

TEST(ReadResult, PathsInWordsAreQuoted) {
  const ReadResult r = result_of(v2("\x21\x31", "a\"b\\c\x7f\xff"s + std::string(101, '\0') + "~ "s + std::string(106, '\0')));
  EXPECT_EQ(r.to_string(), R"(v2 unix "a\x22b\x5cc\x7f\xff" -> "~ ")");
  EXPECT_EQ(result_of(v2("\x21\x00"s, ""s)).to_string(), "v2 unspec");
}

TEST(ReadResult, StatusNames) {
  EXPECT_EQ(name(ReadStatus::need_more), "need-more");
  EXPECT_EQ(name(ReadStatus::too_long), "too-long");
  EXPECT_EQ(name(ReadStatus::io), "io");
  EXPECT_EQ(HeaderReader().result().message(), "incomplete header so far, 0 bytes");
}

}  // namespace
