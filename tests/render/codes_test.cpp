// Every code of every table is listed, explained and worded: the tests start from the tables, so a new row needs no other place.
#include "pp/explain/codes.hpp"

#include <gtest/gtest.h>

#include <set>
#include <string>

#include "pp/explain/diagnosis.hpp"
#include "pp/explain/finding_text.hpp"
#include "pp/explain/receiver_report.hpp"
#include "pp/lint/code.hpp"
#include "pp/render/info_text.hpp"

namespace {
using namespace pp;

TEST(Codes, HoldEveryTable) {
  std::set<std::string_view> names;
  for (const explain::CodeInfo& code : explain::all_codes()) EXPECT_TRUE(names.insert(code.name).second) << code.name << " twice";
  std::size_t rows = 0;
  const auto there = [&](std::string_view name) {
    ++rows;
    EXPECT_TRUE(names.contains(name)) << name;
  };
  for (const FaultInfo& row : fault_table) {
    if (row.fault != Fault::none) there(row.code);
  }
  for (const lint::RuleInfo& row : lint::rule_table) there(row.code);
  for (const explain::DiagnosisInfo* row = explain::diagnosis_begin(); row != explain::diagnosis_end(); ++row) there(row->code);
  for (const explain::ReportInfo& row : explain::report_infos()) there(row.code);
  // The causes of groups, as the schema of -o json has them; health-check is a diagnosis too.
  for (const std::string_view cause : {"tls-outside", "silent", "other-protocol", "second-path", "bypass", "no-option"}) {
    there(cause);
    EXPECT_NE(render::json_schema().find("\"" + std::string(cause) + "\""), std::string::npos) << cause;
  }
  EXPECT_EQ(rows, names.size());
}

TEST(Codes, AreListedAndExplained) {
  const std::string list = "\n" + render::list_codes();
  std::size_t lines = 0;
  for (const char c : list) lines += c == '\n' ? 1 : 0;
  EXPECT_EQ(lines, explain::all_codes().size() + 1);
  for (const explain::CodeInfo& code : explain::all_codes()) {
    const std::string name(code.name);
    EXPECT_NE(list.find("\n" + name + " "), std::string::npos) << name;
    const auto text = render::explain(name);
    ASSERT_TRUE(text) << name;
    EXPECT_TRUE(text->starts_with(name + "\n")) << *text;
    EXPECT_NE(text->find(code.description), std::string::npos) << *text;
    EXPECT_NE(text->find(code.level), std::string::npos) << *text;
  }
}

TEST(Codes, ProductsAreExplainedByNameInAnyCase) {
  const auto text = render::explain("MARIADB");
  ASSERT_TRUE(text);
  EXPECT_EQ(text->substr(0, text->find("  trust")),
            "MariaDB\n  kind     database, queue, directory or name server\n  receive  MariaDB \"proxy-protocol-networks\"\n");
  EXPECT_NE(render::explain("products")->find("OpenSSH\n  kind     cannot read a header\n"), std::string::npos);
  EXPECT_NE(render::explain("no-header")->find("    haproxy                     \"server ... send-proxy-v2\""), std::string::npos);
}

TEST(Codes, AreNumbersWithTheWordsOfTheirRow) {
  for (const lint::Code code : lint::all_codes) {
    EXPECT_FALSE(code.none());
    EXPECT_EQ(lint::Code::at(code.number()), code);
    EXPECT_FALSE(explain::finding_text(lint::make_finding(code, 0, 0), Bytes()).empty() && code != "line-unreadable") << code.name();
  }
  for (const FaultInfo& row : fault_table) EXPECT_EQ(lint::Code(row.fault).name(), row.code);
  for (const lint::RuleInfo& row : lint::rule_table) EXPECT_EQ(lint::Code(row.rule).name(), row.code);
  EXPECT_TRUE(lint::Code() == Fault::none);
  EXPECT_TRUE(lint::Code("v2-crc32c") == lint::Rule::v2_crc32c);
}

}  // namespace
