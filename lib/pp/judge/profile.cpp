#include "pp/judge/profile.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <stdexcept>

#include "pp/forge/catalogue.hpp"
#include "pp/judge/profile_rules.hpp"
#include "pp/text/format.hpp"
#include "pp/wire/parse.hpp"

namespace pp::judge {
namespace {

constexpr std::string_view schema = "# pp.profile/1";

std::vector<std::string_view> columns(std::string_view line, char between) {
  std::vector<std::string_view> out;
  for (std::size_t end = line.find(between); end != std::string_view::npos; end = line.find(between)) {
    out.push_back(line.substr(0, end));
    line.remove_prefix(end + 1);
  }
  out.push_back(line);
  return out;
}

/// What cases of one kind have shown, before it is decided what that means.
struct Votes {
  std::array<std::size_t, fate_count> count{};
  std::vector<std::string> cases;
};
using Ballot = std::map<std::string, Votes, std::less<>>;

void add(Ballot& ballot, const std::string& key, const Measured& m) {
  Votes& votes = ballot[key];
  if (std::find(votes.cases.begin(), votes.cases.end(), m.id) != votes.cases.end()) return;
  ++votes.count[static_cast<std::size_t>(m.fate)];
  votes.cases.push_back(m.id);
}

/// What two thirds of the cases show.
Rule rule_of(const Votes& votes) {
  const auto most = std::max_element(votes.count.begin(), votes.count.end());
  const bool clear = *most * 3 >= votes.cases.size() * 2;
  return {clear ? static_cast<Fate>(most - votes.count.begin()) : Fate::mixed, votes.cases};
}

/// Sizes that were taken and refused, of headers with nothing else to refuse them for.
struct Sizes {
  std::size_t taken = 0;
  std::size_t refused = 0;  // the smallest one above it; 0: none
};

void limit_by(Profile& profile, std::string_view name, const std::vector<std::pair<std::size_t, Fate>>& sizes) {
  if (profile.limits.find(name) != profile.limits.end()) return;
  Sizes out;
  for (const auto& [size, fate] : sizes) {
    if (fate == Fate::taken || fate == Fate::taken_real) out.taken = std::max(out.taken, size);
  }
  for (const auto& [size, fate] : sizes) {
    if (fate == Fate::refused && size > out.taken && (out.refused == 0 || size < out.refused)) out.refused = size;
  }
  // Between the two nothing is known; the next size that was refused is the one that matters.
  if (out.refused != 0) profile.limits.emplace(name, out.refused - 1);
}

}  // namespace

std::optional<Fate> fate_named(std::string_view text) noexcept {
  for (std::size_t i = 0; i < fate_count; ++i) {
    if (name(static_cast<Fate>(i)) == text) return static_cast<Fate>(i);
  }
  return std::nullopt;
}

std::optional<Fate> fate_of(Code code) noexcept {
  switch (code) {
    case Code::announced:
    case Code::took: return Fate::taken;
    case Code::real:
    case Code::no_address: return Fate::taken_real;
    case Code::other_address:
    case Code::damaged: return Fate::taken_other;
    case Code::error:
    case Code::refused: return Fate::refused;
    case Code::waits: return Fate::waits;
    case Code::left:
    case Code::unreachable: break;
  }
  return std::nullopt;
}

std::string Profile::title() const { return text::format("{} {}", receiver, version); }

void derive(Profile& profile, std::span<const Measured> measured) {
  std::vector<std::pair<std::size_t, Fate>> v2, unknown;
  Ballot ballot;
  for (const Measured& m : measured) {
    const auto found = forge::find_case(m.id);
    if (!found) continue;
    profile.cases.emplace(m.id, m.fate);
    const forge::Plan& plan = found->plan;
    if (plan.at != 0 || plan.each_byte) {
      // Payload that comes later is not a header in pieces.
      if (plan.at < encode(found->draft).size() || plan.each_byte) add(ballot, "split", m);
      continue;
    }
    const std::vector<std::uint8_t> bytes = encode(found->draft);
    // What is not sent as a client would send it says nothing of the header.
    if (bytes.empty() || plan.then != forge::Then::payload || found->asks == forge::Asks::second_header) continue;
    const Parsed parsed = parse(bytes);
    const Kin kin = kin_of(parsed, bytes);
    const std::string_view limited = limit_of(parsed);
    const bool long_one = whole_size(parsed) > 200;
    if (limited == "v2" && (kin.by_kind || long_one)) v2.emplace_back(whole_size(parsed), m.fate);
    if (limited == "v1-unknown") unknown.emplace_back(whole_size(parsed), m.fate);
    // Refused for their size, which is not their kind's doing.
    if (long_one && limited == "v2") continue;
    // A warning says more about what became of a header than its kind.
    for (std::size_t i = 0; i < kin.own; ++i) add(ballot, kin.keys[i], m);
  }
  for (const auto& [key, votes] : ballot) profile.rules.emplace(key, rule_of(votes));
  limit_by(profile, "v2", v2);
  limit_by(profile, "v1-unknown", unknown);
}

Profile profile_of(const Run& run) {
  Profile out;
  out.receiver = run.name;
  out.version = run.version;
  out.date = run.time.substr(0, 10);
  out.tool = run.tool;
  out.v1 = run.capability.v1.supported;
  out.v2 = run.capability.v2.supported;
  out.header_optional = run.capability.header_optional;
  out.crc_checked = run.crc_checked;
  const Oracle& o = run.capability.of(run.capability.version()).oracle;
  for (const auto& [told, word] : {std::pair(o.address, "address"), std::pair(o.port, "port"), std::pair(o.mark, "mark")}) {
    if (told) text::append(out.oracle, "{}{}", out.oracle.empty() ? "" : "+", word);
  }
  for (const auto& [limit, size] : run.limits) out.limits.emplace(limit, size);
  std::vector<Measured> measured;
  for (const CaseResult& r : run.results) {
    const auto fate = r.tries > 0 ? fate_of(r.code) : std::nullopt;
    if (fate && r.verdict != Verdict::crash && r.verdict != Verdict::error) measured.push_back({r.id, *fate});
  }
  derive(out, measured);
  return out;
}

std::string profile_text(const Profile& p) {
  std::string out =
      text::format("{}\t{}\t{}\t{}\tconform {}\t{}\n", schema, p.receiver, p.version, p.date, p.tool, p.oracle.empty() ? "-" : p.oracle);
  text::append(out, "supports\t{}{}{}\n", p.v1 ? "v1" : "", p.v1 && p.v2 ? " " : "", p.v2 ? "v2" : "");
  text::append(out, "header\t{}\n", p.header_optional ? "optional" : "required");
  text::append(out, "crc32c\t{}\n", p.crc_checked ? "checked" : "unchecked");
  for (const auto& [limit, size] : p.limits) text::append(out, "limit\t{}\t{}\n", limit, size);
  for (const auto& [key, rule] : p.rules) {
    std::string line = text::format("{}\t{}\t", key, name(rule.fate));
    for (const std::string& id : rule.cases) text::append(line, "{}{}", &id == &rule.cases.front() ? "" : " ", id);
    text::append(out, "{}\n", line);
  }
  for (const auto& [id, fate] : p.cases) text::append(out, "case\t{}\t{}\n", id, name(fate));
  return out;
}

Profile parse_profile(std::string_view text) {
  Profile out;
  std::size_t number = 0;
  const auto wrong = [&number](std::string_view what) { throw std::runtime_error(text::format("line {}: {}", number, what)); };
  while (!text.empty()) {
    ++number;
    const std::size_t end = std::min(text.find('\n'), text.size());
    const auto c = columns(text.substr(0, end), '\t');
    text.remove_prefix(std::min(end + 1, text.size()));
    if (number == 1) {
      if (c[0] != schema || c.size() != 6) wrong("expected '# pp.profile/1', receiver, version, date, tool, oracle");
      out.receiver = c[1];
      out.version = c[2];
      out.date = c[3];
      out.tool = c[4].substr(std::min(c[4].find(' ') + 1, c[4].size()));
      out.oracle = c[5] == "-" ? "" : c[5];
    } else if (c[0] == "supports" && c.size() == 2) {
      out.v1 = c[1].find("v1") != std::string_view::npos;
      out.v2 = c[1].find("v2") != std::string_view::npos;
    } else if (c[0] == "header" && c.size() == 2) {
      out.header_optional = c[1] == "optional";
    } else if (c[0] == "crc32c" && c.size() == 2) {
      out.crc_checked = c[1] == "checked";
    } else if (c[0] == "limit" && c.size() == 3) {
      std::size_t size = 0;
      const auto [stop, error] = std::from_chars(c[2].data(), c[2].data() + c[2].size(), size);
      if (error != std::errc() || stop != c[2].data() + c[2].size()) wrong("the limit is not a number");
      out.limits.emplace(c[1], size);
    } else if (c[0] == "case" && c.size() == 3 && fate_named(c[2])) {
      out.cases.emplace(c[1], *fate_named(c[2]));
    } else if (c.size() == 3 && fate_named(c[1])) {
      Rule rule{*fate_named(c[1]), {}};
      for (const std::string_view id : columns(c[2], ' ')) rule.cases.emplace_back(id);
      out.rules.emplace(c[0], std::move(rule));
    } else {
      wrong("not a line of a profile");
    }
  }
  if (number == 0) throw std::runtime_error("empty");
  return out;
}

}  // namespace pp::judge
