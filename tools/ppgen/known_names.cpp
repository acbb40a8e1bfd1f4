#include "ppgen/known_names.hpp"

#include <algorithm>

#include "cli/option_table.hpp"
#include "pp/forge/catalogue.hpp"
#include "pp/forge/mutate.hpp"
#include "pp/render/bytes_format.hpp"
#include "pp/text/format.hpp"
#include "pp/wire/tlv_types.hpp"

namespace pp::tool {

std::vector<std::string> case_names() {
  std::vector<std::string> out;
  for (const forge::CaseRow& row : forge::rows()) out.push_back(forge::make_case(row).id);
  return out;
}

std::vector<std::string> case_prefixes() {
  std::vector<std::string> out;
  for (const std::string& id : case_names()) {
    for (std::size_t slash = id.find('/'); slash != std::string::npos; slash = id.find('/', slash + 1))
      out.push_back(id.substr(0, slash + 1));
  }
  std::sort(out.begin(), out.end());
  out.erase(std::unique(out.begin(), out.end()), out.end());
  return out;
}

std::vector<std::string> tlv_assignments() {
  std::vector<std::string> out;
  for (const TlvType& row : tlv_table) out.push_back(text::format("{}=", row.name));
  for (const VendorTlv& row : vendor_table) out.push_back(text::format("{}=", row.name));
  return out;
}

std::vector<std::string> mutation_names() {
  std::vector<std::string> out;
  for (const forge::Mutation& row : forge::mutations()) out.emplace_back(row.name);
  return out;
}

std::vector<std::string> make_formats() {
  std::vector<std::string> out;
  const std::string names = render::bytes_format_names();
  for (const std::string_view name : split_names(names)) out.emplace_back(name.substr(name.find_first_not_of(' ')));
  out.insert(out.end(), {"pcap", "pcapng", "json"});
  return out;
}

}  // namespace pp::tool
