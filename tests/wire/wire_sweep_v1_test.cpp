// v1 lines (2.1) by enumeration against the slow model: bytes, ports, line ends, lengths.
#include "sweep.hpp"

namespace {
using namespace pp;
using sweep::check_v1;
using sweep::check_v1_cuts;
using sweep::Differences;

const std::string lines[] = {
    "PROXY TCP4 192.0.2.10 198.51.100.20 56324 443\r\n",
    "PROXY TCP4 255.255.255.255 255.255.255.255 65535 65535\r\n",
    "PROXY TCP4 0.0.0.0 0.0.0.0 0 0\r\n",
    "PROXY TCP6 2001:db8::10 2001:db8:1::20 56324 443\r\n",
    "PROXY TCP6 ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff 65535 65535\r\n",
    "PROXY TCP6 :: :: 0 0\r\n",
    "PROXY TCP6 11:22:33:44:55:66:77:88 2001:db8:33:44:55:66:77:: 10 99\r\n",
    "PROXY TCP6 ::ffff:192.0.2.1 0:0:0:0:0:ffff:198.51.100.20 56324 443\r\n",
    "PROXY UNKNOWN\r\n",
    "PROXY UNKNOWN 192.0.2.10 198.51.100.20 56324 443\r\n",
};

TEST(SweepV1, EveryByteAtEveryPosition) {
  Differences differences;
  for (const std::string& line : lines) {
    for (std::size_t at = 0; at < line.size(); ++at) {
      for (unsigned value = 0; value < 256; ++value) {
        if (at == 0 && value == 0x0d) continue;  // the other version's first byte
        std::string text = line;
        text[at] = static_cast<char>(value);
        check_v1(differences, text);
        check_v1(differences, text.substr(0, at + 1));
        check_v1_cuts(differences, text);
      }
    }
  }
}

TEST(SweepV1, EveryByteInsertedAndEveryByteMissing) {
  Differences differences;
  for (const std::string& line : lines) {
    for (std::size_t at = 1; at <= line.size(); ++at) {
      if (at < line.size()) check_v1(differences, line.substr(0, at) + line.substr(at + 1));
      for (unsigned value = 0; value < 256; ++value) {
        check_v1(differences, line.substr(0, at) + static_cast<char>(value) + line.substr(at));
        check_v1_cuts(differences, line.substr(0, at) + static_cast<char>(value) + line.substr(at));
      }
    }
  }
}

TEST(SweepV1, EveryPrefixOfEveryInterestingPair) {
  Differences differences;
  const std::string symbols = "\r\n \t:.019faxF\0";
  for (const std::string& line : lines) {
    for (std::size_t at = 1; at + 1 < line.size(); ++at) {
      for (char a : symbols) {
        for (char b : symbols) {
          std::string text = line;
          text[at] = a;
          text[at + 1] = b;
          check_v1(differences, text);
          check_v1(differences, text.substr(0, at + 2));
        }
      }
    }
  }
}

/// Every way to cut a line into up to three pieces before each of its ends, with faults planted along it.
TEST(SweepV1, ResumesTheSameFromEveryPairOfCuts) {
  Differences differences;
  const auto check = [&](const std::string& text) {
    std::vector<std::uint8_t> storage;
    const Bytes in = sweep::as_bytes(text, storage);
    const std::size_t longest = std::min<std::size_t>(in.size(), 110);
    const auto go_on = [&](const laws::Resumed& from, std::size_t n, laws::Resumed& to) {
      if (from.parsed.verdict.settled()) return false;
      to = from;
      const char* const law = to.broken_by_piece(in, n);
      differences.check(law == nullptr, [&] { return law + (": " + text); });
      return true;
    };
    laws::Resumed one, two, three;
    for (std::size_t i = 0; i <= longest; ++i) {
      if (!go_on({}, i, one)) continue;
      for (std::size_t j = i + 1; j <= longest; ++j) {
        if (!go_on(one, j, two)) break;
        for (std::size_t k = j + 1; k <= longest; ++k) {
          if (!go_on(two, k, three)) break;
        }
      }
    }
  };
  const std::string overlong = "PROXY TCP6 0000:0000:0000:0000:0000:ffff:255.255.255.255 0000:0:0:0:0:ffff:255.255.255.255 65535 1234\r\n";
  for (const std::string& line : lines) {
    check(line);
    check(line + "payload");
  }
  check(overlong);
  check(overlong.substr(0, 105) + "\r\n");
  for (const std::string fault :
       {"1::2::3", "1:2:3:4:5:6:7:8:9", "::12345", "1::.2", "::ffff:1.2.3", "::ffff:1.2.3.256", "1:2:3:4:5:6:7::8", "1.2.3.4"})
    check("PROXY TCP6 " + fault + " ::1 1 2\r\n");
  for (const std::string fault : {"1.2.3.256", "1.2.03.4", "1.2.3", "1.2.3.4.5", "1:2"}) check("PROXY TCP4 9.9.9.9 " + fault + " 1 2\r\n");
  for (const std::string fault : {"65536 1\r\n", "1 01\r\n", "1 2 \r\n", "1 2\n", "1 2\rx", "1  2\r\n", "\r\n"}) {
    check("PROXY TCP4 1.2.3.4 5.6.7.8 " + fault);
    check("PROXY TCP6 ::1 1::ffff " + fault);
  }
  for (const std::string text : {"PROXY UNKNOWN\n", "PROXY UNKNOWN\rx", "PROXY UNKNOWNS\r\n", "PROXY UNKNOWN \r\r\r\n", "PROXY UNKNOWM\r\n",
                                 "PROXY TCP5 ", "PROXY  TCP4", "PRoXY"})
    check(text);
}

TEST(SweepV1, EveryPortOfOneToSixDigits) {
  Differences differences;
  for (const std::string front : {"PROXY TCP4 1.2.3.4 5.6.7.8 ", "PROXY TCP6 ::1 ::2 "}) {
    for (std::size_t digits = 1, end = 10; digits <= 6; ++digits, end *= 10) {
      for (std::size_t value = 0; value < end; ++value) {
        std::string text(digits, '0');
        for (std::size_t i = digits, rest = value; i > 0; --i, rest /= 10) text[i - 1] = static_cast<char>('0' + rest % 10);
        const bool valid = value <= 65535 && (digits == 1 || text[0] != '0');
        for (const bool source : {true, false}) {
          const std::string line = front + (source ? text + " 443\r\n" : "443 " + text + "\r\n");
          static std::vector<std::uint8_t> storage;
          const auto [v, h] = parse(sweep::as_bytes(line, storage));
          const std::size_t said = source ? h.source_port : h.destination_port;
          const std::size_t offset = source ? front.size() : front.size() + 4;
          differences.check(valid ? v.status == Status::done && said == value : v.status == Status::malformed && v.offset == offset,
                            [&] { return line; });
        }
      }
    }
  }
}

TEST(SweepV1, EveryPairOfLineEndBytesIn108) {
  Differences differences;
  const std::string unknown = "PROXY UNKNOWN " + std::string(94, 'x');
  const std::string tcp6 = lines[4] + "1234";
  ASSERT_EQ(unknown.size(), 108U);
  ASSERT_EQ(tcp6.size(), 108U);
  for (const std::string& base : {unknown, tcp6}) {
    for (std::size_t i = 5; i < 108; ++i) {
      for (std::size_t k = i; k < 108; ++k) {
        for (const std::string pair : {"\r\n", "\n\r", "\r\r", "\n\n"}) {
          std::string text = base;
          text[i] = pair[0];
          text[k] = pair[1];
          check_v1(differences, text);
          check_v1(differences, text.substr(0, k + 1));
        }
      }
    }
  }
}

TEST(SweepV1, ThirdLineEndByteBesideCrlf) {
  Differences differences;
  const std::string base = "PROXY UNKNOWN " + std::string(94, 'x');
  for (std::size_t crlf = 13; crlf + 1 < 108; ++crlf) {
    for (std::size_t at = 13; at < 108; ++at) {
      for (char c : {'\r', '\n', ' ', '\0'}) {
        std::string text = base;
        text[crlf] = '\r';
        text[crlf + 1] = '\n';
        text[at] = c;
        check_v1(differences, text);
      }
    }
  }
}

TEST(SweepV1, LineLengths0To300) {
  Differences differences;
  const std::string tail = std::string(300, '1');
  for (const std::string front :
       {"PROXY UNKNOWN", "PROXY UNKNOWN ", "PROXY TCP4 ", "PROXY TCP6 ", "PROXY TCP6 ::ffff:1.2.3.4 ", "PROXY "}) {
    for (std::size_t length = front.size(); length <= 300; ++length) {
      const std::string line = front + tail.substr(0, length - front.size());
      check_v1(differences, line);
      check_v1(differences, line + "\r");
      check_v1(differences, line + "\r\n");
      check_v1(differences, line + "\r\nGET / HTTP/1.1\r\n");
    }
  }
  for (const std::string& line : lines) {
    for (std::size_t n = 0; n <= line.size(); ++n) check_v1(differences, line.substr(0, n));
    for (std::size_t junk = 0; junk <= 200; ++junk) check_v1(differences, line + std::string(junk, 'P'));
  }
}

/// Two mapped addresses with dotted tails can pass 107 bytes in all, which stays the limit.
TEST(SweepV1, MappedAddressesUpToAndOverTheLimit) {
  Differences differences;
  for (const std::string a : {"::ffff:255.255.255.255", "0000:0000:0000:0000:0000:ffff:255.255.255.255", "0:0:0:0:0:ffff:1.2.3.4"}) {
    for (const std::string b : {"::ffff:255.255.255.255", "0000:0000:0000:0000:0000:ffff:255.255.255.255", "0000:0:0:0:0:ffff:1.2.3.44"}) {
      for (const std::string ports : {" 1 1", " 10 1", " 100 10", " 1000 100", " 65535 65535", " 65535 1"}) {
        const std::string line = "PROXY TCP6 " + a + " " + b + ports + "\r\n";
        for (std::size_t n = 5; n <= line.size(); ++n) check_v1(differences, line.substr(0, n));
        check_v1(differences, line + "x");
      }
    }
  }
}

}  // namespace
