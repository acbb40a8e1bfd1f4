#include "ppgen/conform_merge.hpp"

#include <charconv>
#include <stdexcept>

#include "pp/forge/catalogue.hpp"
#include "pp/source/file.hpp"
#include "pp/source/json_lines.hpp"
#include "pp/source/lines.hpp"
#include "pp/text/format.hpp"

namespace pp::tool {
namespace {

using source::FlatObject;

std::string field(const FlatObject& object, std::string_view key) {
  const auto found = object.find(key);
  return found == object.end() ? std::string() : found->second;
}

std::optional<std::string> told(const FlatObject& object, std::string_view key) {
  const auto found = object.find(key);
  return found == object.end() ? std::nullopt : std::optional(found->second);
}

std::int64_t number(const FlatObject& object, std::string_view key) {
  const std::string text = field(object, key);
  std::int64_t out = 0;
  std::from_chars(text.data(), text.data() + text.size(), out);
  return out;
}

template <class Enum>
Enum named(std::string_view text, std::size_t count, std::string_view (*name)(Enum)) {
  for (std::size_t i = 0; i < count; ++i) {
    if (name(static_cast<Enum>(i)) == text) return static_cast<Enum>(i);
  }
  return Enum{};
}

judge::CaseResult case_of(const FlatObject& o) {
  judge::CaseResult r;
  r.id = field(o, "id");
  r.section = field(o, "section");
  r.asks = named<forge::Asks>(field(o, "asks"), forge::asks_count, [](forge::Asks asks) { return forge::name(asks); });
  r.derived = field(o, "derived") == "true";
  const std::string code = field(o, "code");
  for (std::size_t i = 0; i < judge::code_count && !code.empty(); ++i) {
    if (judge::letter(static_cast<judge::Code>(i)) == code[0]) r.code = static_cast<judge::Code>(i);
  }
  r.verdict = judge::verdict_named(field(o, "verdict")).value_or(judge::Verdict::error);
  r.answer_class = field(o, "detail.class");
  r.told = {told(o, "detail.src"), told(o, "detail.sport"), told(o, "detail.dst"), told(o, "detail.dport"), std::nullopt};
  r.us = number(o, "us");
  r.tries = static_cast<unsigned>(number(o, "tries"));
  r.why = field(o, "why");
  r.end = named<judge::End>(field(o, "end"), judge::end_count, [](judge::End end) { return judge::name(end); });
  if (const auto found = forge::find_case(r.id)) r.sentence = found->sentence;
  return r;
}

void read_event(const FlatObject& o, judge::Run& run) {
  const std::string event = field(o, "event");
  if (event == "control") {
    const std::string form = field(o, "form");
    for (std::size_t i = 0; i < judge::control_count; ++i) {
      if (judge::name(static_cast<judge::Control>(i)) == form) run.capability.answers[i] = field(o, "class");
    }
    if (form == "v2") run.capability.v2.supported = field(o, "supported") == "true";
    if (form == "v1") run.capability.v1.supported = field(o, "supported") == "true";
  } else if (event == "observes") {
    run.crc_checked = field(o, "crc32c") == "true";
    run.capability.header_optional = field(o, "header") == "optional";
  } else if (event == "case") {
    run.results.push_back(case_of(o));
  } else if (event == "end") {
    run.connections = static_cast<std::uint64_t>(number(o, "connections"));
    run.us = number(o, "us");
    run.exit = static_cast<int>(number(o, "exit"));
    run.trouble = field(o, "trouble");
  }
}

}  // namespace

std::string file_text(const std::string& path) {
  source::InputFile file(path);
  source::BlockBuffer buffer(file, source::BlockBuffer::default_block);
  constexpr std::size_t most = std::size_t{1} << 28;
  const std::vector<std::uint8_t> bytes = source::read_rest(buffer, most);
  return {bytes.begin(), bytes.end()};
}

std::vector<judge::Run> read_runs(const std::string& path) {
  std::vector<judge::Run> out;
  try {
    for (const FlatObject& o : source::flat_objects(file_text(path))) {
      if (field(o, "event") == "start") {
        if (field(o, "schema") != "pp.conform/1") throw std::runtime_error("not a run of ppgen conform -o json");
        judge::Run& run = out.emplace_back();
        run.name = field(o, "name");
        run.version = field(o, "version");
        run.target = field(o, "target");
        run.app = field(o, "app");
        run.time = field(o, "time");
        run.tool = field(o, "tool");
      } else if (out.empty()) {
        throw std::runtime_error("not a run of ppgen conform -o json");
      } else {
        read_event(o, out.back());
      }
    }
  } catch (const std::runtime_error& error) {
    throw std::runtime_error(text::format("{}: {}", path, error.what()));
  }
  if (out.empty()) throw std::runtime_error(text::format("{}: no run in it", path));
  return out;
}

}  // namespace pp::tool
