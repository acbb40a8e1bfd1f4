// Profiles: what is written is read back, a profile predicts what it was made from, and what it was not made from as often as is
// promised (held-out fifths of the cases, with no help from measured limits).
#include "pp/judge/profile.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <sstream>
#include <stdexcept>

#include "pp/base/hex.hpp"
#include "pp/forge/catalogue.hpp"

namespace {
using namespace pp;
using judge::Fate;
using judge::Measured;
using judge::Profile;
using judge::Sure;

std::vector<std::string> files() {
  std::vector<std::string> out;
  for (const auto& entry : std::filesystem::directory_iterator(PP_SOURCE_DIR "/profiles")) {
    if (entry.path().extension() == ".tsv") out.push_back(entry.path().string());
  }
  std::sort(out.begin(), out.end());
  return out;
}

std::string content(const std::string& path) {
  std::ifstream file(path);
  std::ostringstream out;
  out << file.rdbuf();
  return out.str();
}

/// Sent whole, with the request behind it: the bytes alone say what is asked.
bool is_plain(const forge::Case& c) { return c.plan.at == 0 && !c.plan.each_byte && !c.plan.large && c.plan.then == forge::Then::payload; }
bool is_in_pieces(const forge::Case& c) {
  return (c.plan.each_byte || (c.plan.at != 0 && c.plan.at < encode(c.draft).size())) && c.plan.then == forge::Then::payload;
}

TEST(Profile, TheTableIsTheFiles) {
  const auto& compiled = judge::measured_receivers();
  const auto paths = files();
  ASSERT_EQ(compiled.size(), paths.size());
  ASSERT_GE(paths.size(), 9U);
  for (std::size_t i = 0; i < paths.size(); ++i) EXPECT_EQ(judge::profile_text(compiled[i]), content(paths[i])) << paths[i];
}

TEST(Profile, PredictsWhatItWasMadeFrom) {
  for (const Profile& profile : judge::measured_receivers()) {
    std::size_t seen = 0;
    for (const auto& [id, fate] : profile.cases) {
      const auto c = forge::find_case(id);
      ASSERT_TRUE(c) << id;
      if (!is_plain(*c) || c->asks == forge::Asks::second_header) continue;
      const std::vector<std::uint8_t> bytes = encode(c->draft);
      if (bytes.empty()) continue;
      ++seen;
      const judge::Prediction p = judge::predict(profile, bytes);
      EXPECT_EQ(name(p.sure), "measured") << profile.title() << ' ' << id;
      EXPECT_EQ(name(p.fate), name(fate)) << profile.title() << ' ' << id;
      // What follows a header does not count.
      std::vector<std::uint8_t> with_request = bytes;
      with_request.insert(with_request.end(), forge::request.begin(), forge::request.end());
      EXPECT_EQ(name(judge::predict(profile, with_request).fate), name(fate)) << profile.title() << ' ' << id << " with a request";
    }
    EXPECT_GT(seen, 100U) << profile.title();
  }
}

TEST(Profile, FiveFold) {
  std::size_t right = 0, made = 0, all = 0;
  for (const Profile& whole : judge::measured_receivers()) {
    for (std::size_t fold = 0; fold < 5; ++fold) {
      std::vector<Measured> rest, held_out;
      std::size_t i = 0;
      for (const auto& [id, fate] : whole.cases) (i++ % 5 == fold ? held_out : rest).push_back({id, fate});
      Profile partial;
      partial.v1 = whole.v1;
      partial.v2 = whole.v2;
      judge::derive(partial, rest);
      for (const Measured& m : held_out) {
        const auto c = forge::find_case(m.id);
        const std::vector<std::uint8_t> bytes = encode(c->draft);
        if (bytes.empty() || c->asks == forge::Asks::second_header || !(is_plain(*c) || is_in_pieces(*c))) continue;
        ++all;
        const judge::Prediction p = judge::predict(partial, bytes, is_in_pieces(*c));
        if (p.sure == Sure::unknown) continue;
        ++made;
        if (p.fate == m.fate) ++right;
      }
    }
  }
  const double accuracy = 100.0 * static_cast<double>(right) / static_cast<double>(made);
  const double unknown = 100.0 * static_cast<double>(all - made) / static_cast<double>(all);
  std::cout << "five-fold: " << accuracy << " % right of " << made << ", " << unknown << " % unknown\n";
  EXPECT_GE(accuracy, 88.0);
  EXPECT_LE(unknown, 8.0);
}

/// A profile of three cases, so that each step of the way is seen alone.
Profile small() {
  Profile p;
  p.receiver = "x";
  p.version = "1";
  p.date = "2026-12-01";
  p.tool = "0.2.0";
  p.v2 = true;
  p.limits["v2"] = 100;
  const Measured measured[] = {{"v2/good/tcp4", Fate::taken},
                               {"v2/family/4", Fate::taken_real},
                               {"v2/tlv/overrun", Fate::refused},
                               {"v2/delivery/inside-length", Fate::refused}};
  judge::derive(p, measured);
  return p;
}

TEST(Profile, StepByStep) {
  struct Row {
    const char *what, *hex;
    bool pieces;
    Fate fate;
    Sure sure;
  };
  constexpr Row rows[] = {
      {"the case itself", "0d0a0d0a000d0a515549540a2111000cc000020ac6336414dc0401bb", false, Fate::taken, Sure::measured},
      {"another address", "0d0a0d0a000d0a515549540a2111000cc0000201c6336414dc0401bb", false, Fate::taken, Sure::likely},
      {"in pieces", "0d0a0d0a000d0a515549540a2111000cc000020ac6336414dc0401bb", true, Fate::refused, Sure::likely},
      {"another family of that fault", "0d0a0d0a000d0a515549540a2171000cc000020ac6336414dc0401bb", false, Fate::taken_real, Sure::likely},
      {"version 1", "50524f585920554e4b4e4f574e0d0a", false, Fate::refused, Sure::likely},
      {"nothing of the kind", "474554202f20", false, Fate::mixed, Sure::unknown},
  };
  const Profile p = small();
  for (const Row& row : rows) {
    const judge::Prediction told = judge::predict(p, *from_hex(row.hex), row.pieces);
    EXPECT_EQ(name(told.sure), name(row.sure)) << row.what;
    EXPECT_EQ(name(told.fate), name(row.fate)) << row.what;
  }
  const auto long_one = forge::find_case("v2/length/255");
  EXPECT_EQ(judge::predict(p, encode(long_one->draft)).fate, Fate::refused);
}

TEST(Profile, RefusesWhatItCannotRead) {
  EXPECT_EQ(judge::profile_text(judge::parse_profile(judge::profile_text(small()))), judge::profile_text(small()));
  for (const char* text : {"", "x\n", "# pp.profile/1\tx\n", "# pp.profile/1\tx\t1\t2026-12-01\tconform 1\t-\nnonsense\n",
                           "# pp.profile/1\tx\t1\t2026-12-01\tconform 1\t-\nlimit\tv2\tmany\n"}) {
    EXPECT_THROW(judge::parse_profile(text), std::runtime_error) << text;
  }
}

}  // namespace
