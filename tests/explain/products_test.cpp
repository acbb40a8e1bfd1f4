// The table of products is complete: whatever inspect can name has a row, and each row has the source of its facts.
#include "pp/explain/products.hpp"

#include <gtest/gtest.h>

#include <set>
#include <string>
#include <string_view>

#include "pp/explain/advice.hpp"
#include "pp/explain/codes.hpp"
#include "pp/explain/fixes.hpp"
#include "pp/inspect/answer_proof.hpp"

namespace {
using namespace pp::explain;

TEST(Products, NamesAreUniqueAndEachRowHasASource) {
  std::set<std::string_view> names;
  for (const Product& row : products()) {
    EXPECT_TRUE(names.insert(row.name).second) << row.name;
    EXPECT_FALSE(row.source.empty()) << row.name;
  }
}

TEST(Products, OnlyServersWithoutAnOptionAreInTheLastGroup) {
  for (const Product& row : products()) {
    const bool none = row.receive.empty() && row.send.empty();
    EXPECT_EQ(row.group == Group::cannot, none) << row.name;
    EXPECT_FALSE(row.group == Group::cloud && row.send.empty()) << row.name;
  }
}

TEST(Products, EachServerThatAnAnswerNamesHasARow) {
  EXPECT_GT(pp::inspect::product_names().size(), 30U);
  for (const std::string_view name : pp::inspect::product_names()) EXPECT_NE(find_product(name), nullptr) << name;
}

TEST(Products, ReceiversThatReadHeadersSinceALaterVersionAreNotCalledUnable) {
  EXPECT_EQ(
      receiving_fix("NATS", "10.0.0.1"),
      "on the receiver: nats-server \"proxy_protocol: true\" (2.12 and newer; older ones cannot read one); or turn the header off on the sender");
  EXPECT_EQ(receiving_fix("OpenLDAP", "10.0.0.1"),
            "on the receiver: OpenLDAP \"slapd -h pldap:///\" (2.5 and newer); or turn the header off on the sender");
  EXPECT_EQ(receiving_fix("OpenSSH", "10.0.0.1"), "turn the header off on the sender: OpenSSH cannot read one");
}

TEST(Products, AServiceThatOnlySendsIsNeverTheReceiver) { EXPECT_EQ(receiving_fix("AWS NLB", "10.0.0.1"), receiving_fix("", "10.0.0.1")); }

TEST(Advice, EachCodeHasCauseAndRemedy) {
  for (const CodeInfo& code : all_codes()) {
    const Advice* advice = find_advice(code.name);
    ASSERT_NE(advice, nullptr) << code.name;
    EXPECT_FALSE(advice->cause.empty() || advice->remedy.empty()) << code.name;
    EXPECT_EQ(advice->check.empty(), code.is_finding()) << code.name;
  }
}

TEST(Advice, NoCodeHasTwoRows) {
  std::set<std::string_view> seen;
  for (const auto table : {finding_advice(), diagnosis_advice()}) {
    for (const Advice& row : table) EXPECT_TRUE(seen.insert(row.code).second) << row.code;
  }
}

}  // namespace
