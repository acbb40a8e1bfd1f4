#include "pp/source/text_input.hpp"

#include <algorithm>
#include <array>
#include <iterator>

#include "pp/packet/capture.hpp"
#include "pp/source/text_dump.hpp"
#include "pp/source/text_plain.hpp"

namespace pp::source {

namespace {

constexpr std::array<std::string_view, 6> names = {"auto", "pcap", "raw", "hex", "base64", "lines"};

constexpr ByteLiteral v1_start("PROXY");
constexpr ByteLiteral v2_start("\x0d\x0a\x0d\x0a\x00\x0d\x0a\x51\x55\x49\x54\x0a");
constexpr ByteLiteral gzip_magic("\x1f\x8b");
constexpr ByteLiteral zstd_magic("\x28\xb5\x2f\xfd");  // a skippable frame begins like text

/// True when one is a prefix of the other.
bool agrees(Bytes head, Bytes start) {
  const std::size_t n = std::min(head.size(), start.size());
  return std::equal(head.begin(), head.begin() + static_cast<std::ptrdiff_t>(n), start.begin());
}

bool printable(std::uint8_t b) { return (b >= 0x20 && b < 0x7f) || (b >= '\t' && b <= '\r'); }

std::string_view text_of(Bytes bytes) {
  // Characters and bytes may alias.
  return {static_cast<const char*>(static_cast<const void*>(bytes.data())), bytes.size()};
}

}  // namespace

std::string_view input_type_name(InputType type) noexcept { return names[static_cast<std::size_t>(type)]; }

std::optional<InputType> input_type_from(std::string_view name) noexcept {
  const auto* const found = std::find(names.begin(), names.end(), name);
  if (found == names.end()) return std::nullopt;
  return static_cast<InputType>(found - names.begin());
}

bool begins_like_header(Bytes bytes, std::size_t least) noexcept {
  return bytes.size() >= least && (agrees(bytes, v1_start) || agrees(bytes, v2_start));
}

Detection detect(Bytes head) noexcept {
  using packet::Likeness;
  if (head.empty()) return {};
  const Likeness capture = packet::looks_like_capture(head);
  if (capture == Likeness::yes) return {InputType::pcap, Compression::none, true};
  if (const Compression compression = compression_of(head); compression != Compression::none)
    return {InputType::automatic, compression, true};
  if (begins_like_header(head)) {
    return {InputType::raw, Compression::none, head.size() >= (head[0] == 'P' ? v1_start.view().size() : v2_start.view().size())};
  }
  // A magic of which only the beginning is here: a cut capture if it ends so, unless the bytes may as well be text.
  if (capture == Likeness::need_more && !printable(head[0])) return {InputType::pcap, Compression::none, false};
  head = head.first(std::min(head.size(), detect_enough));
  const std::string_view text = text_of(head);
  // Printable text may still be followed by a hex dump; a byte that is not text decides for raw.
  const bool printed = std::all_of(head.begin(), head.end(), printable);
  if (printed && (is_dump(text) || only_hex(text))) return {InputType::hex, Compression::none, false};
  if (printed && header_in_base64(text)) return {InputType::base64, Compression::none, false};
  const bool may_be_magic = capture == Likeness::need_more || agrees(head, gzip_magic) || agrees(head, zstd_magic);
  return {InputType::raw, Compression::none, !may_be_magic && !printed};
}

TextResult decode_text(InputType type, std::string_view text) {
  if (type == InputType::automatic) {
    const Bytes bytes(static_cast<const std::uint8_t*>(static_cast<const void*>(text.data())), text.size());
    const Detection found = detect(bytes);
    if (found.compression != Compression::none)
      return {InputType::automatic,
              {},
              text_error(text, 0,
                         "compressed with " + std::string(compression_name(found.compression)) + ", which only files and pipes may be")};
    type = found.type;
  }
  switch (type) {
    case InputType::hex: return is_dump(text) ? decode_dump(text) : decode_plain_hex(text);
    case InputType::base64: return decode_base64(text);
    case InputType::raw: {
      TextResult out;
      std::transform(text.begin(), text.end(), std::back_inserter(out.bytes), [](char c) { return static_cast<std::uint8_t>(c); });
      return out;
    }
    case InputType::pcap: return {type, {}, text_error(text, 0, "a capture file, not the bytes of a header")};
    case InputType::lines:
    case InputType::automatic: break;
  }
  return {type, {}, text_error(text, 0, "lines are decoded one by one")};
}

}  // namespace pp::source
