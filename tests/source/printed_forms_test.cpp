// Law: what a form prints of any bytes reads back to those bytes, or is refused; never to others. Each form that is read has a
// printer (support/printers.hpp).
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "pp/source/printed_bytes.hpp"
#include "printers.hpp"

namespace {
using namespace pp;

const std::string v1 = "PROXY TCP4 192.0.2.10 198.51.100.20 56324 443\r\n";
const std::string v1_unknown = "PROXY UNKNOWN\r\n";

Bytes bytes_of(std::string_view s) { return {reinterpret_cast<const std::uint8_t*>(s.data()), s.size()}; }

TEST(PrintedForms, EachHasAPrinter) {
  for (const source::PrintedForm& form : source::printed_forms()) {
    const auto prints = [&](const test::Printer& printer) { return printer.form == form.name; };
    EXPECT_TRUE(std::any_of(std::begin(test::printers), std::end(test::printers), prints)) << form.name;
  }
}

/// Refusing everything would keep the law: the two headers that everybody sends are read in each form.
TEST(PrintedForms, HeadersReadBack) {
  std::vector<std::uint8_t> content;
  // Not '^' and 'M', with which cat -v marks others.
  for (unsigned i = 0; i < 256; ++i) {
    const auto b = static_cast<std::uint8_t>(i * 37 + 11);
    if ((b & 0x7fU) != '^' && (b & 0x7fU) != 'M' && (b & 0x7fU) != '\\' && (b & 0x7fU) != '$') content.push_back(b);
  }
  const std::vector<std::uint8_t> v2 = test::header_around(content);
  for (const test::Printer& printer : test::printers) {
    for (const Bytes bytes : {bytes_of(v1), bytes_of(v1_unknown), Bytes(v2)}) {
      const auto read = source::read_printed_bytes(printer.print(bytes));
      ASSERT_TRUE(read) << printer.form;
      EXPECT_EQ(std::string(read->bytes.begin(), read->bytes.end()), std::string(bytes.begin(), bytes.end()))
          << printer.form << ", read as " << read->form;
    }
  }
}

/// What stands around a dump: log prefixes, quotes of mail, strings of JSON.
TEST(PrintedForms, WhatStandsAroundIsTakenOff) {
  const std::vector<std::uint8_t> v2 = test::header_around(bytes_of("0123456789abcdefghijklmnopqrstuvwxyz"));
  std::string dump;
  for (const test::Printer& printer : test::printers) {
    if (printer.form == "a dump in hex") dump = printer.print(v2);
  }
  const auto each_line = [&](const std::string& before, const std::string& after) {
    std::string out;
    for (std::size_t at = 0; at < dump.size();) {
      const std::size_t end = dump.find('\n', at);
      out += before + dump.substr(at, end - at) + after;
      at = end + 1;
    }
    return out;
  };
  for (const std::string& text :
       {each_line("> ", "\n"), each_line(">> ", "\n"), each_line("web-1  | ", "\n"),
        each_line("2026-12-01T12:00:00.123456789Z stdout F ", "\n"), each_line("Dec  1 12:00:00 host app[12]: ", "\n"),
        each_line("2026/12/01 12:00:00 [debug] 12#12: *1 ", "\n"), each_line("+", "\n"), each_line("", "\r\n"), each_line("    ", "\n"),
        "{\"dump\":\"" + each_line("", "\\n") + "\"}", "\xef\xbb\xbf" + dump}) {
    const auto read = source::read_printed_bytes(text);
    ASSERT_TRUE(read) << text;
    EXPECT_EQ(read->bytes, v2) << text;
  }
}

RC_GTEST_PROP(PrintedForms, AHeaderAroundAnyBytesReadsBackOrIsRefused, (std::vector<std::uint8_t> content)) {
  const std::size_t which = *rc::gen::inRange<std::size_t>(0, std::size(test::printers));
  const std::string broken = test::broken_by_reading(test::printers[which], test::header_around(content));
  RC_ASSERT(broken == std::string());
}

RC_GTEST_PROP(PrintedForms, AnyBytesReadBackOrAreRefused, (std::vector<std::uint8_t> bytes)) {
  for (const test::Printer& printer : test::printers) {
    if (printer.kind != test::Printed::any) continue;
    const std::string broken = test::broken_by_reading(printer, bytes);
    RC_ASSERT(broken == std::string());
  }
}

}  // namespace
