#include "ppgen/parse_tlv.hpp"

#include <algorithm>
#include <array>

#include "cli/option_table.hpp"
#include "cli/suggest.hpp"
#include "cli/usage.hpp"
#include "pp/base/hex.hpp"
#include "pp/source/file.hpp"
#include "pp/source/text_plain.hpp"
#include "pp/text/format.hpp"
#include "pp/wire/tlv_types.hpp"
#include "ppgen/known_names.hpp"
#include "ppgen/parse_args.hpp"

namespace pp::tool {
namespace {

using Buffer = std::vector<std::uint8_t>;

constexpr std::size_t longest_value = 65535;

/// In small letters, with "_" for "-".
std::string folded(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
    if (c == '-') c = '_';
  }
  return out;
}

Buffer read_value(const std::string& path) {
  source::InputFile file(path);
  source::BlockBuffer buffer(file, longest_value + 1, 4096);
  while (buffer.available().size() <= longest_value) {
    const auto fill = buffer.fill(std::min(buffer.available().size() + 1, longest_value + 1));
    if (fill == source::BlockBuffer::Fill::end) break;
  }
  return Buffer(buffer.available().begin(), buffer.available().end());
}

void check_length(std::string_view option, std::size_t size) {
  if (size > longest_value) refuse("{}: value too long, {} bytes where {} fit", option, size, longest_value);
}

std::string type_text(std::uint8_t type) { return text::format("0x{:02x}", type); }

/// The vendor's value around the identifier that the user wrote.
Buffer vendor_bytes(const VendorTlv& row, std::string_view option, std::string_view text) {
  Buffer out;
  if (row.subtype != 0) out.push_back(row.subtype);
  if (row.id == VendorId::number_le || row.id == VendorId::number_be) {
    const bool little = row.id == VendorId::number_le;
    const std::uint64_t id = parse_integer(option, text, little ? 0xffffffffU : UINT64_MAX);
    for (unsigned i = 0; i < (little ? 4U : 8U); ++i) out.push_back(static_cast<std::uint8_t>(id >> (little ? 8 * i : 56 - 8 * i)));
    return out;
  }
  const Buffer value = parse_value(option, text);
  const Bytes bytes(value);
  const bool right =
      bytes.size() >= row.prefix.size() && std::equal(row.prefix.begin(), row.prefix.end(), bytes.begin(),
                                                      [](char c, std::uint8_t b) { return static_cast<std::uint8_t>(c) == b; });
  if (!right) refuse("{}: the value must begin with '{}'; {}=... sends any bytes", option, row.prefix, type_text(row.type));
  out.insert(out.end(), value.begin(), value.end());
  return out;
}

DraftTlv specified_tlv(const TlvType& row, std::string_view option, std::string_view text) {
  const std::string number = type_text(row.type);
  if (row.scope == TlvScope::ssl) refuse("{} belongs inside the SSL TLV: use --ssl, or {}=... to put it outside", option, number);
  Buffer value = parse_value(option, text);
  const bool bounded = row.max < longest_value;
  if (bounded && value.size() > row.max)
    refuse("{}: value too long, {} bytes where {} are allowed; {}=... sends it nevertheless", option, value.size(), row.max, number);
  if (row.shape == TlvShape::crc32c && value.size() != 4)
    refuse("{} holds 4 bytes; --crc32c computes them, and {}=... sends any", option, number);
  return {row.type, std::move(value), std::nullopt};
}

DraftTlv named_tlv(std::string_view name, std::string_view text) {
  const std::string wanted = folded(name);
  const std::string option = text::format("--tlv {}", name);
  for (const TlvType& row : tlv_table) {
    if (folded(row.name) == wanted) return specified_tlv(row, option, text);
  }
  for (const VendorTlv& row : vendor_table) {
    if (folded(row.name) == wanted && row.scope == TlvScope::header) return {row.type, vendor_bytes(row, option, text), std::nullopt};
  }
  refuse("--tlv '{}': unknown TLV; 'ppgen list tlvs' lists the names, and 0xNN is any type{}", name, suggest(name, tlv_assignments()));
}

struct SslKey {
  std::string_view key;
  std::uint8_t type;
};
constexpr std::array ssl_keys = {SslKey{"version", 0x21}, SslKey{"cn", 0x22},    SslKey{"cipher", 0x23},     SslKey{"sig_alg", 0x24},
                                 SslKey{"key_alg", 0x25}, SslKey{"group", 0x26}, SslKey{"sig_scheme", 0x27}, SslKey{"cert", 0x28}};

struct ClientBit {
  std::string_view word;
  std::uint8_t bit;
};
constexpr ClientBit client_words[] = {{"ssl", 1}, {"cert_conn", 2}, {"cert_sess", 4}};

std::uint8_t client_bits(std::string_view text) {
  if (text.starts_with("0x") || (!text.empty() && text[0] >= '0' && text[0] <= '9'))
    return static_cast<std::uint8_t>(parse_integer("--ssl client", text, 255));
  std::uint8_t bits = 0;
  for (const std::string_view word : split_names(text, '+')) {
    const auto* const row =
        std::find_if(std::begin(client_words), std::end(client_words), [&](const ClientBit& b) { return b.word == folded(word); });
    if (row == std::end(client_words)) refuse("--ssl client '{}': expected ssl, cert_conn and cert_sess, joined by '+', or a number", word);
    bits = static_cast<std::uint8_t>(bits | row->bit);
  }
  return bits;
}

std::vector<std::string> at_commas(std::string_view word) {
  std::vector<std::string> out(1);
  for (std::size_t i = 0; i < word.size(); ++i) {
    if (word[i] == '\\' && i + 1 < word.size() && word[i + 1] == ',') {
      out.back() += word[++i];
    } else if (word[i] == ',') {
      out.emplace_back();
    } else {
      out.back() += word[i];
    }
  }
  return out;
}

[[noreturn]] void refuse_key(std::string_view name) {
  std::vector<std::string> keys{"0xNN"};
  for (const std::string& key : ssl_assignments()) keys.emplace_back(key.substr(0, key.size() - 1));
  refuse("--ssl '{}': expected {}{}", name, alternatives(keys), suggest(name, keys));
}

}  // namespace

