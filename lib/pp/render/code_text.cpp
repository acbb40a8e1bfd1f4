#include "pp/render/code_text.hpp"

#include <algorithm>

#include "pp/explain/advice.hpp"
#include "pp/explain/products.hpp"
#include "pp/text/format.hpp"

namespace pp::render {
namespace {

using explain::Options;
using explain::Product;

void append_line(std::string& out, std::string_view label, std::string_view value) {
  if (!value.empty()) text::append(out, "  {:<8} {}\n", label, value);
}

/// The options of all products for one side, a line each.
void append_options(std::string& out, Options side) {
  for (const Product& row : explain::products()) {
    const std::string_view option = side == Options::receive ? row.receive : row.send;
    if (side == Options::none || option.empty()) continue;
    text::append(out, "    {:<27} {}\n", row.name, option);
  }
}

/// "1,024 bytes; not in pieces".
std::string limits_text(const Product& row) {
  if (row.most_bytes == 0) return std::string(row.limits);
  return text::format("{} bytes{}{}", text::Grouped{row.most_bytes}, row.limits.empty() ? "" : "; ", row.limits);
}

std::string product_text(const Product& row) {
  std::string out = text::format("{}\n", row.name);
  append_line(out, "kind", explain::name(row.group));
  append_line(out, "receive", row.receive);
  append_line(out, "trust", row.trust);
  append_line(out, "send", row.send);
  append_line(out, "limits", limits_text(row));
  append_line(out, "source", row.source);
  return out;
}

bool same_without_case(std::string_view a, std::string_view b) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [&](char x, char y) { return lower(x) == lower(y); });
}

}  // namespace

std::string code_text(const explain::CodeInfo& code) {
  std::string out = text::format("{}\n", code.name);
  if (code.is_finding()) {
    append_line(out, "level", code.level);
    append_line(out, "section", code.section);
    append_line(out, "rule", code.description);
  } else {
    text::append(out, "  {}: {}\n", code.level, code.description);
  }
  const explain::Advice* advice = explain::find_advice(code.name);
  if (advice == nullptr) return out;
  append_line(out, "cause", advice->cause);
  append_line(out, "check", advice->check.empty() ? "ppinspect -vv shows the header's bytes and what each of them says" : advice->check);
  append_line(out, "remedy", advice->remedy);
  append_options(out, advice->options);
  return out;
}

std::string products_text(std::string_view word) {
  std::string out;
  for (const Product& row : explain::products()) {
    if (word == "products" || same_without_case(row.name, word)) out += product_text(row);
  }
  return out;
}

}  // namespace pp::render
