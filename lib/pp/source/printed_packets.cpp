#include "pp/source/printed_packets.hpp"

#include <algorithm>

#include "pp/base/bytes.hpp"
#include "pp/base/hex.hpp"
#include "pp/source/printed_bytes.hpp"

namespace pp::source {
namespace {

using std::string_view;

constexpr std::uint32_t raw_ip = 101;
constexpr std::uint32_t ethernet = 1;

struct PrintedPacket {
  std::vector<std::uint8_t> bytes;
  std::int64_t time_ns = 0;
};

/// The packet's own length is that of the bytes.
bool is_ip(Bytes b) {
  if (b.size() >= 20 && b[0] >> 4 == 4 && (b[0] & 15U) >= 5) return load_be16(&b[2]) == b.size();
  return b.size() >= 40 && b[0] >> 4 == 6 && std::size_t{load_be16(&b[4])} + 40 == b.size();
}

/// Behind an Ethernet header, with VLAN tags or without. Short frames are padded to 60 bytes.
bool is_ethernet(Bytes b) {
  std::size_t at = 12;
  while (at + 4 <= b.size() && (load_be16(&b[at]) == 0x8100 || load_be16(&b[at]) == 0x88a8)) at += 4;
  if (at + 2 > b.size()) return false;
  const std::uint16_t type = load_be16(&b[at]);
  const Bytes inner = b.subspan(at + 2);
  if (type != 0x0800 && type != 0x86dd) return false;
  if (is_ip(inner)) return true;
  if (inner.size() < 40 || b.size() > 60) return false;
  const std::size_t length = type == 0x0800 ? load_be16(&inner[2]) : std::size_t{load_be16(&inner[4])} + 40;
  return length >= 20 && length <= inner.size() && is_ip(inner.first(length));
}

std::int64_t digits_at(string_view text, std::size_t at, std::size_t n) {
  std::int64_t value = 0;
  for (std::size_t i = 0; i < n; ++i) {
    if (at + i >= text.size() || text[at + i] < '0' || text[at + i] > '9') return -1;
    value = value * 10 + (text[at + i] - '0');
  }
  return value;
}

/// Days since 1970-01-01 in the Gregorian calendar.
std::int64_t days_since_1970(std::int64_t year, std::int64_t month, std::int64_t day) {
  year -= month <= 2 ? 1 : 0;
  const std::int64_t era = year / 400;
  const std::int64_t of_era = year - era * 400;
  const std::int64_t of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
  return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

/// "06:32:03.370448 IP ...", with a date before it or without, or seconds since 1970; -1 when the line begins otherwise.
std::int64_t time_of(string_view line) {
  std::size_t at = 0;
  std::int64_t days = 0;
  if (line.size() > 11 && line[4] == '-' && line[7] == '-') {
    const std::int64_t year = digits_at(line, 0, 4);
    const std::int64_t month = digits_at(line, 5, 2);
    const std::int64_t day = digits_at(line, 8, 2);
    if (year < 1970 || month < 1 || month > 12 || day < 1 || day > 31) return -1;
    days = days_since_1970(year, month, day);
    at = 11;
  }
  std::int64_t seconds = 0;
  if (at + 8 < line.size() && line[at + 2] == ':' && line[at + 5] == ':') {
    const std::int64_t h = digits_at(line, at, 2);
    const std::int64_t m = digits_at(line, at + 3, 2);
    const std::int64_t s = digits_at(line, at + 6, 2);
    if (h < 0 || m < 0 || s < 0) return -1;
    seconds = days * 86400 + h * 3600 + m * 60 + s;
    at += 8;
  } else if (digits_at(line, 0, 10) >= 0 && line.size() > 11 && line[10] == '.') {
    seconds = digits_at(line, 0, 10);
    at = 10;
  } else {
    return -1;
  }
  std::int64_t nanoseconds = 0;
  std::int64_t scale = 1'000'000'000;
  if (at < line.size() && line[at] == '.') {
    for (++at; at < line.size() && line[at] >= '0' && line[at] <= '9' && scale > 1; ++at) {
      scale /= 10;
      nanoseconds += (line[at] - '0') * scale;
    }
  }
  return seconds * 1'000'000'000 + nanoseconds;
}

/// A row with the offset 0 begins a packet.
bool begins_packet(string_view row) {
  std::size_t at = row.find_first_not_of(" \t");
  if (at == string_view::npos) return false;
  if (row.substr(at).starts_with("0x")) at += 2;
  std::size_t zeros = 0;
  while (at + zeros < row.size() && row[at + zeros] == '0') ++zeros;
  if (zeros < 4 || at + zeros >= row.size()) return false;
  const char next = row[at + zeros];
  return next == ':' || next == ' ' || next == '\t' || next == '|';
}

/// The dumps of a text, or the one frame that it holds in hex.
std::vector<PrintedPacket> packets_in(string_view text) {
  std::vector<PrintedPacket> out;
  std::size_t begin = string_view::npos;
  std::int64_t time = 0;
  std::int64_t time_of_begin = 0;
  const auto finish = [&](std::size_t end) {
    if (begin == string_view::npos) return;
    if (auto rows = read_hex_rows(text.substr(begin, end - begin))) out.push_back({std::move(rows->bytes), time_of_begin});
    begin = string_view::npos;
  };
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    const string_view row = text.substr(at, end - at);
    if (const std::int64_t t = time_of(row); t >= 0) {
      finish(at);
      time = t;
    } else if (begins_packet(row)) {
      finish(at);
      begin = at;
      time_of_begin = time;
    }
    at = end + 1;
  }
  finish(text.size());
  if (!out.empty()) return out;
  std::vector<std::uint8_t> bytes;
  int high = -1;
  for (const char c : text) {
    const int value = hex_value(c);
    if (value < 0) {
      if (c != ' ' && c != '\n' && c != '\r' && c != '\t' && c != ':') return {};
      continue;
    }
    if (high < 0) {
      high = value;
    } else {
      bytes.push_back(static_cast<std::uint8_t>(high * 16 + value));
      high = -1;
    }
  }
  if (!bytes.empty() && high < 0) out.push_back({std::move(bytes), 0});
  return out;
}

}  // namespace

packet::CaptureBuffer capture_of_printed_packets(string_view text) {
  const std::vector<PrintedPacket> packets = packets_in(text);
  packet::CaptureBuffer out;
  if (packets.empty()) return out;
  const bool all_ip = std::all_of(packets.begin(), packets.end(), [](const PrintedPacket& p) { return is_ip(p.bytes); });
  const bool all_ethernet = std::all_of(packets.begin(), packets.end(), [](const PrintedPacket& p) { return is_ethernet(p.bytes); });
  if (!all_ip && !all_ethernet) return out;
  const packet::PcapStyle style{true, false};
  packet::append_pcap_header(out, style, all_ip ? raw_ip : ethernet);
  for (const PrintedPacket& p : packets) {
    packet::Packet packet;
    packet.link_type = all_ip ? raw_ip : ethernet;
    packet.time_ns = p.time_ns;
    packet.data = p.bytes;
    packet.wire_length = static_cast<std::uint32_t>(p.bytes.size());
    packet::append_pcap_record(out, style, packet);
  }
  return out;
}

}  // namespace pp::source
