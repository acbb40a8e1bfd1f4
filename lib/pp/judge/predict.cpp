#include <algorithm>
#include <map>
#include <unordered_map>

#include "pp/forge/catalogue.hpp"
#include "pp/judge/profile.hpp"
#include "pp/judge/profile_rules.hpp"
#include "pp/judge/profile_table.hpp"
#include "pp/text/format.hpp"
#include "pp/wire/parse.hpp"

namespace pp::judge {
namespace {

/// The cases whose bytes are sent whole, by their bytes.
const std::map<std::string, std::string, std::less<>>& case_of_bytes() {
  static const auto table = [] {
    std::map<std::string, std::string, std::less<>> out;
    for (const forge::CaseRow& row : forge::rows()) {
      if (row.plan.at != 0 || row.plan.each_byte || row.plan.large || row.plan.then != forge::Then::payload) continue;
      // There the second header is what matters.
      if (row.asks == forge::Asks::second_header) continue;
      const std::vector<std::uint8_t> bytes = encode(row.recipe());
      if (!bytes.empty()) out.try_emplace(std::string(bytes.begin(), bytes.end()), row.id);
    }
    return out;
  }();
  return table;
}

/// The id of the case that these bytes are; what follows a header does not count.
std::string_view same_as_case(const Parsed& parsed, Bytes bytes) {
  const std::string_view all(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  const auto& table = case_of_bytes();
  const std::size_t whole = whole_size(parsed);
  if (const auto found = table.find(whole != 0 ? all.substr(0, whole) : all); found != table.end()) return found->second;
  if (whole != 0 || parsed.verdict.status == Status::need_more) return {};
  // Malformed bytes have no end of their own: the longest case that they begin with and that is wrong by itself.
  auto candidate = table.upper_bound(all);
  for (unsigned n = 0; n < 4 && candidate != table.begin(); ++n) {
    --candidate;
    const std::string& header = candidate->first;
    if (!all.starts_with(header)) continue;
    // Judged with a request after it: a lone CR is wrong only once another byte follows.
    const std::string sent = text::format("{}{}", header, forge::request);
    const pp::Verdict v = parse(Bytes(reinterpret_cast<const std::uint8_t*>(sent.data()), sent.size())).verdict;
    if (v.status == parsed.verdict.status && v.offset == parsed.verdict.offset) return candidate->second;
  }
  return {};
}

Prediction by_rule(const Rule& rule) {
  if (rule.fate == Fate::mixed) return {Fate::mixed, Sure::unknown, rule.cases};
  constexpr std::size_t most = 3;
  return {
      rule.fate, Sure::likely, {rule.cases.begin(), rule.cases.begin() + static_cast<std::ptrdiff_t>(std::min(most, rule.cases.size()))}};
}

bool supports(const Profile& profile, const Parsed& parsed, Bytes bytes) {
  if (bytes.empty()) return true;
  const int version = parsed.header.version != 0 ? parsed.header.version : bytes[0] == 'P' ? 1 : bytes[0] == v2_signature[0] ? 2 : 0;
  return version == 0 || (version == 1 ? profile.v1 : profile.v2);
}

}  // namespace

Prediction predict(const Profile& profile, Bytes bytes, bool pieces) {
  const Parsed parsed = parse(bytes);
  if (!supports(profile, parsed, bytes)) return {Fate::refused, Sure::likely, {}};
  if (pieces) {
    const auto split = profile.rules.find("split");
    if (split != profile.rules.end() && split->second.fate == Fate::refused) return by_rule(split->second);
  }
  if (const std::string_view id = same_as_case(parsed, bytes); !id.empty()) {
    if (const auto found = profile.cases.find(id); found != profile.cases.end()) return {found->second, Sure::measured, {std::string(id)}};
  }
  const std::size_t size = whole_size(parsed);
  if (const auto limit = profile.limits.find(limit_of(parsed)); limit != profile.limits.end() && size > limit->second)
    return {Fate::refused, Sure::likely, {}};
  for (const std::string& key : kin_of(parsed, bytes).keys) {
    const auto rule = profile.rules.find(key);
    if (rule != profile.rules.end() && rule->second.fate != Fate::mixed) return by_rule(rule->second);
  }
  return {};
}

const std::vector<Profile>& measured_receivers() {
  static const std::vector<Profile> all = [] {
    std::vector<Profile> out;
    for (const std::string_view text : profile_table) out.push_back(parse_profile(text));
    return out;
  }();
  return all;
}

}  // namespace pp::judge
