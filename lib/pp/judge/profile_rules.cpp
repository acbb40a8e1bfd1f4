#include "pp/judge/profile_rules.hpp"

#include <algorithm>

#include "pp/lint/lint.hpp"
#include "pp/text/format.hpp"
#include "pp/wire/fault.hpp"

namespace pp::judge {
namespace {

/// The field of a version 1 line in which a byte lies.
std::string_view field_at(Bytes line, std::size_t offset) {
  constexpr std::string_view fields[] = {"signature", "protocol", "source", "destination", "source-port", "destination-port", "end"};
  const auto end = line.begin() + static_cast<std::ptrdiff_t>(std::min(offset, line.size()));
  const auto blanks = static_cast<std::size_t>(std::count(line.begin(), end, std::uint8_t{' '}));
  return fields[std::min(blanks, std::size(fields) - 1)];
}

std::string_view command_of(const Header& header) { return header.is_local() ? "LOCAL" : "PROXY"; }

/// "v1-port" of "v1-port-range".
std::string_view first_two_words(std::string_view code) {
  const std::size_t first = code.find('-');
  return first == std::string_view::npos ? code : code.substr(0, code.find('-', first + 1));
}

void add_kinds(std::vector<std::string>& keys, const Header& h) {
  constexpr std::string_view families[] = {"unspec", "inet", "inet6", "unix"}, transports[] = {"unspec", "stream", "dgram"};
  const std::string_view family = families[std::min<std::size_t>(h.family(), 3)];
  const std::string_view transport = transports[std::min<std::size_t>(h.transport(), 2)];
  keys.push_back(text::format("kind v{} {} {} {}", h.version, command_of(h), family, transport));
  keys.push_back(text::format("kind v{} {} {} *", h.version, command_of(h), family));
  // What is not TCP over IP is treated alike by many.
  const bool usual = (h.family() == 1 || h.family() == 2) && h.transport() == 1;
  keys.push_back(text::format("kind v{} {} {} *", h.version, command_of(h), usual ? "usual" : "unusual"));
}

}  // namespace

std::size_t whole_size(const Parsed& parsed) noexcept { return parsed.verdict.status == Status::done ? parsed.verdict.size : 0; }

std::string_view limit_of(const Parsed& parsed) noexcept {
  if (parsed.verdict.status != Status::done) return {};
  if (parsed.header.version == 2) return "v2";
  return parsed.header.is_unknown() ? "v1-unknown" : "";
}

Kin kin_of(const Parsed& parsed, Bytes bytes) {
  Kin out;
  const Verdict v = at_end(parsed.verdict);
  if (v.status != Status::done) {
    const std::string_view code = info(v.fault).code;
    const bool v1 = parsed.header.version == 1 || (!bytes.empty() && bytes[0] == 'P');
    const std::string_view field = v.status == Status::missing || v.status == Status::truncated ? "*"
                                   : v1                                                         ? field_at(bytes, v.offset)
                                                                                                : command_of(parsed.header);
    out.keys = {text::format("rule {} {}", code, field), text::format("rule {} *", code), text::format("rule {} *", first_two_words(code)),
                text::format("rule {} *", code.substr(0, code.find('-')))};
    out.own = out.keys.size();
    return out;
  }
  std::vector<lint::Finding> findings;
  lint::lint(parsed, bytes.first(parsed.verdict.size), findings);
  for (const lint::Finding& f : findings) {
    if (f.level != lint::Level::note) out.keys.push_back(text::format("lint {} {}", f.code.name(), command_of(parsed.header)));
  }
  out.own = out.keys.size();
  add_kinds(out.keys, parsed.header);
  out.by_kind = out.own == 0;
  if (out.by_kind) out.own = out.keys.size();
  return out;
}

}  // namespace pp::judge
