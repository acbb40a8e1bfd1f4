#include "ppgen/header_edits.hpp"

#include <algorithm>

#include "cli/suggest.hpp"
#include "cli/usage.hpp"
#include "pp/wire/encode.hpp"
#include "pp/wire/header.hpp"
#include "pp/wire/tlv.hpp"
#include "pp/wire/tlv_types.hpp"
#include "ppgen/parse_args.hpp"
#include "ppgen/parse_tlv.hpp"

namespace pp::tool {
namespace {

constexpr std::size_t longest_body = 65535;

/// A field that --set writes, in the versions that have it.
struct Field {
  std::string_view name;
  bool v1, v2;
  void (*write)(Draft& d, std::string_view option, std::string_view text);
};

std::string text_value(std::string_view option, std::string_view text) {
  const std::vector<std::uint8_t> bytes = parse_value(option, text);
  return {bytes.begin(), bytes.end()};
}
template <auto Member>
void write_text(Draft& d, std::string_view option, std::string_view text) {
  d.*Member = text_value(option, text);
}

constexpr Field fields[] = {
    {"sig", true, true, [](Draft& d, std::string_view option, std::string_view text) { d.signature = parse_hex(option, text); }},
    {"len", false, true,
     [](Draft& d, std::string_view option, std::string_view text) {
       d.length = static_cast<std::uint16_t>(parse_integer(option, text, 65535));
     }},
    {"ver", false, true,
     [](Draft& d, std::string_view option, std::string_view text) {
       const unsigned now = d.version_command.value_or(d.command == Command::local ? 0x20 : 0x21);
       d.version_command = static_cast<std::uint8_t>((now & 0x0fU) | parse_integer(option, text, 15) << 4U);
     }},
    {"cmd", false, true,
     [](Draft& d, std::string_view option, std::string_view text) {
       const unsigned now = d.version_command.value_or(0x20);
       d.version_command = static_cast<std::uint8_t>((now & 0xf0U) | parse_integer(option, text, 15));
     }},
    {"fam", false, true,
     [](Draft& d, std::string_view option, std::string_view text) {
       d.family_transport = static_cast<std::uint8_t>(parse_integer(option, text, 255));
     }},
    {"proto", true, false, write_text<&Draft::v1_protocol>},
    {"src", true, false, write_text<&Draft::v1_source>},
    {"dst", true, false, write_text<&Draft::v1_destination>},
    {"sport", true, false, write_text<&Draft::v1_source_port>},
    {"dport", true, false, write_text<&Draft::v1_destination_port>},
    {"rest", true, false, write_text<&Draft::v1_rest>},
    {"eol", true, false, write_text<&Draft::v1_line_end>},
};

void set_field(Draft& d, const std::string& word) {
  const auto [name, text] = parse_assignment("--set", word, "FIELD=VALUE, such as len=8 or ver=3");
  std::vector<std::string> known;
  for (const Field& field : fields) {
    if (d.version == 1 ? !field.v1 : !field.v2) continue;
    if (field.name == name) return field.write(d, text::format("--set {}", name), text);
    known.emplace_back(field.name);
  }
  refuse("--set '{}': expected {}, the fields of version {}{}", name, alternatives(known), d.version, suggest(name, known));
}

void add_crc(Draft& d, const std::string& word) {
  if (word == "good") {
    d.crc = DraftCrc::good;
  } else if (word == "bad") {
    d.crc = DraftCrc::bad;
  } else {
    const std::vector<std::uint8_t> value = parse_hex("--crc32c", word);
    if (value.size() != 4) refuse("--crc32c '{}': expected 'bad' or 8 hexadecimal digits", word);
    d.crc = DraftCrc::value;
    d.crc_value = load_be32(value.data());
  }
}

void pad(Draft& d, const std::string& word) {
  const auto wanted = static_cast<std::size_t>(parse_integer("--pad-to", word, v2_fixed_bytes + longest_body));
  const std::size_t size = encode(d).size();
  if (size == wanted) return;
  if (size + tlv_head_bytes > wanted)
    refuse("--pad-to {}: the header has {} bytes already, and a NOOP TLV takes at least {} more", word, size, tlv_head_bytes);
  d.tlvs.push_back({tlv_type::noop, std::vector<std::uint8_t>(wanted - size - tlv_head_bytes), std::nullopt});
}

void check_size(const Draft& d) {
  if (d.version != 2 || d.simple || d.length) return;
  const std::size_t body = encode(d).size();
  if (body <= v2_fixed_bytes + longest_body) return;
  refuse("the header is too long: {} bytes follow the length field, which counts to {}; --set len= writes another length",
         body - v2_fixed_bytes, longest_body);
}

void patch(Draft& d, const std::string& word, std::size_t size) {
  const auto [offset, hex] = parse_assignment("--patch", word, "OFFSET=HEX, such as 12=31");
  const std::uint64_t at = parse_integer("--patch offset", offset, UINT32_MAX);
  std::vector<std::uint8_t> with = parse_hex(text::format("--patch {}", offset), hex);
  if (at + with.size() > size) refuse("--patch '{}' reaches past the header's {} bytes; --append adds some", word, size);
  d.patches.push_back({static_cast<std::size_t>(at), std::move(with)});
}

}  // namespace

bool has_edits(const HeaderArguments& a) noexcept {
  return !(a.tlvs.empty() && a.crc.empty() && a.sets.empty() && a.pad_to.empty() && a.patches.empty() && a.truncate.empty() &&
           a.append.empty());
}

void apply_edits(const HeaderArguments& a, Draft& d) {
  if (!has_edits(a)) return;
  d.tlvs.insert(d.tlvs.end(), a.tlvs.begin(), a.tlvs.end());
  if (!a.crc.empty()) add_crc(d, a.crc);
  for (const std::string& word : a.sets) set_field(d, word);
  if (!a.pad_to.empty()) pad(d, a.pad_to);
  check_size(d);
  const std::size_t size = a.patches.empty() ? 0 : encode(d).size();
  for (const std::string& word : a.patches) patch(d, word, size);
  if (!a.truncate.empty()) d.truncate = static_cast<std::size_t>(parse_integer("--truncate", a.truncate, UINT32_MAX));
  if (a.append.empty()) return;
  const std::vector<std::uint8_t> more = parse_hex("--append", a.append);
  d.append.insert(d.append.end(), more.begin(), more.end());
}

}  // namespace pp::tool
