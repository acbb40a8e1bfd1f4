#include "ppgen/value_words.hpp"

#include <algorithm>

#include "cli/completion.hpp"
#include "pp/forge/catalogue.hpp"
#include "pp/forge/mutate.hpp"
#include "pp/render/bytes_format.hpp"
#include "pp/wire/tlv_types.hpp"

namespace pp::tool {
namespace {

using Words = std::vector<std::string>;

Words cases() {
  Words out;
  for (const forge::CaseRow& row : forge::rows()) out.push_back(forge::make_case(row).id);
  return out;
}

/// "v2/" and "v2/tlv/" of "v2/tlv/overrun", each once.
Words case_prefixes() {
  Words out;
  for (const std::string& id : cases()) {
    for (std::size_t slash = id.find('/'); slash != std::string::npos; slash = id.find('/', slash + 1))
      out.push_back(id.substr(0, slash + 1));
  }
  std::sort(out.begin(), out.end());
  out.erase(std::unique(out.begin(), out.end()), out.end());
  return out;
}

Words tlv_assignments() {
  Words out;
  for (const TlvType& row : tlv_table) out.push_back(std::string(row.name) + "=");
  for (const VendorTlv& row : vendor_table) out.push_back(std::string(row.name) + "=");
  return out;
}

Words mutations() {
  Words out;
  for (const forge::Mutation& row : forge::mutations()) out.emplace_back(row.name);
  return out;
}

/// "raw, hex, xxd" gives raw, hex and xxd; then the formats of `make` that are more than bytes.
Words formats() {
  Words out;
  std::string names = render::bytes_format_names();
  for (std::size_t comma; (comma = names.find(", ")) != std::string::npos; names.erase(0, comma + 2)) out.push_back(names.substr(0, comma));
  out.push_back(names);
  for (const char* name : {"pcap", "pcapng", "json"}) out.emplace_back(name);
  return out;
}

// A test holds each list against what the tool says when it is given something else.
// clang-format off
constexpr ValueWords rows[] = {
    {"--tlv", "", tlv_assignments},
    {"--set", "", [] { return Words{"len=", "ver=", "cmd=", "fam=", "sig=", "proto=", "src=", "dst=", "sport=", "dport=", "rest=", "eol="}; }},
    {"--ssl", "", [] { return Words{"version=", "cipher=", "cn=", "client=", "verify=", "sig_alg=", "key_alg=", "group=", "sig_scheme=", "cert="}; }},
    {"--case", "", cases},
    {"CASE", "", cases},
    {"--mutate", "", mutations},
    {"--format", "FORMAT", formats},
    {"--only", "PREFIX", case_prefixes},
    {"--want", "", [] { return Words{"required", "none", "optional"}; }},
    {"--payload", "TEXT", [] { return Words{"http"}; }},
    {"--pace", "", [] { return Words{"original", "max"}; }},
    {"WHAT", "", [] { return Words{"cases", "tlvs", "mutations"}; }},
    {"--completion", "", shells},
};
// clang-format on

}  // namespace

std::span<const ValueWords> gen_value_words() { return rows; }

}  // namespace pp::tool
