#include "pp/source/text_input.hpp"

#include <algorithm>
#include <array>
#include <iterator>

#include "pp/base/hex.hpp"
#include "pp/base/utf8.hpp"
#include "pp/packet/capture.hpp"
#include "pp/source/printed_bytes.hpp"
#include "pp/source/text_dump.hpp"
#include "pp/source/text_plain.hpp"
#include "pp/wire/parse.hpp"

namespace pp::source {

namespace {

constexpr std::array<std::string_view, 7> names = {"auto", "pcap", "raw", "hex", "base64", "lines", "text"};

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

/// Printable characters, in UTF-8; the last one may be cut.
bool is_text(Bytes bytes) {
  const Bytes cut = bytes.subspan(utf8_prefix(bytes));
  if (!cut.empty()) {
    const std::size_t size = cut[0] >= 0xf0 ? 4 : cut[0] >= 0xe0 ? 3 : 2;
    const bool begins = cut[0] >= 0xc2 && cut[0] <= 0xf4 && cut.size() < size;
    if (!begins || !std::all_of(cut.begin() + 1, cut.end(), [](std::uint8_t b) { return (b & 0xc0U) == 0x80; })) return false;
  }
  return std::all_of(bytes.begin(), bytes.end(), [](std::uint8_t b) { return printable(b) || b >= 0x80; });
}

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

namespace {

/// A v1 line that is printed with escapes begins as the header itself does: PROXY TCP4 ... 443\r\n. Its first line decides.
Detection detect_v1(Bytes head) {
  constexpr std::size_t longest = 512;  // a line with every byte escaped
  const Bytes start = head.first(std::min(head.size(), longest));
  const auto line_end = std::find(start.begin(), start.end(), std::uint8_t{'\n'});
  const bool ended = line_end != start.end() || start.size() == longest || !std::all_of(start.begin(), start.end(), printable);
  const Bytes line = start.first(static_cast<std::size_t>(line_end - start.begin()) + (line_end != start.end() ? 1 : 0));
  if (head.size() < v1_start.view().size()) return {InputType::raw, Compression::none, false};
  const Verdict verdict = parse(line).verdict;
  constexpr std::string_view escapes = "\\%^#<=&|";
  if (verdict.settled() && text_of(line).find_first_of(escapes) == std::string_view::npos) return {InputType::raw, Compression::none, true};
  if (verdict.status != Status::done && std::all_of(line.begin(), line.end(), printable)) {
    const auto printed = read_printed_bytes(text_of(line));
    if (printed && parse(printed->bytes).verdict.status == Status::done) return {InputType::text, Compression::none, ended};
  }
  return {InputType::raw, Compression::none, ended};
}

/// Several lines of nothing but hexadecimal digits, of which each begins as a header does: tshark -T fields.
bool is_header_per_line(std::string_view text) {
  std::size_t lines = 0;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    std::string_view line = text.substr(at, end - at);
    if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
    at = end + 1;
    if (line.empty()) continue;
    if (line.size() % 2 != 0 && end != text.size()) return false;
    const auto bytes = from_hex(line.substr(0, line.size() / 2 * 2));
    if (!bytes || !begins_like_header(*bytes, 5)) return false;
    ++lines;
  }
  return lines > 1;
}

/// Of printable characters alone.
InputType detect_text(std::string_view text) {
  const bool dump = is_dump(text);
  const bool digits = !dump && only_hex(text);
  if (digits && is_header_per_line(text)) return InputType::lines;
  bool whole = false;  // of hex, without an error
  if (dump || digits) {
    const TextResult hex = dump ? decode_dump(text) : decode_plain_hex(text);
    whole = !hex.error;
    if (whole && begins_like_header(hex.bytes, 5)) {
      // A row with more blanks than expected ends early: another reader may see all of it.
      if (!dump || parse(hex.bytes).verdict.status == Status::done) return InputType::hex;
      const auto other = read_printed_bytes(text);
      return other && parse(other->bytes).verdict.status == Status::done ? InputType::text : InputType::hex;
    }
  }
  if (header_in_base64(text)) return InputType::base64;
  const auto printed = read_printed_bytes(text);
  if (printed && begins_like_header(printed->bytes, 5) && !((whole || dump) && printed->inside)) return InputType::text;
  if (dump || digits) return InputType::hex;
  return printed ? InputType::text : InputType::raw;
}

}  // namespace

Detection detect(Bytes head) {
  using packet::Likeness;
  if (head.empty()) return {};
  const Likeness capture = packet::looks_like_capture(head);
  if (capture == Likeness::yes) return {InputType::pcap, Compression::none, true};
  if (const Compression compression = compression_of(head); compression != Compression::none)
    return {InputType::automatic, compression, true};
  const ForeignLook foreign = look_for_foreign_format(head);
  if (foreign.format != nullptr) return {InputType::raw, Compression::none, true, foreign.format};
  const Likeness erf = packet::looks_like_erf(head);
  if (erf == Likeness::yes) return {InputType::pcap, Compression::none, false};  // a later record may speak against it
  if (begins_like_header(head)) {
    if (head[0] == 'P') return detect_v1(head);
    return {InputType::raw, Compression::none, head.size() >= v2_start.view().size()};
  }
  // A magic of which only the beginning is here: a cut capture if it ends so, unless the bytes may as well be text.
  if (capture == Likeness::need_more && !printable(head[0])) return {InputType::pcap, Compression::none, false};
  head = head.first(std::min(head.size(), detect_enough));
  const std::string_view text = text_of(head);
  // Printable text may still be followed by a hex dump; a byte that is not text decides for raw.
  const bool printed = is_text(head);
  if (printed) {
    if (const InputType type = detect_text(text); type != InputType::raw) return {type, Compression::none, false};
  }
  const bool may_be_other = foreign.need_more || (erf == Likeness::need_more && head.size() > 8);
  const bool may_be_magic = capture == Likeness::need_more || may_be_other || agrees(head, gzip_magic) || agrees(head, zstd_magic);
  return {InputType::raw, Compression::none, !may_be_magic && !printed};
}

std::optional<TextError> not_bytes(Bytes text) {
  if (text.empty() || !std::all_of(text.begin(), text.end(), printable) || begins_like_header(text)) return std::nullopt;
  TextResult hex = decode_plain_hex(text_of(text));
  if (!hex.error) return std::nullopt;
  hex.error->text = "neither hex nor base64 nor a header: " + hex.error->text;
  return hex.error;
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
    type = found.type == InputType::lines ? InputType::hex : found.type;
  }
  switch (type) {
    case InputType::hex: return is_dump(text) ? decode_dump(text) : decode_plain_hex(text);
    case InputType::base64: return decode_base64(text);
    case InputType::raw: {
      TextResult out;
      std::transform(text.begin(), text.end(), std::back_inserter(out.bytes), [](char c) { return static_cast<std::uint8_t>(c); });
      return out;
    }
    case InputType::text: {
      auto printed = read_printed_bytes(text);
      if (!printed) return {type, {}, text_error(text, 0, "no bytes are printed here in any form that is known")};
      return {type, std::move(printed->bytes), std::nullopt, printed->all, printed->form, printed->other_form};
    }
    case InputType::pcap: return {type, {}, text_error(text, 0, "a capture file, not the bytes of a header")};
    case InputType::lines:
    case InputType::automatic: break;
  }
  return {type, {}, text_error(text, 0, "lines are decoded one by one")};
}

}  // namespace pp::source
