// Files that are named instead of read: their first bytes as the programs that write them put them, and what is said of them.
#include "pp/source/foreign_formats.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "pp/source/text_input.hpp"

namespace {

using pp::Bytes;
using pp::source::detect;
using pp::source::look_for_foreign_format;

std::vector<std::uint8_t> unhex(std::string_view text) {
  std::vector<std::uint8_t> out;
  for (std::size_t i = 0; i + 1 < text.size(); i += 2) {
    out.push_back(static_cast<std::uint8_t>(std::stoul(std::string(text.substr(i, 2)), nullptr, 16)));
  }
  return out;
}

struct Row {
  std::string_view title;
  std::string_view hex;      // as far as it decides
  std::string_view program;  // that the remedy names
};

// Made with xz, bzip2, lz4, zip, tar and editcap 4.0, or as their formats are documented.
const Row rows[] = {
    {"xz data", "fd377a585a00", "xz -dc"},
    {"bzip2 data", "425a6839314159265359", "bzip2 -dc"},
    {"bzip2 data", "425a6831314159265359", "bzip2 -dc"},
    {"lz4 data", "04224d18", "lz4 -dc"},
    {"lz4 data", "02214c18", "lz4 -dc"},
    {"lzip data", "4c5a4950", "lzip -dc"},
    {"lzop data", "894c5a4f000d0a1a0a", "lzop -dc"},
    {"lzma data", "5d00008000", "xz --format=lzma"},
    {"data of compress", "1f9d", "gzip -dc"},
    {"a zip archive", "504b0304", "unzip -p"},
    {"a 7z archive", "377abcaf271c", "7z x"},
    {"a RAR archive", "526172211a07", "unrar"},
    {"a Network Monitor 1 capture", "52545353", "editcap"},
    {"a Network Monitor 2 capture", "474d4255", "editcap"},
    {"a Sniffer capture",
     "5452534e49464620646174612020202"
     "01a",
     "editcap"},
    {"a NetXray capture", "58435000", "editcap"},
    {"a LANalyzer capture", "01104c000105", "editcap"},
    {"an nettl trace of HP-UX", "5452006400", "editcap"},
    {"an Observer capture", "4f62736572766572506b7442756666657256657273696f6e3d", "editcap"},
    {"a 5Views capture", "aaaaaaaa", "editcap"},
    {"a Visual Networks capture", "05564e46", "editcap"},
    {"an iptrace capture of AIX", "6970747261636520322e30", "editcap"},
    {"a RADCOM capture", "42d2003412662288", "editcap"},
    {"a tagged Peek capture", "7f766572", "editcap"},
    {"a CommView capture", "4a004a0000ea070b17062002339e0500", "editcap"},
    {"a CommView capture", "4a000000ea070b17062002339e0500", "editcap"},
    {"a K12 text capture", "2b2d2d2d2d2d2d2d2d2d2b2d2d2d2d2d2d2d2d2d2d2d2d2d2d2d2b2d2d2d2d2d2d2d2d2d2d2b", "editcap"},
};

TEST(ForeignFormats, AreNamedWithWhatHelps) {
  for (const Row& row : rows) {
    SCOPED_TRACE(row.title);
    const auto bytes = unhex(row.hex);
    for (std::size_t n = 1; n < bytes.size(); ++n) {
      const auto early = look_for_foreign_format(Bytes(bytes).first(n));
      EXPECT_EQ(early.format, nullptr) << n;
    }
    const auto look = look_for_foreign_format(bytes);
    ASSERT_NE(look.format, nullptr);
    EXPECT_EQ(look.format->title, row.title);
    EXPECT_NE(look.format->remedy.find(row.program), std::string_view::npos) << look.format->remedy;
    // More of the file changes nothing.
    auto longer = bytes;
    longer.resize(600, 0x20);
    const auto detection = detect(longer);
    ASSERT_NE(detection.foreign, nullptr);
    EXPECT_EQ(detection.foreign->title, row.title);
    EXPECT_TRUE(detection.settled);
  }
}

TEST(ForeignFormats, ByBytesThatAreFurtherIn) {
  std::vector<std::uint8_t> tar(512, 0);
  const std::string_view name = "v1.pcap";
  const std::string_view magic = "ustar  ";
  std::copy(name.begin(), name.end(), tar.begin());
  std::copy(magic.begin(), magic.end(), tar.begin() + 257);
  ASSERT_NE(look_for_foreign_format(tar).format, nullptr);
  EXPECT_EQ(look_for_foreign_format(tar).format->title, "a tar archive");

  // The buffer's size, 72 bytes of its header in all, then a system event: version 2, 64 bits, the marker.
  std::vector<std::uint8_t> etl(200, 0);
  etl[1] = 0x10;
  etl[72] = 2;
  etl[74] = 2;
  etl[75] = 0xc0;
  ASSERT_NE(look_for_foreign_format(etl).format, nullptr);
  EXPECT_EQ(look_for_foreign_format(etl).format->title, "a Windows event trace (ETL)");
  etl[75] = 0;
  EXPECT_EQ(look_for_foreign_format(etl).format, nullptr);

  const auto nstrace = unhex(
      "0105480000004e65745363616c657220563230"
      "20506572666f726d616e6365204461746100");
  ASSERT_NE(look_for_foreign_format(nstrace).format, nullptr);
  EXPECT_EQ(look_for_foreign_format(nstrace).format->title, "a NetScaler trace");
}

TEST(ForeignFormats, HeadersAndCapturesAreNone) {
  for (const std::string_view hex :
       {"50524f5859205443503420", "0d0a0d0a000d0a515549540a2111000c", "d4c3b2a102000400", "1f8b0800", "28b52ffd",
        "474554202f20485454502f312e310d0a", "1603010200010001fc0303", "736e6f6f7000000000000002"}) {
    const auto bytes = unhex(hex);
    EXPECT_EQ(look_for_foreign_format(bytes).format, nullptr) << hex;
    EXPECT_FALSE(look_for_foreign_format(bytes).need_more) << hex;
  }
}

}  // namespace
