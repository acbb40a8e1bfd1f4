// Reads tests/data/catalogue.tsv: what is seen in the field, and what the specification asks of a receiver.
#pragma once

#include <cstdint>
#include <fstream>
#include <map>
#include <stdexcept>
#include <string>
#include <vector>

#include "pp/base/hex.hpp"

namespace catalogue {

inline const std::string request = "GET /t HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";

struct CatalogueRow {
  std::string id, section, asks, description, steps, seen_in;
  std::vector<std::uint8_t> bytes;               // everything sent, the request included
  std::vector<std::vector<std::uint8_t>> parts;  // write by write
  bool with_request = false;                     // the last part ends in `request`

  /// What was sent before the request.
  std::size_t bytes_before_request() const { return bytes.size() - (with_request ? request.size() : 0); }
};

/// The bytes of the rows that the file shortens, built from their descriptions.
inline const std::map<std::string, std::string>& long_rows() {
  static const std::map<std::string, std::string> rows = [] {
    const std::string fixed("\r\n\r\n\0\r\nQUIT\n\x21\x11", 14);
    const std::string block("\xc0\x00\x02\x0a\xc6\x33\x64\x14\xdc\x04\x01\xbb", 12);
    const auto be16 = [](std::size_t n) { return std::string{static_cast<char>(n >> 8), static_cast<char>(n)}; };
    const auto header = [&](const std::string& tlvs) { return fixed + be16(12 + tlvs.size()) + block + tlvs; };
    const auto tlv = [&](int type, const std::string& value) { return static_cast<char>(type) + be16(value.size()) + value; };
    const auto noop_to = [&](std::size_t length) { return header(tlv(4, std::string(length - 15, '\0'))); };
    const auto repeat = [](const std::string& what, std::size_t n) {
      std::string out;
      for (std::size_t i = 0; i < n; ++i) out += what;
      return out;
    };
    const std::string der = std::string("\x30\x82\x05\xd8", 4) + std::string(1496, '\0');
    const std::string ssl = std::string("\x07\0\0\0\0", 5) + tlv(0x21, "TLSv1.3") + tlv(0x23, "TLS_AES_128_GCM_SHA256") + tlv(0x28, der);
    return std::map<std::string, std::string>{
        {"V1L-11", "PROXY TCP4 " + std::string(4096, '1')},
        {"V2L-15", noop_to(2048 - 16)},
        {"V2L-17", noop_to(4097 - 16)},
        {"V2L-18", noop_to(16384)},
        {"V2L-19", noop_to(0x8001)},
        {"V2L-20", noop_to(65535)},
        {"V2T-14", header(repeat(tlv(0x04, ""), 1300))},
        {"V2T-15", header(repeat(tlv(0xe0, ""), 21840))},
        {"SSL-18", header(tlv(0x20, ssl))},
    };
  }();
  return rows;
}

inline std::vector<std::string> columns(const std::string& line, char at) {
  std::vector<std::string> out(1);
  for (char c : line) {
    if (c == at) {
      out.emplace_back();
    } else {
      out.back() += c;
    }
  }
  return out;
}

inline std::vector<std::uint8_t> part_bytes(const std::string& id, std::string text, bool& with_request) {
  constexpr std::string_view mark = "+REQ";
  with_request = text.size() >= mark.size() && text.substr(text.size() - mark.size()) == mark;
  if (with_request) text.resize(text.size() - mark.size());
  std::vector<std::uint8_t> out;
  const std::size_t shortened = text.find("...(");
  if (shortened != std::string::npos) {
    const std::string& whole = long_rows().at(id);
    out.assign(whole.begin(), whole.end());
    // The count in the file covers the row's text, in which +REQ takes the place of two bytes.
    const std::size_t said = std::stoul(text.substr(shortened + 4));
    with_request = said == out.size() + 2;
    if (said != out.size() + (with_request ? 2U : 0U)) throw std::runtime_error(id + ": another length than the file says");
    if (pp::to_hex(out).compare(0, shortened, text, 0, shortened) != 0) throw std::runtime_error(id + ": another start than the file's");
  } else {
    const auto bytes = pp::from_hex(text);
    if (!bytes) throw std::runtime_error(id + ": no hexadecimal bytes");
    out = *bytes;
  }
  if (with_request) out.insert(out.end(), request.begin(), request.end());
  return out;
}

/// Throws when the file is not what it should be.
inline std::vector<CatalogueRow> load(const std::string& path) {
  std::ifstream file(path);
  if (!file) throw std::runtime_error("cannot open " + path);
  std::vector<CatalogueRow> rows;
  for (std::string line; std::getline(file, line);) {
    if (line.empty() || line[0] == '#') continue;
    const auto c = columns(line, '\t');
    if (c.size() != 7) throw std::runtime_error("not seven columns: " + line.substr(0, 40));
    CatalogueRow row{c[0], c[1], c[2], c[3], c[4], c[5], {}, {}, false};
    for (const std::string& part : columns(c[6], ';')) {
      row.parts.push_back(part_bytes(row.id, part, row.with_request));
      row.bytes.insert(row.bytes.end(), row.parts.back().begin(), row.parts.back().end());
    }
    rows.push_back(std::move(row));
  }
  return rows;
}

}  // namespace catalogue