std::vector<std::uint8_t> parse_value(std::string_view option, std::string_view text) {
  Buffer out;
  if (text.starts_with("hex:")) {
    out = parse_hex(option, text.substr(4));
  } else if (text.starts_with("b64:")) {
    source::TextResult decoded = source::decode_base64(text.substr(4));
    if (decoded.error) refuse("{}: not base64 at character {}: {}", option, decoded.error->column, decoded.error->text);
    out = std::move(decoded.bytes);
  } else if (text.starts_with('@')) {
    const std::string path(text.substr(1));
    out = read_value(path);
    if (out.size() > longest_value) refuse("{}: value too long, '{}' holds more than {} bytes", option, path, longest_value);
  } else {
    if (text.starts_with("text:")) text.remove_prefix(5);
    out.assign(text.begin(), text.end());
  }
  check_length(option, out.size());
  return out;
}

DraftTlv parse_tlv(std::string_view word) {
  const auto [name, text] = parse_assignment("--tlv", word, "TYPE=VALUE, such as AUTHORITY=www.example.com or 0xe5=hex:0102");
  const std::string option = text::format("--tlv {}", name);
  if (name.starts_with("0x") || name.starts_with("0X")) {
    const auto type = static_cast<std::uint8_t>(parse_integer("--tlv type", name, 255));
    return {type, parse_value(option, text), std::nullopt};
  }
  if (folded(name) == "ssl") return {tlv_type::ssl, parse_value(option, text), std::nullopt};
  return named_tlv(name, text);
}

DraftTlv parse_ssl(std::string_view word) {
  std::uint8_t client = 1;
  std::uint32_t verify = 0;
  std::vector<DraftTlv> subs;
  for (const std::string& part : at_commas(word)) {
    if (part.empty()) continue;
    const auto [name, text] = parse_assignment("--ssl", part, "key=value,.. such as version=TLSv1.3,cn=alice");
    const std::string key = folded(name);
    const std::string option = text::format("--ssl {}", name);
    if (key == "client") {
      client = client_bits(text);
    } else if (key == "verify") {
      verify = static_cast<std::uint32_t>(parse_integer("--ssl verify", text, 0xffffffffU));
    } else if (key.starts_with("0x")) {
      subs.push_back({static_cast<std::uint8_t>(parse_integer("--ssl type", key, 255)), parse_value(option, text), std::nullopt});
    } else {
      const auto* row = std::find_if(ssl_keys.begin(), ssl_keys.end(), [&](const SslKey& k) { return k.key == key; });
      if (row == ssl_keys.end()) refuse_key(name);
      subs.push_back({row->type, parse_value(option, text), std::nullopt});
    }
  }
  std::vector<std::uint8_t> value = ssl_value(client, verify, subs);
  check_length("--ssl", value.size());
  return {tlv_type::ssl, std::move(value), std::nullopt};
}

std::vector<std::string> ssl_assignments() {
  std::vector<std::string> out{"client=", "verify="};
  for (const SslKey& row : ssl_keys) out.push_back(text::format("{}=", row.key));
  return out;
}

}  // namespace pp::tool
