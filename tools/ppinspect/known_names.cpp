#include "ppinspect/known_names.hpp"

#include <algorithm>

#include "cli/option_table.hpp"
#include "pp/explain/codes.hpp"
#include "pp/inspect/select.hpp"
#include "pp/judge/profile.hpp"
#include "pp/render/format.hpp"
#include "pp/wire/tlv_types.hpp"

namespace pp::tool {

std::vector<std::string> tlv_names() {
  std::vector<std::string> out;
  for (const TlvType& row : tlv_table) out.emplace_back(row.name);
  for (const VendorTlv& row : vendor_table) out.emplace_back(row.name);
  return out;
}

std::vector<std::string> only_names() {
  std::vector<std::string> out;
  const std::string words = inspect::only_words();
  for (std::string_view word : split_names(words)) {
    while (word.starts_with(' ')) word.remove_prefix(1);
    out.emplace_back(word);
  }
  return out;
}

std::vector<std::string> explained_names() {
  std::vector<std::string> out;
  for (const explain::CodeInfo& row : explain::all_codes()) out.emplace_back(row.name);
  for (const std::string& name : tlv_names()) out.push_back(name);
  return out;
}

std::vector<std::string> receiver_names() {
  std::vector<std::string> out{"all"};
  for (const judge::Profile& receiver : judge::measured_receivers()) {
    if (std::find(out.begin(), out.end(), receiver.receiver) == out.end()) out.push_back(receiver.receiver);
  }
  return out;
}

std::vector<std::string> format_names() {
  const std::string names = render::format_names();
  std::vector<std::string> out;
  for (const std::string_view name : split_names(names, '|')) out.emplace_back(name);
  return out;
}

}  // namespace pp::tool
