// Outcomes, what receivers tell, controls, baselines and counts: rows of what came and what it means.
#include <gtest/gtest.h>

#include <stdexcept>
#include <string>

#include "pp/base/hex.hpp"
#include "pp/judge/baseline.hpp"
#include "pp/judge/control.hpp"
#include "pp/judge/outcome.hpp"
#include "pp/judge/tally.hpp"

namespace {
using namespace pp;
using judge::Announced;
using judge::Code;
using judge::End;
using judge::Observed;
using judge::Oracle;
using judge::Told;

// v2 PROXY TCP4 192.0.2.10:56324 > 198.51.100.20:443.
const std::string good_v2 = "0d0a0d0a000d0a515549540a2111000cc000020ac6336414dc0401bb";

Announced announced(std::string_view hex) { return judge::announced_by(*from_hex(hex)); }

Oracle oracle() {
  Oracle out;
  out.answer_class = "http-200";
  out.address = out.port = out.mark = true;
  out.none = judge::usual_none();
  return out;
}

Observed answer(std::string_view source, std::string_view port, std::string_view mark = "/q0000001") {
  Observed out;
  out.end = End::fin;
  out.answer_class = "http-200";
  out.told = {std::string(source), std::string(port), {}, {}, std::string(mark)};
  out.real = {*parse_ip("127.0.0.1"), 40000};
  return out;
}

TEST(Outcome, OfAnAnswer) {
  struct Row {
    const char *what, *source, *port, *mark;
    char code;
  };
  constexpr Row rows[] = {
      {"the header's", "192.0.2.10", "56324", "/q0000001", 'A'},
      {"another port", "192.0.2.10", "80", "/q0000001", 'X'},
      {"mapped", "::ffff:192.0.2.10", "56324", "/q0000001", 'A'},
      {"mapped in brackets", "[::ffff:192.0.2.10]", "56324", "/q0000001", 'A'},
      {"the connection's own", "127.0.0.1", "40000", "/q0000001", 'L'},
      {"no address", "", "", "/q0000001", 'N'},
      {"None", "None", "0", "/q0000001", 'N'},
      {"an address that is none in other programs", "0.0.0.0", "0", "/q0000001", 'X'},
      {"neither", "192.0.3.0", "56324", "/q0000001", 'X'},
      {"a limited vocabulary", "other", "1", "/q0000001", 'T'},
      {"another connection's payload", "192.0.2.10", "56324", "/q0000002", 'D'},
      {"no address at all", "not an address", "1", "/q0000001", 'X'},
  };
  for (const Row& row : rows) {
    EXPECT_EQ(letter(judge::outcome(answer(row.source, row.port, row.mark), announced(good_v2), "q0000001", oracle())), row.code)
        << row.what;
  }
}

TEST(Outcome, WithoutAnAnswer) {
  struct Row {
    End end;
    char code;
  };
  constexpr Row rows[] = {{End::fin, 'R'},  {End::rst, 'R'},         {End::silence, 'H'},
                          {End::left, '-'}, {End::unreachable, '!'}, {End::failed, '!'}};
  for (const Row& row : rows) {
    Observed o;
    o.end = row.end;
    EXPECT_EQ(letter(judge::outcome(o, announced(good_v2), "q0000001", oracle())), row.code) << name(row.end);
  }
}

TEST(Outcome, ADatagramIsRefusedBySilence) {
  Observed o;
  o.end = End::silence;
  o.datagram = true;
  EXPECT_EQ(letter(judge::outcome(o, announced(good_v2), "q0000001", oracle())), 'R');
}

TEST(Outcome, DependsOnWhatTheOracleTells) {
  Observed o = answer("192.0.2.10", "80");
  Oracle no_port = oracle();
  no_port.port = false;
  EXPECT_EQ(letter(judge::outcome(o, announced(good_v2), "q0000001", no_port)), 'A');
  Oracle nothing = no_port;
  nothing.address = nothing.mark = false;
  o.told = {};
  EXPECT_EQ(letter(judge::outcome(o, announced(good_v2), "q0000001", nothing)), 'T');
  o.answer_class = "http-400";
  EXPECT_EQ(letter(judge::outcome(o, announced(good_v2), "q0000001", nothing)), 'E');
  o = answer("192.0.2.10", "56324");
  o.payload_damaged = true;
  EXPECT_EQ(letter(judge::outcome(o, announced(good_v2), "q0000001", oracle())), 'D');
}

TEST(Outcome, PortZeroIsOftenWrittenAsNothing) {
  // TCP4 192.0.2.10:0.
  const Announced zero = announced("0d0a0d0a000d0a515549540a2111000cc000020ac6336414000001bb");
  EXPECT_EQ(letter(judge::outcome(answer("192.0.2.10", ""), zero, "q0000001", oracle())), 'A');
  EXPECT_EQ(letter(judge::outcome(answer("192.0.2.10", "0"), zero, "q0000001", oracle())), 'A');
  EXPECT_EQ(letter(judge::outcome(answer("192.0.2.10", ""), announced(good_v2), "q0000001", oracle())), 'X');
}

TEST(Outcome, OnlyWholeGoodHeadersAnnounce) {
  EXPECT_EQ(announced(good_v2).kind, Announced::Kind::ip);
  EXPECT_EQ(announced(good_v2.substr(0, 40)).kind, Announced::Kind::nothing);
  EXPECT_EQ(announced("0d0a0d0a000d0a515549540a2011000cc000020ac6336414dc0401bb").kind, Announced::Kind::nothing);  // LOCAL
  EXPECT_EQ(announced("50524f585920554e4b4e4f574e0d0a").kind, Announced::Kind::nothing);
  EXPECT_EQ(announced("").kind, Announced::Kind::nothing);
}

TEST(Told, ByKeys) {
  struct Row {
    const char *text, *source, *port, *mark;
  };
  constexpr Row rows[] = {
      {"src=192.0.2.1 sport=80 mark=/q1\n", "192.0.2.1", "80", "/q1"},
      {"X-PP: src=2001:db8::1 mark=/q1\r\n", "2001:db8::1", "-", "/q1"},
      {"<p>src=192.0.2.1<br>", "192.0.2.1", "-", "-"},
      {"a_src=1 asrc=2 src=3", "3", "-", "-"},
      {"src= sport= mark=", "", "", ""},
      {"nothing", "-", "-", "-"},
      {"550 5.7.1 refused; src=192.0.2.1; sport=1", "192.0.2.1", "1", "-"},
  };
  for (const Row& row : rows) {
    const Told told = judge::told_by_keys(row.text);
    EXPECT_EQ(told.source.value_or("-"), row.source) << row.text;
    EXPECT_EQ(told.source_port.value_or("-"), row.port) << row.text;
    EXPECT_EQ(told.mark.value_or("-"), row.mark) << row.text;
  }
  EXPECT_EQ(judge::told_by_keys("src=" + std::string(1000, 'a')).source->size(), 64U);
}

TEST(Told, ByTemplate) {
  const Told told = judge::told_by_template("client {src}:{sport} says {mark}", "1 client x\n2 client 192.0.2.1:80 says q0000001 and more");
  EXPECT_EQ(told.source, "192.0.2.1");
  EXPECT_EQ(told.source_port, "80");
  EXPECT_EQ(told.mark, "q0000001");
  EXPECT_TRUE(judge::told_by_template("client {src}:{sport}!", "client 192.0.2.1:80").nothing());
  EXPECT_EQ(judge::told_by_template("{src}", "192.0.2.1 and more").source, "192.0.2.1");
  EXPECT_EQ(judge::unknown_key("{src} {client}"), "{client}");
  EXPECT_EQ(judge::unknown_key("{src}{mark}"), "");
}

judge::ControlAnswer control(judge::Control which, Observed observed) {
  return {which, std::move(observed), announced(good_v2), "q0000001", 100};
}

std::vector<judge::ControlAnswer> controls(const Observed& v2, const Observed& v1, const Observed& bare) {
  std::vector<judge::ControlAnswer> out;
  for (int i = 0; i < 3; ++i) out.push_back(control(judge::Control::v2, v2));
  for (int i = 0; i < 3; ++i) out.push_back(control(judge::Control::v1, v1));
  out.push_back(control(judge::Control::bare, bare));
  return out;
}

Observed plain(std::string_view answer_class, End end = End::fin) {
  Observed out;
  out.end = end;
  out.answer_class = answer_class;
  return out;
}

TEST(Control, WhichVersionsAreSupported) {
  const Observed believed = answer("192.0.2.10", "56324"), real = answer("127.0.0.1", "40000");
  Observed page = plain("http-403");
  page.told.mark = "/q0000001";
  struct Row {
    const char* what;
    Observed v2, v1, bare;
    bool supports_v2, supports_v1, optional;
  };
  const Row rows[] = {
      {"strict", believed, believed, plain("", End::rst), true, true, false},
      {"400 to every v2 header is not a control", plain("http-400"), believed, real, false, true, true},
      {"an error page that repeats the mark", page, page, plain("", End::fin), true, true, false},
      {"an answer that is no error, without an oracle", plain("tls-handshake"), plain("", End::fin), plain("", End::fin), true, false,
       false},
      {"the same with and without", plain("http-200"), plain("http-200"), plain("http-200"), false, false, false},
      {"400 to everything", plain("http-400"), plain("http-400"), plain("http-400"), false, false, false},
      {"closes", plain("", End::fin), plain("", End::rst), plain("", End::fin), false, false, false},
  };
  for (const Row& row : rows) {
    const judge::Capability c = judge::capability_of(controls(row.v2, row.v1, row.bare), judge::usual_none());
    EXPECT_EQ(c.v2.supported, row.supports_v2) << row.what;
    EXPECT_EQ(c.v1.supported, row.supports_v1) << row.what;
    EXPECT_EQ(c.header_optional, row.optional) << row.what;
  }
}

TEST(Control, APortThatIsNeverTheAnnouncedOneIsNotTold) {
  const judge::Capability c = judge::capability_of(controls(answer("192.0.2.10", "40000"), plain(""), plain("")), judge::usual_none());
  EXPECT_TRUE(c.v2.oracle.address);
  EXPECT_FALSE(c.v2.oracle.port);
}

TEST(Control, WhyNothingIsSupported) {
  struct Row {
    Observed all;
    const char* begins;
  };
  const Row rows[] = {{plain("", End::fin), "it closes every connection"},
                      {plain("", End::silence), "it answers nothing"},
                      {plain("http-400"), "it answers http-400 with a header and without"}};
  for (const Row& row : rows) {
    const judge::Capability c = judge::capability_of(controls(row.all, row.all, row.all), judge::usual_none());
    EXPECT_EQ(judge::why_no_control(c, "http").rfind(row.begins, 0), 0U) << judge::why_no_control(c, "http");
  }
}

judge::CaseResult result(std::string_view id, judge::Verdict verdict, Code code = Code::refused,
                         forge::Asks asks = forge::Asks::must_reject) {
  judge::CaseResult r;
  r.id = id;
  r.verdict = verdict;
  r.code = code;
  r.asks = asks;
  return r;
}

TEST(Baseline, IsReadAndCompared) {
  using judge::Verdict;
  const judge::Baseline baseline =
      judge::parse_baseline("# known\nv1/port/65536 fail ticket 1\r\n\n v1/port/zero  fail\nv2/good/536 crash\nv2/ssl/empty warn\n");
  ASSERT_EQ(baseline.size(), 4U);
  const judge::CaseResult results[] = {result("v1/port/65536", Verdict::fail), result("v1/port/zero", Verdict::pass),
                                       result("v2/good/tcp4", Verdict::fail), result("v2/ssl/empty", Verdict::warn)};
  const judge::Compared c = judge::compare(baseline, results, false);
  EXPECT_EQ(c.xfail, 1U);
  EXPECT_EQ(c.unexpected, std::vector<std::string>{"v2/good/tcp4"});
  EXPECT_EQ(c.xpass, std::vector<std::string>{"v1/port/zero"});
  EXPECT_EQ(c.not_judged, std::vector<std::string>{"v2/good/536"});
  EXPECT_EQ(judge::baseline_text(results, false), "v1/port/65536 fail\nv2/good/tcp4 fail\n");
  EXPECT_EQ(judge::baseline_text(results, true), "v1/port/65536 fail\nv2/good/tcp4 fail\nv2/ssl/empty warn\n");
}

TEST(Baseline, RefusesWhatItCannotRead) {
  for (const char* text : {"v1/port/zero\n", "v1/port/zero flaky\n", "v1/port/zero fail\nv1/port/zero fail\n"}) {
    EXPECT_THROW(judge::parse_baseline(text), std::runtime_error) << text;
  }
}

TEST(Tally, CountsBrokenRules) {
  using judge::Verdict;
  judge::CaseResult derived = result("v2/good/536", Verdict::fail, Code::refused, forge::Asks::must_accept);
  derived.derived = true;
  const judge::CaseResult results[] = {result("a/b/c", Verdict::fail), derived,
                                       result("d/e/f", Verdict::fail, Code::damaged, forge::Asks::may_clean),
                                       result("g/h/i", Verdict::pass)};
  const judge::Tally t = judge::tally(results);
  EXPECT_EQ(t.cases, 4U);
  EXPECT_EQ(t[Verdict::fail], 3U);
  EXPECT_EQ(t.must_broken, 1U);
  EXPECT_EQ(t.derived_broken, 1U);
}

TEST(Tally, ACrcThatIsCheckedIsRefusedWhenWrong) {
  const auto crc = [](Code right, Code wrong) {
    const judge::CaseResult results[] = {result("v2/crc32c/right", judge::Verdict::pass, right, forge::Asks::must_accept),
                                         result("v2/crc32c/zero", judge::Verdict::na, wrong, forge::Asks::must_reject_checksum)};
    return judge::checks_crc(results);
  };
  EXPECT_TRUE(crc(Code::announced, Code::refused));
  EXPECT_FALSE(crc(Code::announced, Code::announced));
  EXPECT_FALSE(crc(Code::refused, Code::refused));
}

}  // namespace
