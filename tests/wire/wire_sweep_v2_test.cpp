// Every fixed part of a v2 header (2.2) against the slow model: commands, families, lengths, chunkings.
#include <cstring>
#include <memory>

#include "sweep.hpp"

namespace {
using namespace pp;
using sweep::Differences;

struct V2Bytes {
  std::vector<std::uint8_t> bytes;
  V2Bytes(std::uint8_t version_command, std::uint8_t family_transport, std::size_t length) : bytes(v2_signature, v2_signature + 12) {
    bytes.push_back(version_command);
    bytes.push_back(family_transport);
    bytes.push_back(static_cast<std::uint8_t>(length >> 8));
    bytes.push_back(static_cast<std::uint8_t>(length));
    for (std::size_t i = 0; i < length; ++i) bytes.push_back(static_cast<std::uint8_t>(i * 7 + 1));
  }
};

TEST(SweepV2, EveryCommandAndFamilyAtLengths0To260) {
  Differences differences;
  V2Bytes whole(0, 0, 260);
  std::uint8_t* const p = whole.bytes.data();
  for (unsigned fixed = 0; fixed < 65536; ++fixed) {
    p[12] = static_cast<std::uint8_t>(fixed >> 8);
    p[13] = static_cast<std::uint8_t>(fixed);
    for (std::size_t length = 0; length <= 260; ++length) {
      p[14] = static_cast<std::uint8_t>(length >> 8);
      p[15] = static_cast<std::uint8_t>(length);
      const Bytes in(p, 16 + length);
      const Parsed parsed = parse(in);
      const slow::Opinion o = slow::v2(in.data(), in.size());
      differences.check(sweep::agrees(parsed, o), [&] { return sweep::describe(in, parsed.verdict, o); });
    }
  }
}

TEST(SweepV2, EveryLengthExactAndOneByteShort) {
  Differences differences;
  for (const int family : {0x00, 0x11, 0x12, 0x21, 0x22, 0x31, 0x32}) {
    for (std::size_t length = 0; length <= 65535; ++length) {
      static V2Bytes whole(0x21, 0, 65535);
      std::uint8_t* const p = whole.bytes.data();
      p[13] = static_cast<std::uint8_t>(family);
      p[14] = static_cast<std::uint8_t>(length >> 8);
      p[15] = static_cast<std::uint8_t>(length);
      for (const std::size_t size : {15 + length, 16 + length}) {
        const Bytes in(p, size);
        const Parsed parsed = parse(in);
        const slow::Opinion o = slow::v2(p, size);
        differences.check(sweep::agrees(parsed, o), [&] { return sweep::describe(in, parsed.verdict, o); });
        // Exact from 16 bytes on, and 16 - size below.
        differences.check(parsed.verdict.status != Status::need_more || parsed.verdict.size == o.size,
                          [&] { return sweep::describe(in, parsed.verdict, o); });
      }
    }
  }
}

TEST(SweepV2, EveryPrefixOfEveryFixedPart) {
  Differences differences;
  for (unsigned fixed = 0; fixed < 65536; ++fixed) {
    const V2Bytes whole(static_cast<std::uint8_t>(fixed >> 8), static_cast<std::uint8_t>(fixed), 0);
    for (std::size_t n = 0; n <= 16; ++n) {
      const Bytes in = Bytes(whole.bytes).first(n);
      const Parsed parsed = parse(in);
      const slow::Opinion o = n == 0 ? slow::v1("") : slow::v2(in.data(), n);
      differences.check(sweep::agrees(parsed, o), [&] { return sweep::describe(in, parsed.verdict, o); });
    }
  }
}

TEST(SweepV2, EveryValueAtEverySignatureByte) {
  Differences differences;
  const V2Bytes whole(0x21, 0x11, 12);
  for (std::size_t at = 0; at < 12; ++at) {
    for (unsigned value = 0; value < 256; ++value) {
      auto bytes = whole.bytes;
      bytes[at] = static_cast<std::uint8_t>(value);
      if (bytes[0] == 'P') continue;
      for (std::size_t n = 1; n <= bytes.size(); ++n) {
        const Bytes in = Bytes(bytes).first(n);
        const Parsed parsed = parse(in);
        const slow::Opinion o = slow::v2(in.data(), n);
        differences.check(sweep::agrees(parsed, o), [&] { return sweep::describe(in, parsed.verdict, o); });
      }
    }
  }
}

/// A chunking is a sequence of growing prefixes: bit i of `cuts` ends a chunk behind byte i.
void every_chunking(Bytes whole, Status end_status) {
  Differences differences;
  const std::size_t n = whole.size();
  const Verdict one_shot = parse(whole).verdict;
  ASSERT_EQ(one_shot.status, end_status);
  for (std::uint32_t cuts = 0; cuts < (1U << (n - 1)); ++cuts) {
    Verdict settled;
    std::size_t promised = 0;  // no prefix below this may be done
    for (std::size_t i = 0; i < n; ++i) {
      if (i + 1 < n && (cuts >> i & 1U) == 0) continue;
      const Verdict v = parse(whole.first(i + 1)).verdict;
      const bool keeps = !settled.settled() || v == settled;
      const bool honest = v.status != Status::done || v.size >= promised;
      differences.check(keeps && honest, [&] { return "cuts " + std::to_string(cuts) + " at " + std::to_string(i); });
      if (v.settled()) {
        settled = v;
      } else {
        promised = i + 1 + v.size;
      }
    }
    differences.check(settled == one_shot, [&] { return "cuts " + std::to_string(cuts) + ": another result"; });
  }
}

TEST(SweepChunkings, Of16ByteHeaders) {
  every_chunking(V2Bytes(0x20, 0, 0).bytes, Status::done);
  every_chunking(V2Bytes(0x21, 0, 0).bytes, Status::done);
  every_chunking(V2Bytes(0x31, 0x11, 0).bytes, Status::malformed);
  every_chunking(V2Bytes(0x21, 0x11, 0).bytes, Status::malformed);
}

TEST(SweepChunkings, OfUnknownAndItsNeighbours) {
  constexpr ByteLiteral unknown("PROXY UNKNOWN\r\n");
  constexpr ByteLiteral unknown_x("PROXY UNKNOWNX\n");
  constexpr ByteLiteral bare_lf("PROXY UNKNOWN\n.");
  constexpr ByteLiteral lower("PROXy UNKNOWN\r\n");
  every_chunking(unknown, Status::done);
  every_chunking(unknown_x, Status::malformed);
  every_chunking(bare_lf, Status::malformed);
  every_chunking(lower, Status::missing);
}

}  // namespace
