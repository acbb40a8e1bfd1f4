// The field's catalogue at the level of the parser: what must be accepted is done, what must be rejected is not.
#include "catalogue.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "pp/wire/parse.hpp"
#include "row_runner.hpp"

namespace {
using namespace pp;
using catalogue::CatalogueRow;

const std::vector<CatalogueRow>& all_rows() {
  static const auto rows = catalogue::load(PP_SOURCE_DIR "/tests/data/catalogue.tsv");
  return rows;
}

bool asks(const CatalogueRow& row, std::string_view what) { return row.asks.compare(0, what.size(), what) == 0; }

/// What is wrong in these lies in their TLVs or checksums, which framing does not judge: done here, findings of lint.
const std::set<std::string> judged_by_lint = {
    "CRC-04", "CRC-05", "CRC-06", "CRC-07", "CRC-08", "CRC-09", "CRC-12", "CRC-13",  // MUST reject if supported
    "V2T-03", "V2T-05", "V2T-11", "UID-05", "SSL-02", "SSL-03", "SSL-07", "SSL-08",  // SHOULD reject
};

/// PROXY over UNIX and INET that a receiver may believe; the others in MAY rows are LOCAL or UNSPEC.
Verdict at_close(const CatalogueRow& row) { return at_end(parse(row.bytes).verdict); }

bool rejected(const Verdict& v) { return v.status == Status::malformed || v.status == Status::missing || v.status == Status::truncated; }

TEST(Catalogue, HasEveryRow) {
  EXPECT_EQ(all_rows().size(), 228U);
  std::set<std::string> ids;
  for (const auto& row : all_rows()) EXPECT_TRUE(ids.insert(row.id).second) << row.id << " twice";
  for (const auto& id : judged_by_lint) EXPECT_EQ(ids.count(id), 1U) << id;
}

TEST(Catalogue, MustAcceptIsDoneWithExactlyTheHeader) {
  for (const auto& row : all_rows()) {
    if (!asks(row, "MUST accept")) continue;
    const auto [v, h] = parse(row.bytes);
    EXPECT_EQ(v.status, Status::done) << row.id << " " << row.description;
    EXPECT_EQ(v.size, row.bytes_before_request()) << row.id << " " << row.description;
    const bool believes = asks(row, "MUST accept, use header");
    EXPECT_EQ(h.addresses != Addresses::none, believes) << row.id << " " << row.description;
  }
}

TEST(Catalogue, MustRejectIsNeverDone) {
  for (const auto& row : all_rows()) {
    if (!asks(row, "MUST reject") && !asks(row, "SHOULD reject")) continue;
    const Verdict v = at_close(row);
    const bool later = judged_by_lint.count(row.id) != 0;
    EXPECT_EQ(rejected(v), !later) << row.id << " " << row.description << ": " << info(v.fault).code;
    if (later) {
      EXPECT_EQ(v.size, row.bytes_before_request()) << row.id << ": framing must stand";
    }
  }
}

TEST(Catalogue, WhatReceiversMayTreatEitherWayNeverDesyncs) {
  for (const auto& row : all_rows()) {
    if (!asks(row, "MAY") && !asks(row, "SHOULD accept") && !asks(row, "SHOULD tolerate")) continue;
    if (row.bytes_before_request() == 0) continue;  // a connection that ends without a byte
    const auto [v, h] = parse(row.bytes);
    if (row.id == "V2L-06") {  // UNIX with 12 bytes: our position is that of every family, too short is malformed
      EXPECT_EQ(v.fault, Fault::v2_length_short);
      continue;
    }
    EXPECT_EQ(v.status, Status::done) << row.id << " " << row.description;
    EXPECT_EQ(v.size, row.bytes_before_request()) << row.id << " " << row.description;
    if (row.asks.find("MUST NOT use header") != std::string::npos || row.asks.find("never header") != std::string::npos) {
      EXPECT_EQ(h.addresses, Addresses::none) << row.id << " " << row.description;
    }
  }
}

TEST(Catalogue, SecondHeaderIsApplicationData) {
  std::size_t seen = 0;
  for (const auto& row : all_rows()) {
    if (!asks(row, "second header")) continue;
    ++seen;
    const auto [v, h] = parse(row.bytes);
    ASSERT_EQ(v.status, Status::done) << row.id;
    const Bytes rest = Bytes(row.bytes).subspan(v.size);
    const auto [second, header] = parse(rest);
    EXPECT_EQ(second.status, Status::done) << row.id << ": what follows is the second header, whole";
    EXPECT_EQ(v.size + second.size, row.bytes_before_request()) << row.id;
    EXPECT_TRUE(h.is_local() || h.source.bytes[0] == 192) << row.id << ": the first header's source";
  }
  EXPECT_EQ(seen, 5U);
}

TEST(Catalogue, PartsArriveAsTheyWereSent) {
  for (const auto& row : all_rows()) {
    std::vector<std::uint8_t> got;
    Verdict last;
    for (const auto& part : row.parts) {
      got.insert(got.end(), part.begin(), part.end());
      const Verdict v = parse(got).verdict;
      if (last.settled()) {
        EXPECT_EQ(v, last) << row.id;
      }
      last = v;
    }
    EXPECT_EQ(last, parse(row.bytes).verdict) << row.id;
  }
}

/// Vectors of real senders, as SPEC.md spells them.
TEST(Catalogue, AddressesReadOutOfAsymmetricBytes) {
  for (const auto& row : all_rows()) {
    const Header h = parse(row.bytes).header;
    if (row.id == "V2A-01") {
      EXPECT_EQ(endpoint_text(h.source, h.source_port), "1.2.3.4:258");
      EXPECT_EQ(endpoint_text(h.destination, h.destination_port), "5.6.7.8:772");
    }
    if (row.id == "V1G-01") {
      EXPECT_EQ(endpoint_text(h.source, h.source_port), "192.0.2.10:56324");
      EXPECT_EQ(endpoint_text(h.destination, h.destination_port), "198.51.100.20:443");
    }
    if (row.id == "V2S-02") {
      EXPECT_EQ(endpoint_text(h.source, h.source_port), "[2001:db8::10]:56324");
      EXPECT_EQ(endpoint_text(h.destination, h.destination_port), "[2001:db8:1::20]:443");
    }
  }
}

TEST(Catalogue, EveryRowAtEveryPrefixAgainstAGuardPage) {
  for (const auto& row : all_rows()) EXPECT_EQ(rows::run(row.bytes), "") << row.id;
}

}  // namespace
