// Parsing, walking and checking allocate nothing: every operator new of this program is counted.
#include <gtest/gtest.h>

#include "catalogue.hpp"
#include "new_counter.hpp"
#include "pp/wire/crc32c.hpp"
#include "pp/wire/encode.hpp"
#include "pp/wire/parse.hpp"
#include "pp/wire/tlv.hpp"

namespace {
using namespace pp;

TEST(Allocation, NoneInParsingWalkingAndEncoding) {
  const auto rows = catalogue::load(PP_SOURCE_DIR "/tests/data/catalogue.tsv");
  const std::size_t loading = new_count();
  EXPECT_GT(loading, rows.size()) << "the counter counts";
  std::uint32_t seen = 0;
  std::size_t headers = 0;
  for (const auto& row : rows) {
    for (std::size_t n = 0; n <= row.bytes.size(); n += row.bytes.size() > 2048 ? 97 : 1) {
      const auto [verdict, header] = parse(Bytes(row.bytes).first(n));
      if (verdict.status != Status::done) continue;
      ++headers;
      auto cursor = tlvs(header);
      Tlv tlv;
      while (cursor.next(tlv)) {
        seen ^= tlv.type;
        if (tlv.value.size() == 4) seen ^= header_crc32c(header.bytes, tlv.value_offset());
        auto sub = sub_tlvs(header.bytes, ssl(tlv));
        Tlv inner;
        while (sub.next(inner)) seen ^= inner.type;
      }
      std::uint8_t out[v1_max_bytes];
      const Endpoint source{header.source, header.source_port}, destination{header.destination, header.destination_port};
      seen ^= static_cast<std::uint32_t>(encode_v1(source, destination, out) + encode_v2(source, destination, {}, out));
    }
  }
  EXPECT_EQ(new_count(), loading) << "and nothing after the rows were there; " << headers << " headers, " << seen;
}

}  // namespace
