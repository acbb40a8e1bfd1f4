#include "pp/packet/link_headers.hpp"

namespace pp::packet {
namespace {

constexpr std::uint32_t prism_size = 144;

/// IEEE 802.11, 9.2: addresses, then for QoS data and its high throughput two more fields. `padded`: the driver has
/// aligned what follows to four bytes.
Next open_frame(Rest& rest, bool padded) noexcept {
  if (!rest.has(2)) return stop(rest.lacks(2));
  const unsigned control = rest.data()[0];
  const unsigned flags = rest.data()[1];
  constexpr unsigned to_ds = 0x01, from_ds = 0x02, encrypted = 0x40, order = 0x80, qos = 0x80, null = 0x40, data = 0x08;
  if ((control & 0x0cU) != data || (control & null) != 0 || (control & 3U) != 0) return stop(Decoded::not_ip);
  if ((flags & encrypted) != 0) return stop(Wrapper::encrypted_wireless);
  std::uint32_t header = 24;
  if ((flags & to_ds) != 0 && (flags & from_ds) != 0) header += 6;
  const std::uint32_t qos_at = header;
  if ((control & qos) != 0) header += (flags & order) != 0 ? 6 : 2;
  if (!rest.has(header)) return stop(rest.lacks(header));
  const bool aggregated = (control & qos) != 0 && (rest.data()[qos_at] & 0x80U) != 0;
  if (padded) header = (header + 3) & ~3U;
  if (rest.wire < header) return stop(Decoded::malformed);
  rest.drop(header);
  if (!aggregated) return open_llc(rest);
  // The first of the frames that were put together: addresses and its length.
  if (!rest.has(14)) return stop(rest.lacks(14));
  const std::uint32_t length = load_be16(rest.data() + 12);
  rest.drop(14);
  if (length < rest.wire) rest.limit(length);
  return open_llc(rest);
}

/// Whether the flags of a radiotap header say that the frame's header is padded.
bool says_padded(Bytes header) noexcept {
  constexpr std::uint32_t tsft = 1, flags = 2, more = 0x80000000U;
  const std::uint32_t present = load_le32(&header[4]);
  if ((present & flags) == 0) return false;
  std::size_t at = 8;
  for (std::uint32_t word = present; (word & more) != 0; at += 4) {
    if (at + 4 > header.size()) return false;
    word = load_le32(&header[at]);
  }
  if ((present & tsft) != 0) at = (at + 7) / 8 * 8 + 8;
  return at < header.size() && (header[at] & 0x20U) != 0;
}

}  // namespace

Next open_wlan(Rest& rest) noexcept { return open_frame(rest, false); }

Next open_radiotap(Rest& rest) noexcept {
  if (!rest.has(8)) return stop(rest.lacks(8));
  const std::uint32_t header = load_le16(rest.data() + 2);
  if (header < 8 || header > rest.wire) return stop(Decoded::malformed);
  if (!rest.has(header)) return stop(Decoded::truncated);
  const bool padded = says_padded(rest.captured.first(header));
  rest.drop(header);
  return open_frame(rest, padded);
}

/// Prism's header is as long as it says in the driver's order, always 144 bytes; AVS came under the same number.
Next open_prism(Rest& rest) noexcept {
  if (!rest.has(8)) return stop(rest.lacks(8));
  if (load_be32(rest.data()) >> 8U == 0x802110) return open_avs(rest);
  if (rest.wire < prism_size) return stop(Decoded::malformed);
  rest.drop(prism_size);
  return open_frame(rest, false);
}

Next open_avs(Rest& rest) noexcept {
  if (!rest.has(8)) return stop(rest.lacks(8));
  const std::uint32_t header = load_be32(rest.data() + 4);
  if (header < 8 || header > rest.wire) return stop(Decoded::malformed);
  rest.drop(header);
  return open_frame(rest, false);
}

}  // namespace pp::packet
