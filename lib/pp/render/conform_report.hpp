// Reports of ppgen conform: text, NDJSON and JUnit. What a receiver said is escaped in each.
#pragma once

#include <string>
#include <string_view>

#include "pp/judge/baseline.hpp"
#include "pp/judge/tally.hpp"

namespace pp::render {

struct ConformStyle {
  bool every_case = false;                    // text: a line for each case
  bool quiet = false;                         // text: failures and the last line
  std::string again;                          // the options of `ppgen send` that repeat a case: "--payload http"
  const judge::Compared* compared = nullptr;  // with a baseline
};

/// What was observed, a line for each group, the cases that deviate with a command that repeats each, and the counts.
void append_conform_text(std::string& out, const judge::Run& run, const ConformStyle& style);

/// NDJSON, schema pp.conform/1: start, control, observes, one line for each case, crash, end.
void append_conform_json(std::string& out, const judge::Run& run);

/// One test suite, a test case for each case.
void append_conform_junit(std::string& out, const judge::Run& run, const ConformStyle& style);

/// "took it, another address: src=192.0.3.0 sport=56324", "refused (rst)", "error answer http-400".
std::string actual_words(const judge::CaseResult& result);

}  // namespace pp::render
