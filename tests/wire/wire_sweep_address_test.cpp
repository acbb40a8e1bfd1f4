// Address texts (2.1) by enumeration against inet_pton, with its documented differences, and against the slow model.
#include <arpa/inet.h>

#include "pp/base/ip_text.hpp"
#include "sweep.hpp"

namespace {
using namespace pp;
using sweep::Differences;

struct Ours {
  bool accepted = false;
  IpAddress value;
};

Ours ours(const std::string& text, bool v6) {
  std::uint8_t bytes[64];
  for (std::size_t i = 0; i < text.size(); ++i) bytes[i] = static_cast<std::uint8_t>(text[i]);
  const Bytes in(bytes, text.size());
  const auto read = v6 ? read_ipv6(in) : read_ipv4(in);
  return {read.complete() && read.used == in.size(), read.value};
}

/// inet_pton for texts without NUL (it would stop there).
Ours theirs(const std::string& text, bool v6) {
  Ours r;
  r.accepted = inet_pton(v6 ? AF_INET6 : AF_INET, text.c_str(), r.value.bytes.data()) == 1;
  r.value.size = v6 ? 16 : 4;
  return r;
}

void same(Differences& differences, const std::string& text, const Ours& a, const Ours& b) {
  differences.check(a.accepted == b.accepted && (!a.accepted || a.value == b.value), [&] {
    return "\"" + text + "\": ours " + (a.accepted ? to_string(a.value) : "rejects") + ", theirs " +
           (b.accepted ? to_string(b.value) : "rejects");
  });
}

TEST(SweepIpv4, NineSymbolsSevenCharacters) {
  Differences differences;
  std::size_t accepted = 0;
  for (const std::string front : {"", "1.2."}) {
    sweep::each_text("01256.9 a", 7, [&](const std::string& text) {
      const std::string whole = front + text;
      const Ours mine = ours(whole, false);
      accepted += mine.accepted ? 1 : 0;
      same(differences, whole, mine, theirs(whole, false));
    });
  }
  EXPECT_GT(accepted, 5U * 5 * 5 * 5);
}

/// Without a dot the two agree everywhere; a dotted tail is taken behind ::ffff: only, where inet_pton takes any.
TEST(SweepIpv6, SixSymbolsNineCharacters) {
  Differences differences;
  sweep::each_text(":01f.g", 9, [&](const std::string& text) {
    const Ours mine = ours(text, true);
    if (text.find('.') == std::string::npos) return same(differences, text, mine, theirs(text, true));
    differences.check(!mine.accepted, [&] { return "\"" + text + "\": a dotted tail in nine characters"; });
  });
}

TEST(SweepIpv6, DottedTailsBehindMappedPrefixes) {
  Differences differences;
  for (const std::string front : {"::ffff:", "0::FFFF:", "::0:ffff:", "0:0:0:0:0:ffff:", "0:0:0:0::ffff:"}) {
    sweep::each_text("0125.:", 7, [&](const std::string& text) {
      const std::string whole = front + text;
      same(differences, whole, ours(whole, true), theirs(whole, true));
    });
  }
}

TEST(SweepIpv6, DottedTailsBehindAnythingElse) {
  Differences differences;
  sweep::each_text(":0f1", 8, [&](const std::string& text) {
    const std::string whole = text + ":1.2.3.4";
    const auto model = slow::ipv6(whole);
    Ours expected{model.has_value(), {}};
    if (model) {
      std::copy(model->begin(), model->end(), expected.value.bytes.begin());
      expected.value.size = 16;
    }
    same(differences, whole, ours(whole, true), expected);
  });
}

/// All zero patterns of eight groups with each span of them written as "::", in 1 to 4 digits.
TEST(SweepIpv6, LongForms) {
  Differences differences;
  const auto group = [](bool zero, std::size_t i, std::size_t digits) {
    const std::string text = "9aBc";
    std::string out = zero ? std::string(digits, '0') : text.substr(0, digits);
    if (!zero) out[digits - 1] = "12345678"[i];
    return out;
  };
  const auto check = [&](const std::string& text) { same(differences, text, ours(text, true), theirs(text, true)); };
  for (unsigned pattern = 0; pattern < 256; ++pattern) {
    for (std::size_t digits = 1; digits <= 4; ++digits) {
      const auto text = [&](std::size_t from, std::size_t to, std::size_t skip_from, std::size_t skip_to) {
        std::string out;
        for (std::size_t i = from; i < to; ++i) {
          if (i == skip_from) out += "::";
          if (i >= skip_from && i < skip_to) continue;
          if (!out.empty() && out.back() != ':') out += ':';
          out += group((pattern >> i & 1U) != 0, i, digits);
        }
        return out;
      };
      check(text(0, 8, 9, 9));
      check(text(0, 7, 9, 9));
      check(text(0, 8, 9, 9) + ":1");
      check(text(0, 8, 9, 9) + ":");
      check(text(0, 8, 9, 9) + "::");
      check("::" + text(0, 8, 9, 9));
      for (std::size_t from = 0; from < 8; ++from) {
        check(text(0, 8, from, from));  // "::" for no group at all
        for (std::size_t to = from + 1; to <= 8; ++to) {
          const std::string compressed = text(0, 8, from, to);
          check(compressed);
          check(compressed + ":1");
          check(compressed + "::");
          check("1:" + compressed);
        }
      }
    }
  }
}

}  // namespace
