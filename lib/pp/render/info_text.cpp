#include "pp/render/info_text.hpp"

#include <algorithm>

#include "pp/base/hex.hpp"
#include "pp/base/utf8.hpp"
#include "pp/explain/codes.hpp"
#include "pp/explain/finding_text.hpp"
#include "pp/explain/log_line.hpp"
#include "pp/explain/log_report.hpp"
#include "pp/inspect/payload.hpp"
#include "pp/inspect/sender_hint.hpp"
#include "pp/lint/lint.hpp"
#include "pp/render/code_text.hpp"
#include "pp/text/format.hpp"
#include "pp/wire/tlv_types.hpp"

namespace pp::render {
namespace {

std::string upper(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 32);
    if (c == '-') c = '_';
  }
  return out;
}

std::string hex_type(std::uint8_t type) { return text::format("0x{}", to_hex(Bytes(&type, 1))); }

std::string_view where(TlvScope scope) { return scope == TlvScope::ssl ? "inside the SSL TLV" : "in the header"; }
std::string_view short_where(TlvScope scope) { return scope == TlvScope::ssl ? "in SSL" : "header"; }

std::string tlv_entry(const TlvType& row) {
  std::string out = text::format("{} {}\n  where    {}, {}\n  value    {}", hex_type(row.type), row.name, where(row.scope),
                                 row.single ? "at most once" : "any number of times", row.meaning);
  if (row.max != 65535 && row.shape != TlvShape::crc32c) text::append(out, "; at most {} bytes", row.max);
  text::append(out, "\n  section  {}\n", row.section.number());
  return out;
}

std::string vendor_entry(const VendorTlv& row) {
  std::string out =
      text::format("{} {}\n  vendor   {}\n  where    {}\n  value    ", hex_type(row.type), row.name, row.vendor, where(row.scope));
  if (row.subtype != 0) text::append(out, "byte {}, then ", hex_type(row.subtype));
  out += row.meaning;
  if (row.bytes != 0) text::append(out, "; {} bytes in all", row.bytes);
  text::append(out, "\n  section  2.2.8 ({} range; recognised by type and shape together)\n",
               tlv_range(row.type) == TlvRange::custom ? "custom" : "reserved");
  return out;
}

std::string range_entry(std::uint8_t type) {
  const TlvRange range = tlv_range(type);
  constexpr std::string_view meaning[] = {"not assigned by the specification", "custom, application-specific: E0..EF",
                                          "for experiments, not for production: F0..F7", "reserved for future use: F8..FF"};
  return text::format("{} {}\n  value    {}\n  section  2.2.8\n", hex_type(type), name(range), meaning[static_cast<std::size_t>(range)]);
}

/// What the bytes are that a log line quotes: a header, whole or wrong, or what came in its place.
std::string quoted_words(Bytes quoted) {
  constexpr std::size_t most = 100;
  std::string out =
      "\"" + shown(quoted.first(std::min(quoted.size(), most)), Charset::ascii) + (quoted.size() > most ? "..." : "") + "\"\n  which is ";
  const Parsed parsed = parse(quoted);
  switch (parsed.verdict.status) {
    case Status::missing: {
      const inspect::Payload payload = inspect::identify(quoted);
      out += title(payload.kind);
      if (!payload.host.empty()) out += ", Host " + shown(payload.host, Charset::ascii);
      if (!payload.sni.empty()) out += ", SNI " + shown(payload.sni, Charset::ascii);
      return out + ": no PROXY header\n";
    }
    case Status::malformed:
      text::append(out, "a PROXY header that is wrong at byte {}: {}\n", parsed.verdict.offset,
                   explain::finding_text(lint::describe(parsed, quoted), quoted));
      return out;
    case Status::done:
      if (parsed.header.version == 1) return out + "a whole PROXY v1 header\n";
      return out + "a whole PROXY v2 header\n";
    default:
      if (parsed.header.version == 0) return out + "too little to tell\n";
      text::append(out, "the beginning of a PROXY v{} header: logs often cut it, or lose its line end\n", parsed.header.version);
      return out;
  }
}

std::string log_entry(const explain::LogReading& log) {
  std::string out = std::string(log.id) + "\n  said by  " + std::string(log.who) + "\n  means    " + std::string(log.meaning) + "\n";
  if (!log.quoted.empty()) out += "  quoted   " + quoted_words(log.quoted);
  out += "  side     " +
         (log.side == explain::LogSide::unknown ? std::string("the text alone does not tell") : std::string(name(log.side))) + "\n";
  text::append(out, "  change   {}\n", log.fix);
  return out;
}

/// Of a paste with several lines, each row once; empty when nothing is known.
std::string log_entries(std::string_view text) {
  explain::LogReport report;
  report.add_text(text);
  std::string out;
  for (const explain::LogGroup& group : report.groups()) {
    const std::string entry = log_entry(group.reading);
    if (out.find(entry) == out.npos) out += entry;
  }
  return out;
}

}  // namespace

std::string explain_name(std::string_view word) {
  for (const explain::CodeInfo& row : explain::all_codes()) {
    if (row.name == word) return code_text(row);
  }
  std::string out;
  std::optional<std::uint8_t> type;
  if (word.size() == 4 && (word.starts_with("0x") || word.starts_with("0X"))) {
    if (const auto byte = from_hex(word.substr(2))) type = byte->front();
  }
  const std::string wanted = upper(word);
  for (const TlvType& row : tlv_table) {
    if (type ? row.type == *type : row.name == wanted) out += tlv_entry(row);
  }
  for (const VendorTlv& row : vendor_table) {
    if (type ? row.type == *type : row.name == wanted || upper(row.vendor) == wanted) out += vendor_entry(row);
  }
  if (out.empty() && type) out = range_entry(*type);
  if (word == "senders") {
    for (const inspect::SenderHint& row : inspect::sender_hints()) text::append(out, "{}\n  because  {}\n", row.sender, row.because);
  }
  out += products_text(word);
  return out;
}

std::optional<std::string> explain(std::string_view word) {
  std::string out = explain_name(word);
  if (out.empty()) out = log_entries(word);
  if (out.empty()) return std::nullopt;
  return out;
}

std::string list_codes() {
  std::string out;
  for (const explain::CodeInfo& row : explain::all_codes()) {
    text::append(out, "{:<27} {:<8} {:<6} {}\n", row.name, row.level, row.section, row.description);
  }
  return out;
}

std::string list_tlvs() {
  std::string out;
  for (const TlvType& row : tlv_table) {
    text::append(out, "{}  {:<23} {:<7} {:<6} {}\n", hex_type(row.type), row.name, short_where(row.scope), row.section.number(),
                 row.meaning);
  }
  for (const VendorTlv& row : vendor_table) {
    text::append(out, "{}  {:<23} {:<7} {:<6} {}: {}\n", hex_type(row.type), row.name, short_where(row.scope), "2.2.8", row.vendor,
                 row.meaning);
  }
  return out;
}

}  // namespace pp::render
