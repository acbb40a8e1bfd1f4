#include "pp/render/format.hpp"

#include <array>

#include "pp/base/hex.hpp"

namespace pp::render {
namespace {

void write_hex(std::string& out, const inspect::Record& record, const Style&, State&) {
  if (!record.is_header()) return;
  append_hex(out, record.bytes);
  out += '\n';
}

void write_raw(std::string& out, const inspect::Record& record, const Style&, State&) {
  if (record.is_header()) out.append(record.bytes.begin(), record.bytes.end());
}

constexpr std::array formats = {
    Format{"text", Redactable::yes, write_text, finish_text, write_text_summary, write_text_groups, write_text_report, write_text_hops},
    Format{"json", Redactable::yes, write_json, nullptr, write_json_summary, write_json_groups, write_json_report, write_json_hops},
    Format{"hex", Redactable::no, write_hex, nullptr, nullptr, nullptr, nullptr, nullptr},
    Format{"raw", Redactable::no, write_raw, nullptr, nullptr, nullptr, nullptr, nullptr},
};

}  // namespace

const Format* find_format(std::string_view name) noexcept {
  for (const Format& f : formats) {
    if (f.name == name) return &f;
  }
  return nullptr;
}

std::string format_names() {
  std::string out;
  for (const Format& f : formats) out += (out.empty() ? "" : "|") + std::string(f.name);
  return out;
}

}  // namespace pp::render
