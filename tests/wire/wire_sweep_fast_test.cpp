// The fast way through v1 lines against the exact scanner: delimiter masks, and address and port texts in whole lines.
#include "sweep.hpp"

namespace {
using namespace pp;
using sweep::Differences;

/// In a block of exactly its size, so that a read past the line is seen.
void check_line(Differences& differences, const std::string& line) {
  const std::vector<std::uint8_t> bytes(line.begin(), line.end());
  const Parsed fast = parse_v1(bytes);
  differences.check(laws::same(fast, parse_v1_exact(bytes)), [&] { return line; });
}

TEST(SweepFast, TakesEveryValidLineWithoutDottedTails) {
  for (const std::string line :
       {"PROXY TCP4 0.0.0.0 0.0.0.0 0 0\r\n", "PROXY TCP4 255.255.255.255 255.255.255.255 65535 65535\r\n", "PROXY TCP6 :: :: 0 0\r\n",
        "PROXY TCP6 ::1 1:: 10 9\r\n", "PROXY TCP6 1:2:3:4:5:6:7:8 1:2:3::5:6:7:8 65535 1\r\n",
        "PROXY TCP6 1::2:3:4:5:6:7 1:2:3:4:5:6:7:: 1 1\r\n", "PROXY TCP6 ::2:3:4:5:6:7:8 0:0:0:0:0:0:0:0 1 1\r\n"}) {
    for (const std::string rest : {"", "x", "GET / HTTP/1.1\r\n\r\n and a payload that is longer than every window"}) {
      const std::string text = line + rest;
      const std::vector<std::uint8_t> bytes(text.begin(), text.end());
      Parsed r;
      EXPECT_EQ(v1_fast::find(bytes, r).size, line.size()) << text;
      EXPECT_EQ(r.verdict.size, line.size()) << text;
    }
  }
}

TEST(SweepFast, DelimiterMasksAreThoseOfSingleBytes) {
  Differences differences;
  std::uint32_t seed = 20261123;
  for (int round = 0; round < 20000; ++round) {
    std::vector<std::uint8_t> bytes(16 + static_cast<std::size_t>(round % 100));
    for (auto& b : bytes) {
      seed = seed * 1664525U + 1013904223U;
      const char near[] = "/:0;9.\r ~";
      b = seed >> 31 != 0 ? static_cast<std::uint8_t>(near[(seed >> 16) % 9]) : static_cast<std::uint8_t>(seed >> 16);
    }
    const std::size_t from = static_cast<std::size_t>(seed >> 8) % bytes.size();
    std::uint64_t expected = 0, either = 0;
    for (std::size_t i = 0; i < 48 && from + i < bytes.size(); ++i) {
      // Bytes above 127 may count as delimiters or not: no field takes them.
      if (bytes[from + i] >= 0x80) either |= std::uint64_t{1} << i;
      if (bytes[from + i] < '0') expected |= std::uint64_t{1} << i;
    }
    for (const std::uint64_t mask : {v1_fast::delimiters(bytes, from, 48), v1_fast::delimiters_portable(bytes, from, 48)}) {
      differences.check((mask & ~either) == expected, [&] { return to_hex(bytes); });
    }
  }
}

TEST(SweepFast, Ipv4TextsInLines) {
  Differences differences;
  sweep::each_text("012569. ", 6,
                   [&](const std::string& text) { check_line(differences, "PROXY TCP4 1.2." + text + " 255.1.10.99 443 65535\r\n"); });
  for (unsigned value = 0; value < 1100; ++value) {
    for (const std::string zeros : {"", "0", "00"}) {
      const std::string octet = zeros + std::to_string(value);
      for (int at = 0; at < 8; ++at) {
        std::string line = "PROXY TCP4 ";
        for (int i = 0; i < 8; ++i) line += (i == at ? octet : "7") + (i % 4 == 3 ? " " : ".");
        check_line(differences, line + "1 2\r\n");
      }
    }
  }
}

TEST(SweepFast, Ipv6TextsInLines) {
  Differences differences;
  sweep::each_text(":1aF.0", 7, [&](const std::string& text) {
    check_line(differences, "PROXY TCP6 " + text + " ::1 443 65535\r\n");
    check_line(differences, "PROXY TCP6 1:2:3:4:5:6" + text + " 1:2" + text + " 1 2\r\n");
  });
}

/// Behind addresses that are right, whatever follows: the scanner begins there when the fast way has given up.
TEST(SweepFast, EveryEndBehindGoodAddresses) {
  Differences differences;
  const std::string payload(100, 'x');
  sweep::each_text(" 06x\r\n", 6, [&](const std::string& text) {
    for (const std::string front : {"PROXY TCP4 1.2.3.4 5.6.7.8", "PROXY TCP6 ::1 2001:db8::2"}) {
      check_line(differences, front + text);
      check_line(differences, front + " 443 1" + text + payload);
    }
  });
}

TEST(SweepFast, FieldsOfUpToThirtyCharacters) {
  Differences differences;
  for (const std::string front : {"PROXY TCP4 1.2.3.4 5.6.7.8 ", "PROXY TCP6 ::1 ::2 "}) {
    for (const char first : {'0', '1', '6', '9'}) {
      for (const char other : {'0', '5', '9'}) {
        for (std::size_t digits = 0; digits <= 30; ++digits) {
          std::string field(digits, other);
          if (digits > 0) field[0] = first;
          check_line(differences, front + field + " 443\r\n");
          check_line(differences, front + "443 " + field + "\r\n");
          check_line(differences, "PROXY TCP4 " + field + ".2.3.4 5.6.7.8 1 2\r\n");
          check_line(differences, "PROXY TCP4 1.2.3." + field + " 5.6.7.8 1 2\r\n");
          check_line(differences, "PROXY TCP6 1:" + field + ":: ::" + field + " 1 2\r\n");
        }
      }
    }
  }
}

TEST(SweepFast, EveryByteInEveryFieldOfBothFamilies) {
  Differences differences;
  for (const std::string line : {"PROXY TCP4 192.0.2.10 8.51.100.200 5 65535\r\n", "PROXY TCP4 1.2.3.4 255.255.255.255 65535 0\r\nGET /",
                                 "PROXY TCP6 2001:db8::10 2001:db8:1:2:3:4:5:20 56324 443\r\n", "PROXY TCP6 1::aBcD ::f 10 9\r\nPRI *"}) {
    for (std::size_t at = 1; at < line.size(); ++at) {
      for (unsigned a = 0; a < 256; ++a) {
        std::string text = line;
        text[at] = static_cast<char>(a);
        check_line(differences, text);
        if (at + 1 == line.size()) continue;
        for (const char b : {' ', '.', ':', '\r', '\n', '0', '1', '9', 'f', ',', '-', '/', '\xd1', '\xae'}) {
          text[at + 1] = b;
          check_line(differences, text);
        }
      }
    }
  }
}

}  // namespace
