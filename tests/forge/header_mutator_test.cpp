// The fuzzers' mutator of headers: it must keep its bounds, repeat itself, and reach what byte mutators do not.
#include <gtest/gtest.h>

#include <cstring>
#include <set>
#include <vector>

#include "header_mutator.hpp"
#include "pp/forge/random.hpp"
#include "pp/lint/lint.hpp"
#include "pp/wire/crc32c.hpp"
#include "pp/wire/parse.hpp"
#include "pp/wire/tlv.hpp"
#include "pp/wire/tlv_types.hpp"

namespace {
using Buffer = std::vector<std::uint8_t>;

/// Stands in for LLVMFuzzerMutate: one byte by its place and size.
std::size_t flip_one(std::uint8_t* data, std::size_t size, std::size_t max_size) {
  if (size == 0) {
    if (max_size == 0) return 0;
    data[0] = 'P';
    return 1;
  }
  data[size / 2] ^= 1U;
  return size;
}

Buffer mutated(const Buffer& from, std::uint64_t seed, std::size_t max_size = 4096) {
  Buffer out(std::max(from.size(), max_size));
  std::copy(from.begin(), from.end(), out.begin());
  out.resize(fuzz::mutate_header(out.data(), std::min(from.size(), max_size), max_size, seed, flip_one));
  return out;
}

TEST(HeaderMutator, KeepsTheSizeItIsGiven) {
  for (const std::size_t max_size : {1U, 15U, 16U, 17U, 40U, 700U}) {
    for (std::uint64_t seed = 0; seed < 2000; ++seed) {
      Buffer from = encode(pp::forge::random_draft(seed, seed % 7));
      from.resize(std::min(from.size(), max_size));
      Buffer exact(max_size);  // of exactly the room: the sanitizer sees a byte more
      std::copy(from.begin(), from.end(), exact.begin());
      const std::size_t n = fuzz::mutate_header(exact.data(), from.size(), max_size, seed, flip_one);
      ASSERT_LE(n, max_size);
      ASSERT_GT(n, 0U);
    }
  }
}

TEST(HeaderMutator, DependsOnBytesAndSeedAlone) {
  for (std::uint64_t seed = 0; seed < 500; ++seed) {
    const Buffer from = encode(pp::forge::random_draft(1, seed));
    EXPECT_EQ(mutated(from, seed), mutated(from, seed));
  }
}

TEST(HeaderMutator, ChangesWhatItIsGiven) {
  const Buffer from = encode(pp::forge::random_draft(3, 3));
  std::size_t changed = 0;
  for (std::uint64_t seed = 0; seed < 1000; ++seed) changed += mutated(from, seed) != from ? 1 : 0;
  EXPECT_GT(changed, 900U);
}

/// Most of what it makes of good headers parses: damage that ends in the first check teaches a fuzzer nothing.
TEST(HeaderMutator, MostOfItParses) {
  std::size_t done = 0, all = 0;
  for (std::uint64_t seed = 0; seed < 3000; ++seed) {
    const Buffer out = mutated(encode(pp::forge::random_draft(9, seed)), seed);
    ++all;
    done += pp::parse(out).verdict.status == pp::Status::done ? 1 : 0;
  }
  EXPECT_GE(done * 100, all * 60);
}

bool has_right_crc_and_tlvs(const Buffer& bytes, std::size_t least) {
  const pp::Parsed p = pp::parse(bytes);
  if (p.verdict.status != pp::Status::done || p.header.addresses == pp::Addresses::none) return false;
  auto cursor = pp::tlvs(p.header);
  std::size_t count = 0;
  bool right = false;
  for (pp::Tlv tlv; cursor.next(tlv); ++count) {
    if (tlv.type == pp::tlv_type::crc32c && tlv.value.size() == 4)
      right = pp::load_be32(tlv.value.data()) == pp::header_crc32c(p.header.bytes, tlv.value_offset());
  }
  return right && count >= least && cursor.fault() == pp::Fault::none;
}

/// From one bare header on, each mutation of the last: within a thousand steps a checksum that is right among three TLVs, which
/// a byte mutator does not reach by chance.
TEST(HeaderMutator, ReachesARightChecksumAmongTlvs) {
  pp::Draft bare;
  bare.source = {*pp::parse_ip("192.0.2.1"), 1};
  bare.destination = {*pp::parse_ip("192.0.2.2"), 2};
  std::size_t reached = 0;
  for (std::uint64_t start = 0; start < 8; ++start) {
    Buffer at = encode(bare);
    for (std::uint64_t step = 0; step < 1000; ++step) {
      const Buffer next = mutated(at, start * 100000 + step);
      const pp::Parsed p = pp::parse(next);
      if (p.verdict.status == pp::Status::done && p.header.addresses != pp::Addresses::none) at = next;
      if (has_right_crc_and_tlvs(at, 3)) {
        ++reached;
        break;
      }
    }
  }
  EXPECT_GE(reached, 6U) << "of 8: which ones depends on the tables of TLVs and mutations";
}

/// Every TLV type of the specification and every code that lint can give to a header alone comes up.
TEST(HeaderMutator, FindsWhatLintCanSay) {
  std::set<std::string_view> codes;
  std::set<unsigned> types;
  Buffer at = encode(pp::forge::random_draft(5, 5));
  for (std::uint64_t seed = 0; seed < 20000; ++seed) {
    const Buffer next = mutated(at, seed);
    const pp::Parsed p = pp::parse(next);
    std::vector<pp::lint::Finding> findings;
    pp::lint::lint(p, next, findings);
    for (const auto& f : findings) codes.insert(f.code.name());
    if (p.verdict.status != pp::Status::done) continue;
    auto cursor = pp::tlvs(p.header);
    for (pp::Tlv tlv; cursor.next(tlv);) types.insert(tlv.type);
    if (next.size() < 900) at = next;
  }
  for (const auto& row : pp::tlv_table) EXPECT_EQ(types.count(row.type), 1U) << row.name;
  for (const char* code :
       {"v2-crc32c", "v2-ssl-stray", "v2-ssl-short", "v2-tlv-overrun", "v2-tlv-duplicate", "v2-length-short", "v2-unix-padding",
        "v2-unique-id-long", "v2-crc32c-duplicate", "v2-local-block", "v2-unspec", "v2-ssl-tlv-overrun", "v2-ssl-version-missing"}) {
    EXPECT_EQ(codes.count(code), 1U) << code;
  }
}

TEST(HeaderMutator, CrossesTlvsWithinTheRoom) {
  std::size_t done = 0;
  for (std::uint64_t seed = 0; seed < 1000; ++seed) {
    const Buffer a = encode(pp::forge::random_draft(1, seed)), b = encode(pp::forge::random_draft(2, seed));
    for (const std::size_t room : {0U, 20U, 5000U}) {
      Buffer out(room);
      const std::size_t n = fuzz::cross_headers(a.data(), a.size(), b.data(), b.size(), out.data(), room, seed);
      ASSERT_LE(n, room);
      if (room == 5000) done += pp::parse(pp::Bytes(out).first(n)).verdict.status == pp::Status::done ? 1 : 0;
    }
  }
  EXPECT_GT(done, 500U);
}

}  // namespace
