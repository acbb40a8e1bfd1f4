// What a run of bytes is by its looks (capture, raw header, hex, dump, base64), and the decoding of the textual kinds.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "pp/base/bytes.hpp"
#include "pp/source/compression.hpp"
#include "pp/source/foreign_formats.hpp"

namespace pp::source {

enum class InputType : std::uint8_t { automatic, pcap, raw, hex, base64, lines, text };

/// auto, pcap, raw, hex, base64, lines, text.
std::string_view input_type_name(InputType type) noexcept;
std::optional<InputType> input_type_from(std::string_view name) noexcept;

/// `type` is the best guess for the bytes seen so far, never automatic unless they are compressed; `settled` when no further
/// byte can change it. What is not settled by detect_enough bytes is taken as it stands.
struct Detection {
  InputType type = InputType::raw;
  Compression compression = Compression::none;
  bool settled = false;
  const ForeignFormat* foreign = nullptr;  // a file that is not read here; `type` means nothing then
};
inline constexpr std::size_t detect_enough = 65536;

/// In this order: capture magic (also while it may become one); gzip, zstd; the formats of foreign_formats.cpp; ERF; the start of a version 1
/// or 2 header; a dump as of xxd, hexdump, od, tcpdump -x; nothing but hexadecimal digits, blanks, 0x, \x, ':' and ',', or a header in them on
/// each of several lines; base64 if it decodes to the start of a header; any other form of printed_bytes.hpp; raw.
Detection detect(Bytes head);

/// Printable characters alone, and none of the forms above: text that nobody meant as bytes. Says what speaks against hex.
struct TextError;
std::optional<TextError> not_bytes(Bytes text);

/// All that is there of "PROXY" or of the 12-byte signature agrees, and that is at least `least` bytes.
bool begins_like_header(Bytes bytes, std::size_t least = 1) noexcept;

/// Where text can't be decoded: the byte offset, and the same as line and column from 1.
struct TextError {
  std::size_t offset = 0;
  std::size_t line = 1;
  std::size_t column = 1;
  std::string text;
};

struct TextResult {
  InputType type = InputType::raw;    // what it was taken for
  std::vector<std::uint8_t> bytes{};  // on an error, the bytes before it
  std::optional<TextError> error{};
  bool all = true;                // false: the program that printed them left some out
  std::string_view form{};        // of text: printed_bytes.hpp's name for it
  std::string_view other_form{};  // by which it would be another header
};

/// The bytes that a text stands for. `automatic` detects first; hex takes dumps and plain digits alike. Captures and
/// lines are not decoded here: asking for them, or automatic finding a capture or compression, is an error.
TextResult decode_text(InputType type, std::string_view text);

}  // namespace pp::source
