// The escapes with which programs and languages print a byte inside a string or a text.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace pp::source {

/// Appends the bytes of the escape at text[at]; how many characters it has, 0 when there is none.
using Escape = std::size_t (*)(std::string_view text, std::size_t at, std::vector<std::uint8_t>& out);

/// \0 to \377, up to three digits; and the caret and M- notation of \M-x is not read.
std::size_t c_escape(std::string_view text, std::size_t at, std::vector<std::uint8_t>& out);
std::size_t single_nul_escape(std::string_view text, std::size_t at, std::vector<std::uint8_t>& out);
std::size_t hex_only_escape(std::string_view text, std::size_t at, std::vector<std::uint8_t>& out);
/// \0d, as in filters of LDAP.
std::size_t backslash_hex_escape(std::string_view text, std::size_t at, std::vector<std::uint8_t>& out);
std::size_t percent_escape(std::string_view text, std::size_t at, std::vector<std::uint8_t>& out);
/// As forms are sent: a blank is a plus.
std::size_t plus_escape(std::string_view text, std::size_t at, std::vector<std::uint8_t>& out);
/// ^M of cat -v, M-^@ and M-x for bytes above 0x7f; of cat -A a $ at a line's end.
std::size_t caret_escape(std::string_view text, std::size_t at, std::vector<std::uint8_t>& out);
/// #015 of rsyslog: three octal digits.
std::size_t syslog_escape(std::string_view text, std::size_t at, std::vector<std::uint8_t>& out);
/// <0d> or <0x0d>, as less and some loggers show a byte.
std::size_t angle_escape(std::string_view text, std::size_t at, std::vector<std::uint8_t>& out);
/// \13 of Lua and \192 of Haskell, in decimal; Haskell's \NUL, \DC1 and \& too.
std::size_t decimal_escape(std::string_view text, std::size_t at, std::vector<std::uint8_t>& out);
/// =0D of quoted-printable; = at a line's end joins it with the next.
std::size_t equals_escape(std::string_view text, std::size_t at, std::vector<std::uint8_t>& out);
/// &#13; and &#x0D;
std::size_t entity_escape(std::string_view text, std::size_t at, std::vector<std::uint8_t>& out);
/// |0D 0A| of an intrusion detection rule.
std::size_t bars_escape(std::string_view text, std::size_t at, std::vector<std::uint8_t>& out);

}  // namespace pp::source
