// What records become, whatever bytes they are of: properties by a strict JSON reader and a list of what terminals obey
// (fuzz/output_laws.hpp), and rows for what needs an exact value.
#include "diagnosed.hpp"
#include "pp/explain/diagnosis.hpp"
#include "pp/explain/finding_text.hpp"
#include "pp/inspect/inspect.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <string>
#include <vector>

#include "generators.hpp"
#include "output_laws.hpp"
#include "pp/lint/lint.hpp"
#include "pp/render/format.hpp"
#include "pp/source/json_headers.hpp"

namespace {
using namespace pp;
using namespace pp::inspect;
using namespace generate;

/// The bytes of a connection that has ended, record by record.
template <class See>
void inspected(const std::vector<std::uint8_t>& bytes, const Flow& flow, Options options, const See& see) {
  Chunk chunk;
  chunk.input = "an \x1b[31m input";
  chunk.bytes = bytes;
  chunk.flow = flow;
  Inspector inspector(options, diagnosed([&see](const Record& r) { see(r); }));
  inspector.flow(chunk);
}

std::string json_of(const Record& record) {
  std::string out;
  render::State state;
  render::write_json(out, record, {}, state);
  return out;
}

rc::Gen<std::vector<std::uint8_t>> any_bytes() {
  return rc::gen::oneOf(header_bytes(), damaged(header_bytes()), rc::gen::arbitrary<std::vector<std::uint8_t>>());
}

RC_GTEST_PROP(Json, IsStrictAndOneLineForAnyBytes, ()) {
  inspected(*any_bytes(), {}, {}, [](const Record& record) {
    const std::string line = json_of(record);
    RC_ASSERT(!line.empty() && line.find('\n') == line.size() - 1);
    const char* const broken = laws::JsonReader(std::string_view(line).substr(0, line.size() - 1)).broken();
    if (broken != nullptr) RC_FAIL(broken);
  });
}

RC_GTEST_PROP(Json, GivesTheBytesBackAndTheyParseAsBefore, ()) {
  inspected(*any_bytes(), {}, {}, [](const Record& record) {
    const auto back = source::json_headers(json_of(record));
    if (record.bytes.empty()) return;
    RC_ASSERT(back.size() == 1U && back[0] == record.bytes);
    RC_ASSERT(parse(back[0]).verdict == record.as_sent().verdict);
  });
}

RC_GTEST_PROP(Text, HoldsNothingThatATerminalObeys, (bool ascii, bool colour)) {
  render::Style style;
  style.detail = *rc::gen::inRange(0U, 3U);
  style.ascii = ascii;
  style.color = colour;
  inspected(*any_bytes(), {}, {}, [&](const Record& record) {
    std::string out;
    render::State state;
    render::write_text(out, record, style, state);
    const char* const broken = laws::broken_by_output(out, {ascii, colour});
    if (broken != nullptr) RC_FAIL(broken);
  });
}

RC_GTEST_PROP(Records, CoverTheirFlowWithoutGapOrOverlap, ()) {
  std::vector<std::uint8_t> bytes = *header_bytes();
  const auto second = *any_bytes();
  bytes.insert(bytes.end(), second.begin(), second.end());
  std::size_t at = 0;
  inspected(bytes, {}, {}, [&](const Record& record) {
    RC_ASSERT(record.stream_offset == at);
    at += record.bytes.size();
    RC_ASSERT(at <= bytes.size());
    RC_ASSERT(std::equal(record.bytes.begin(), record.bytes.end(), bytes.begin() + record.stream_offset));
  });
  RC_ASSERT(at > 0U);
}

/// Warnings count as errors: what was wrong stays wrong, and findings are the same ones.
RC_GTEST_PROP(Strict, ForgivesNothingThatIsNotForgivenWithoutIt, ()) {
  const auto bytes = *any_bytes();
  struct Said {
    Outcome outcome;
    std::vector<lint::Code> codes;
  };
  const auto said = [&](bool strict) {
    std::vector<Said> out;
    Options options;
    options.strict = strict;
    inspected(bytes, {}, options, [&](const Record& record) {
      out.push_back({record.outcome, {}});
      for (const auto& f : record.findings) out.back().codes.push_back(f.code);
    });
    return out;
  };
  const auto lenient = said(false), strict = said(true);
  RC_ASSERT(lenient.size() == strict.size());
  for (std::size_t i = 0; i < lenient.size(); ++i) {
    RC_ASSERT(lenient[i].codes == strict[i].codes);
    if (strict[i].outcome == Outcome::valid) RC_ASSERT(lenient[i].outcome == Outcome::valid);
  }
}

std::vector<lint::Finding> findings_of(const std::vector<std::uint8_t>& bytes) {
  std::vector<lint::Finding> out;
  Parsed p = parse(bytes);
  p.verdict = at_end(p.verdict);
  lint::lint(p, bytes, out);
  return out;
}

RC_GTEST_PROP(Findings, AreNoErrorsForWhatTheEncoderMakes, (bool crc)) {
  const auto [source, destination] = *endpoints();
  std::vector<std::uint8_t> out(v1_max_bytes);
  out.resize(*rc::gen::arbitrary<bool>() ? encode_v1(source, destination, out)
                                         : encode_v2(source, destination, {Transport::stream, {}, crc}, out));
  for (const lint::Finding& f : findings_of(out)) RC_ASSERT(f.level != lint::Level::error);
}

RC_GTEST_PROP(Findings, AreInOrderAndInsideAndPrintable, ()) {
  const auto bytes = *any_bytes();
  std::uint32_t before = 0;
  for (const lint::Finding& f : findings_of(bytes)) {
    RC_ASSERT(f.offset >= before && f.offset + f.length <= std::max<std::size_t>(bytes.size(), 16));
    before = f.offset;
    for (const char c : explain::finding_text(f, bytes)) RC_ASSERT(c >= ' ' && c <= '~');
  }
}

/// JSON readers keep integers up to 2^53; what is above is a string of digits.
TEST(Json, NumbersThatADoubleRoundsAreText) {
  const std::vector<std::uint8_t> header = encode(Draft{});
  constexpr std::uint64_t last = 9007199254740992;
  Flow flow;
  flow.captured = true;
  flow.segments = 3;
  flow.frame = last + 1;
  flow.connection = last;
  flow.frames = {1, last, last + 1, UINT64_MAX};
  std::string line;
  inspected(header, flow, {}, [&](const Record& record) { line = json_of(record); });
  EXPECT_NE(line.find(R"("frame":"9007199254740993")"), std::string::npos) << line;
  EXPECT_NE(line.find(R"("connection":9007199254740992,)"), std::string::npos) << line;
  EXPECT_NE(line.find(R"("frames":[1,9007199254740992,"9007199254740993","18446744073709551615"])"), std::string::npos) << line;
}

}  // namespace
