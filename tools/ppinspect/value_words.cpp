#include "ppinspect/value_words.hpp"

#include "cli/completion.hpp"
#include "pp/explain/codes.hpp"
#include "pp/render/format.hpp"
#include "pp/wire/tlv_types.hpp"

namespace pp::tool {
namespace {

using Words = std::vector<std::string>;

Words tlv_names() {
  Words out;
  for (const TlvType& row : tlv_table) out.emplace_back(row.name);
  for (const VendorTlv& row : vendor_table) out.emplace_back(row.name);
  return out;
}

Words explained() {
  Words out;
  for (const explain::CodeInfo& row : explain::all_codes()) out.emplace_back(row.name);
  for (const std::string& name : tlv_names()) out.push_back(name);
  return out;
}

/// "text|json" gives text and json.
Words formats() {
  Words out;
  std::string names = render::format_names();
  for (std::size_t bar; (bar = names.find('|')) != std::string::npos; names.erase(0, bar + 1)) out.push_back(names.substr(0, bar));
  out.push_back(names);
  return out;
}

// A test holds each list against what the tool says when it is given something else.
// clang-format off
constexpr ValueWords rows[] = {
    {"--input-type", "", [] { return Words{"auto", "pcap", "raw", "hex", "base64", "lines"}; }},
    {"-Q", "", [] { return Words{"in", "out", "inout"}; }},
    {"--reply", "", [] { return Words{"none", "close", "ok", "json", "http", "echo"}; }},
    {"--only", "", [] { return Words{"valid", "warning", "malformed", "missing", "v1", "v2", "local"}; }},
    {"--tlv", "", tlv_names},
    {"--fail-on", "", [] { return Words{"error", "warning", "none"}; }},
    {"--output", "", formats},
    {"--by", "", [] { return Words{"client"}; }},
    {"--color", "", [] { return Words{"auto", "always", "never"}; }},
    {"--explain", "", explained},
    {"--completion", "", shells},
};
// clang-format on

}  // namespace

std::span<const ValueWords> inspect_value_words() { return rows; }

}  // namespace pp::tool
