// The library against tests/data/golden.tsv, which an independent judge wrote (tests/support/reference.py): status, sizes, and every
// finding with its place, for the catalogue and some 1,500 headers of that judge's own.
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "pp/base/hex.hpp"
#include "pp/explain/finding_text.hpp"
#include "pp/lint/lint.hpp"
#include "pp/wire/parse.hpp"
#include "row_runner.hpp"

namespace {
using namespace pp;

struct Golden {
  std::string hex, status, findings;
  std::vector<std::uint8_t> bytes;
  std::size_t size = 0;
};

const std::vector<Golden>& goldens() {
  static const std::vector<Golden> all = [] {
    std::vector<Golden> out;
    std::ifstream file(PP_SOURCE_DIR "/tests/data/golden.tsv");
    for (std::string line; std::getline(file, line);) {
      if (line.empty() || line[0] == '#') continue;
      Golden g;
      std::string size;
      std::istringstream columns(line);
      std::getline(columns, g.hex, '\t');
      std::getline(columns, g.status, '\t');
      std::getline(columns, size, '\t');
      std::getline(columns, g.findings, '\t');
      g.size = std::stoul(size);
      g.bytes = *from_hex(g.hex == "-" ? "" : g.hex);
      out.push_back(std::move(g));
    }
    return out;
  }();
  return all;
}

std::string name(Status status) {
  switch (status) {
    case Status::need_more: return "need-more";
    case Status::done: return "done";
    case Status::malformed: return "malformed";
    case Status::missing: return "missing";
    case Status::truncated: return "truncated";
  }
  return "";
}

/// Our findings in the file's spelling. A v1 fault is right when it covers the byte that the judge places.
std::string spelled(const Golden& g, const Parsed& p) {
  std::vector<lint::Finding> findings;
  lint::lint(p, g.bytes, findings);
  if (p.verdict.status == Status::malformed && p.header.version == 1 && g.findings.rfind("?@", 0) == 0) {
    const std::size_t first = std::stoul(g.findings.substr(2));
    EXPECT_EQ(findings.size(), 1U);
    const lint::Finding& f = findings.at(0);
    return f.offset <= first && first < f.offset + f.length ? g.findings : std::string(f.code.name()) + "@" + std::to_string(f.offset);
  }
  std::sort(findings.begin(), findings.end(), [](const lint::Finding& a, const lint::Finding& b) {
    return a.offset != b.offset ? a.offset < b.offset : a.code.name() < b.code.name();
  });
  std::string out;
  for (const lint::Finding& f : findings) out += (out.empty() ? "" : " ") + std::string(f.code.name()) + "@" + std::to_string(f.offset);
  return out.empty() ? "-" : out;
}

TEST(Golden, IsThere) { EXPECT_GT(goldens().size(), 1500U); }

TEST(Golden, StatusAndSize) {
  for (const Golden& g : goldens()) {
    const Verdict v = parse(g.bytes).verdict;
    EXPECT_EQ(name(at_end(v).status), g.status) << g.hex;
    if (g.status == "done" || (g.status == "truncated" && g.size > 0)) {
      EXPECT_EQ(v.size, g.size) << g.hex;
    }
  }
}

TEST(Golden, Findings) {
  for (const Golden& g : goldens()) {
    Parsed p = parse(g.bytes);
    p.verdict = at_end(p.verdict);
    EXPECT_EQ(spelled(g, p), g.findings) << g.hex;
  }
}

/// A finding covers bytes of the header, and its message says so in print.
TEST(Golden, FindingsLieInTheHeader) {
  for (const Golden& g : goldens()) {
    const Parsed p = parse(g.bytes);
    std::vector<lint::Finding> findings;
    lint::lint(p, g.bytes, findings);
    for (const lint::Finding& f : findings) {
      EXPECT_LE(std::size_t{f.offset} + f.length, g.bytes.size()) << g.hex << " " << f.code.name();
      const std::string text = explain::finding_text(f, g.bytes);
      EXPECT_FALSE(text.empty()) << f.code.name();
      EXPECT_TRUE(std::all_of(text.begin(), text.end(), [](char c) { return c >= 0x20 && c < 0x7f; })) << text;
    }
  }
}

TEST(Golden, RowsAtEveryPrefixAgainstAGuardPage) {
  for (std::size_t i = 0; i < goldens().size(); i += 5) EXPECT_EQ(rows::run(goldens()[i].bytes), "") << goldens()[i].hex;
}

}  // namespace
