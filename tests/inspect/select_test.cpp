// --tlv and its like: which records a selection matches.
#include "pp/inspect/select.hpp"

#include <gtest/gtest.h>

#include <string_view>
#include <vector>

#include "pp/base/hex.hpp"
#include "pp/inspect/inspect.hpp"

namespace {
using namespace pp;

/// UNIQUE_ID 00ff61, AUTHORITY "www", and in SSL a CN "cn".
constexpr std::string_view header =
    "0d0a0d0a000d0a515549540a"
    "2111"
    "0028"
    "c000020a"
    "c6336414"
    "dc04"
    "01bb"
    "050003"
    "00ff61"
    "020003"
    "777777"
    "20000a"
    "0100000000"
    "220002"
    "636e"
    "040000";

bool selected(std::string_view words) {
  inspect::Selection selection;
  const auto selector = inspect::parse_tlv_selector(words);
  if (!selector) return false;
  selection.tlvs.push_back(*selector);
  bool out = false;
  inspect::Inspector inspector({}, [&](const inspect::Record& record) {
    EXPECT_TRUE(record.complete);
    out = selection.matches(record);
  });
  const std::vector<std::uint8_t> bytes = *from_hex(header);
  inspect::Chunk chunk;
  chunk.bytes = bytes;
  inspector.flow(chunk);
  return out;
}

TEST(Select, ATlvByNameTextOrHex) {
  struct Row {
    std::string_view words;
    bool matches;
  };
  constexpr Row rows[] = {
      {"UNIQUE_ID", true},
      {"unique_id", true},
      {"0x05", true},
      {"ALPN", false},
      {"UNIQUE_ID=00ff61", true},
      {"UNIQUE_ID=00FF61", true},
      {"0x05=00ff61", true},
      {"UNIQUE_ID=00ff62", false},
      {"UNIQUE_ID=00ff", false},
      {"UNIQUE_ID=00ff6100", false},
      {"AUTHORITY=www", true},
      {"AUTHORITY=777777", true},
      {"AUTHORITY=WWW", false},
      {"SSL_CN=cn", true},
      {"SSL_CN=636E", true},
      {"SSL_CN=636f", false},
      {"NOOP=", true},
  };
  for (const Row& row : rows) EXPECT_EQ(selected(row.words), row.matches) << row.words;
}

}  // namespace
