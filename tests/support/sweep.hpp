// What the exhaustive sweeps share: a cap on reported differences, and the comparison with the slow model.
#pragma once

#include <gtest/gtest.h>

#include <string>

#include "parse_laws.hpp"
#include "pp/base/hex.hpp"
#include "pp/wire/parse.hpp"
#include "slow_model.hpp"

namespace sweep {

/// Reports the first few differences in full and counts the others, so that one slip does not print millions of lines.
class Differences {
 public:
  ~Differences() { EXPECT_EQ(count_, 0U) << "differences in all"; }
  template <class Text>
  void check(bool equal, const Text& text) {
    if (equal) return;
    if (++count_ <= 5) ADD_FAILURE() << text();
  }

 private:
  std::size_t count_ = 0;
};

inline bool same_address(const pp::IpAddress& a, const std::vector<std::uint8_t>& b) {
  return a.size == b.size() && std::equal(b.begin(), b.end(), a.bytes.begin());
}

/// Status always; size exactly when done, and never more than what suffices when more is needed.
inline bool agrees(const pp::Parsed& p, const slow::Opinion& o) {
  const pp::Verdict& v = p.verdict;
  if (v.status != o.status) return false;
  switch (v.status) {
    case pp::Status::done:
      return v.size == o.size && p.header.bytes.size() == o.size && same_address(p.header.source, o.source) &&
             same_address(p.header.destination, o.destination) && p.header.source_port == o.source_port &&
             p.header.destination_port == o.destination_port;
    case pp::Status::need_more: return v.size >= 1 && v.size <= o.size;
    case pp::Status::missing: return v.fault == pp::Fault::not_proxy && v.offset == o.offset;
    default: return o.code.empty() || (pp::info(v.fault).code == o.code && v.offset == o.offset);
  }
}

inline std::string describe(pp::Bytes in, const pp::Verdict& v, const slow::Opinion& o) {
  return pp::to_hex(in.first(in.size() < 130 ? in.size() : 130)) + ": parser status " + std::to_string(static_cast<int>(v.status)) + " " +
         std::string(pp::info(v.fault).code) + " size " + std::to_string(v.size) + " offset " + std::to_string(v.offset) +
         ", model status " + std::to_string(static_cast<int>(o.status)) + " size " + std::to_string(o.size);
}

inline pp::Bytes as_bytes(const std::string& text, std::vector<std::uint8_t>& storage) {
  storage.assign(text.begin(), text.end());
  return storage;
}

/// One v1 text against the model.
inline void check_v1(Differences& differences, const std::string& text) {
  thread_local std::vector<std::uint8_t> storage;
  const pp::Bytes in = as_bytes(text, storage);
  const pp::Parsed p = pp::parse(in);
  const slow::Opinion o = slow::v1(text);
  differences.check(agrees(p, o), [&] { return describe(in, p.verdict, o); });
  // The exact scanner judges the fast one.
  differences.check(in.empty() || in[0] != 'P' || laws::same(p, pp::parse_v1_exact(in)),
                    [&] { return "fast: " + describe(in, p.verdict, o); });
}

/// And at every cut: what settles early says what the whole says.
inline void check_v1_cuts(Differences& differences, const std::string& text) {
  thread_local std::vector<std::uint8_t> storage;
  const char* const law = laws::broken_by_cuts(as_bytes(text, storage));
  differences.check(law == nullptr, [&] { return law + (": " + text); });
}

/// Calls f(text) for every text over `alphabet` of at most `longest` characters.
template <class F>
void each_text(std::string_view alphabet, std::size_t longest, const F& f) {
  std::string text;
  std::vector<std::size_t> digit;
  while (true) {
    f(text);
    std::size_t i = digit.size();
    while (i > 0 && digit[i - 1] + 1 == alphabet.size()) {
      digit[i - 1] = 0;
      text[i - 1] = alphabet[0];
      --i;
    }
    if (i > 0) {
      text[i - 1] = alphabet[++digit[i - 1]];
    } else {
      if (digit.size() == longest) return;
      digit.push_back(0);
      text.push_back(alphabet[0]);
    }
  }
}

}  // namespace sweep
