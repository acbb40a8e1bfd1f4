#include "ppgen/words.hpp"

#include <algorithm>
#include <array>

#include "ppgen/value_words.hpp"
#include "cli/suggest.hpp"
#include "cli/option_words.hpp"
#include "pp/base/hex.hpp"
#include "pp/source/file.hpp"
#include "pp/source/text_plain.hpp"
#include "pp/wire/tlv_types.hpp"

namespace pp::tool {
namespace {

using Buffer = std::vector<std::uint8_t>;

constexpr std::size_t longest_value = 65535;

std::string lower(std::string_view text) {
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

void check_length(const std::string& what, std::size_t size, std::size_t most) {
  if (size > most) refuse(what + " is too long: " + std::to_string(size) + " bytes, at most " + std::to_string(most) + " fit");
}

/// The vendor's value around the identifier that the user wrote.
Buffer vendor_bytes(const VendorTlv& row, const std::string& name, std::string_view text) {
  Buffer out;
  if (row.subtype != 0) out.push_back(row.subtype);
  if (row.id == VendorId::number_le || row.id == VendorId::number_be) {
    const bool little = row.id == VendorId::number_le;
    const std::uint64_t id = number_word("--tlv " + name, text, little ? 0xffffffffU : UINT64_MAX);
    for (unsigned i = 0; i < (little ? 4U : 8U); ++i) out.push_back(static_cast<std::uint8_t>(id >> (little ? 8 * i : 56 - 8 * i)));
    return out;
  }
  const Buffer value = value_word("--tlv " + name, text);
  const Bytes bytes(value);
  const bool right =
      bytes.size() >= row.prefix.size() && std::equal(row.prefix.begin(), row.prefix.end(), bytes.begin(),
                                                      [](char c, std::uint8_t b) { return static_cast<std::uint8_t>(c) == b; });
  if (!right)
    refuse("--tlv " + name + ": the value starts with " + in_quotes(row.prefix) + "; write 0x" + to_hex(Bytes(&row.type, 1)) +
           "=... to send any bytes");
  out.insert(out.end(), value.begin(), value.end());
  return out;
}

DraftTlv specified_tlv(const TlvType& row, const std::string& name, const std::string& text) {
  const std::string option = "--tlv " + name;
  const std::string number = "0x" + to_hex(Bytes(&row.type, 1));
  if (row.scope == TlvScope::ssl) refuse(option + " stands inside the SSL TLV: use --ssl, or " + number + "=... to put it outside");
  Buffer value = value_word(option, text);
  const bool bounded = row.max < longest_value;
  if (bounded && value.size() > row.max) {
    refuse(option + ": value too long, " + std::to_string(value.size()) + " bytes where " + std::to_string(row.max) +
           " are allowed; write " + number + "=... to send it all the same");
  }
  if (row.shape == TlvShape::crc32c && value.size() != 4)
    refuse(option + " holds 4 bytes; --crc32c computes them, and " + number + "=... takes any");
  return {row.type, std::move(value), std::nullopt};
}

DraftTlv named_tlv(const std::string& name, const std::string& text) {
  const std::string wanted = lower(name);
  for (const TlvType& row : tlv_table) {
    if (lower(row.name) == wanted) return specified_tlv(row, name, text);
  }
  for (const VendorTlv& row : vendor_table) {
    if (lower(row.name) == wanted && row.scope == TlvScope::header) return {row.type, vendor_bytes(row, name, text), std::nullopt};
  }
  refuse("--tlv " + in_quotes(name) + ": no TLV of that name; see 'ppgen list tlvs', or write 0xNN" +
         did_you_mean(name, gen_value_words(), "--tlv"));
}

struct SslKey {
  std::string_view key;
  std::uint8_t type;
};
constexpr std::array ssl_keys = {SslKey{"version", 0x21}, SslKey{"cn", 0x22},    SslKey{"cipher", 0x23},     SslKey{"sig_alg", 0x24},
                                 SslKey{"key_alg", 0x25}, SslKey{"group", 0x26}, SslKey{"sig_scheme", 0x27}, SslKey{"cert", 0x28}};

std::uint8_t client_bits(const std::string& text) {
  if (text.starts_with("0x") || (!text.empty() && text[0] >= '0' && text[0] <= '9'))
    return static_cast<std::uint8_t>(number_word("--ssl client", text, 255));
  std::uint8_t bits = 0;
  for (std::size_t at = 0; at <= text.size();) {
    const std::size_t plus = std::min(text.find('+', at), text.size());
    const std::string word = lower(std::string_view(text).substr(at, plus - at));
    if (word == "ssl")
      bits |= 1U;
    else if (word == "cert_conn")
      bits |= 2U;
    else if (word == "cert_sess")
      bits |= 4U;
    else
      refuse("--ssl client: " + in_quotes(word) + " is none of ssl, cert_conn, cert_sess, joined by '+', or a number");
    at = plus + 1;
  }
  return bits;
}

std::vector<std::string> at_commas(const std::string& word) {
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

}  // namespace

AddressWord address_word(std::string_view option, std::string_view text) {
  const std::string said = std::string(option) + " " + in_quotes(text);
  std::string_view host = text;
  std::optional<std::string_view> port;
  if (text.starts_with('[')) {
    const std::size_t end = text.find(']');
    if (end == std::string_view::npos) refuse(said + ": the bracket is not closed");
    host = text.substr(1, end - 1);
    if (end + 1 < text.size()) {
      if (text[end + 1] != ':') refuse(said + ": a port follows ']' as ':PORT'");
      port = text.substr(end + 2);
    }
  } else if (const std::size_t colon = text.find(':');
             colon != std::string_view::npos && text.find(':', colon + 1) == std::string_view::npos) {
    host = text.substr(0, colon);
    port = text.substr(colon + 1);
  }
  AddressWord out;
  const auto address = parse_ip(host);
  if (!address) refuse(said + " is no IP address, such as 192.0.2.1:80 or [2001:db8::1]:80; names are not looked up");
  if (text.starts_with('[') && address->is_v4()) refuse(said + ": brackets are for IPv6 addresses");
  out.address = *address;
  if (port) {
    out.port = parse_number<std::uint16_t>(*port);
    if (!out.port)
      refuse(said + ": port " + in_quotes(*port) + " is no number from 0 to 65535; other ports go through --set sport= or dport= with -1");
  }
  return out;
}

std::vector<std::uint8_t> hex_word(std::string_view option, std::string_view text) {
  const auto bytes = from_hex(text.starts_with("0x") ? text.substr(2) : text);
  if (!bytes) refuse(std::string(option) + " " + in_quotes(text) + ": not hexadecimal digits in pairs");
  return *bytes;
}

std::uint64_t number_word(std::string_view option, std::string_view text, std::uint64_t most) {
  const bool hex = text.starts_with("0x") || text.starts_with("0X");
  const auto n = parse_number<std::uint64_t>(hex ? text.substr(2) : text, hex ? 16 : 10);
  if (!n || *n > most) refuse(std::string(option) + " " + in_quotes(text) + " is no number from 0 to " + std::to_string(most));
  return *n;
}

std::pair<std::string, std::string> name_and_value(std::string_view option, const std::string& word, std::string_view example) {
  const std::size_t equals = word.find('=');
  if (equals == std::string::npos || equals == 0)
    refuse(std::string(option) + " " + in_quotes(word) + ": expected " + std::string(example));
  return {word.substr(0, equals), word.substr(equals + 1)};
}

std::vector<std::uint8_t> value_word(std::string_view option, std::string_view text) {
  Buffer out;
  if (text.starts_with("hex:")) {
    out = hex_word(option, text.substr(4));
  } else if (text.starts_with("b64:")) {
    source::TextResult decoded = source::decode_base64(text.substr(4));
    if (decoded.error)
      refuse(std::string(option) + ": not base64 at character " + std::to_string(decoded.error->column) + ": " + decoded.error->text);
    out = std::move(decoded.bytes);
  } else if (text.starts_with('@')) {
    out = read_value(std::string(text.substr(1)));
    if (out.size() > longest_value)
      refuse(std::string(option) + ": value too long, " + in_quotes(text.substr(1)) + " holds more than " + std::to_string(longest_value) +
             " bytes");
  } else {
    if (text.starts_with("text:")) text.remove_prefix(5);
    out.assign(text.begin(), text.end());
  }
  check_length(std::string(option) + ": value", out.size(), longest_value);
  return out;
}

DraftTlv tlv_word(const std::string& word) {
  const auto [name, text] = name_and_value("--tlv", word, "TYPE=VALUE, such as AUTHORITY=www.example.com or 0xe5=hex:0102");
  if (name.starts_with("0x") || name.starts_with("0X")) {
    const auto type = static_cast<std::uint8_t>(number_word("--tlv type", name, 255));
    return {type, value_word("--tlv " + name, text), std::nullopt};
  }
  if (lower(name) == "ssl") return {tlv_type::ssl, value_word("--tlv " + name, text), std::nullopt};
  return named_tlv(name, text);
}

DraftTlv ssl_word(const std::string& word) {
  std::uint8_t client = 1;
  std::uint32_t verify = 0;
  std::vector<DraftTlv> subs;
  for (const std::string& part : at_commas(word)) {
    if (part.empty()) continue;
    const auto [name, text] = name_and_value("--ssl", part, "key=value,.. such as version=TLSv1.3,cn=alice");
    const std::string key = lower(name);
    if (key == "client") {
      client = client_bits(text);
    } else if (key == "verify") {
      verify = static_cast<std::uint32_t>(number_word("--ssl verify", text, 0xffffffffU));
    } else if (key.starts_with("0x")) {
      subs.push_back({static_cast<std::uint8_t>(number_word("--ssl type", key, 255)), value_word("--ssl " + name, text), std::nullopt});
    } else {
      const auto* row = std::find_if(ssl_keys.begin(), ssl_keys.end(), [&](const SslKey& k) { return k.key == key; });
      if (row == ssl_keys.end()) {
        refuse("--ssl " + in_quotes(name) +
               " is none of version, cipher, cn, client, verify, sig_alg, key_alg, group, sig_scheme, cert, 0xNN");
      }
      subs.push_back({row->type, value_word("--ssl " + name, text), std::nullopt});
    }
  }
  std::vector<std::uint8_t> value = ssl_value(client, verify, subs);
  check_length("--ssl: value", value.size(), longest_value);
  return {tlv_type::ssl, std::move(value), std::nullopt};
}

}  // namespace pp::tool
