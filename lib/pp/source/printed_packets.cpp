#include "pp/source/printed_packets.hpp"

#include <algorithm>
#include <optional>

#include "pp/base/bytes.hpp"
#include "pp/base/hex.hpp"
#include "pp/packet/iso_time.hpp"
#include "pp/source/printed_bytes.hpp"
#include "pp/text/format.hpp"

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

/// "06:32:03.370448 IP ...", with a date before it or without, or seconds since 1970 as tcpdump -tt prints them; nullopt when the line
/// begins otherwise.
std::optional<std::int64_t> time_of(string_view line) {
  const bool dated = line.size() > 11 && line[4] == '-' && line[7] == '-';
  const string_view clock = line.substr(dated ? 11 : 0);
  const auto fraction = [](string_view rest) {
    if (!rest.starts_with('.')) return string_view();
    return rest.substr(1, std::min<std::size_t>(9, std::min(rest.find_first_not_of("0123456789", 1), rest.size()) - 1));
  };
  if (clock.size() > 8 && clock[2] == ':' && clock[5] == ':') {
    return packet::parse_iso_time(
        text::format("{}T{}.{}Z", dated ? line.substr(0, 10) : "1970-01-01", clock.substr(0, 8), fraction(clock.substr(8))));
  }
  if (line.size() <= 11 || line[10] != '.' || digits_at(line, 0, 10) < 0) return std::nullopt;
  const string_view digits = fraction(line.substr(10));
  std::int64_t nanoseconds = digits.empty() ? 0 : digits_at(digits, 0, digits.size());
  for (std::size_t i = digits.size(); i < 9; ++i) nanoseconds *= 10;
  return digits_at(line, 0, 10) * 1'000'000'000 + nanoseconds;
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
    if (const auto t = time_of(row); t && *t >= 0) {
      finish(at);
      time = *t;
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
