// A ReadResult in words. Bytes from the wire are escaped: these lines end up in logs and on terminals.
#include <array>
#include <system_error>

#include "pp/base/hex.hpp"
#include "pp/net/read_result.hpp"

namespace pp {
namespace {

constexpr std::array<std::string_view, 9> status_names = {"need-more", "done",    "malformed", "missing", "truncated",
                                                          "closed",    "timeout", "too-long",  "io"};
static_assert(status_names[static_cast<std::size_t>(ReadStatus::io)] == "io");

void append_quoted(std::string& out, std::string_view text) {
  out += '"';
  for (const char c : text) {
    if (c >= 0x20 && c <= 0x7e && c != '"' && c != '\\') {
      out += c;
    } else {
      const auto byte = static_cast<std::uint8_t>(c);
      out += "\\x";
      append_hex(out, Bytes(&byte, 1));
    }
  }
  out += '"';
}

std::string count(std::size_t n) { return std::to_string(n) + (n == 1 ? " byte" : " bytes"); }

/// "v1-port-range at byte 36: a decimal 0..65535 without leading zeros (2.1)"
std::string fault_text(const Verdict& verdict) {
  const FaultInfo& row = info(verdict.fault);
  std::string out(row.code);
  out += " at byte " + std::to_string(verdict.offset) + ": ";
  out += row.description;
  out += " (";
  out += row.section.number();
  out += ')';
  return out;
}

}  // namespace

std::string_view name(ReadStatus status) noexcept { return status_names[static_cast<std::size_t>(status)]; }

std::string ReadResult::message() const {
  const std::size_t arrived = buffer_.size();
  switch (status_) {
    case ReadStatus::done: return {};
    case ReadStatus::need_more: return "incomplete header so far, " + count(arrived);
    case ReadStatus::malformed: return "malformed header: " + fault_text(parsed_.verdict);
    case ReadStatus::missing:
      if (other_version_) {
        const bool v1 = arrived > 0 && seen()[0] == 'P';
        return std::string("a version ") + (v1 ? "1" : "2") + " header begins where only version " + (v1 ? "2" : "1") + " is accepted";
      }
      return "no PROXY header: " + fault_text(parsed_.verdict);
    case ReadStatus::truncated: return "truncated header: the peer closed after " + count(arrived);
    case ReadStatus::closed: return "the peer closed without sending a byte";
    case ReadStatus::timeout: return "no complete header before the deadline, " + count(arrived) + " arrived";
    case ReadStatus::too_long:
      return "header of " + std::string(header().version == 2 ? "" : "at least ") + count(announced_) + " is longer than the " +
             std::to_string(max_header_) + " allowed";
    case ReadStatus::io: return "cannot read the header: " + std::generic_category().message(error_) + " after " + count(arrived);
  }
  return {};
}

std::string ReadResult::to_string() const {
  if (!*this) return message();
  std::string out = version() == 1 ? "v1 " : "v2 ";
  if (is_local()) return out += version() == 1 ? "UNKNOWN" : "LOCAL";
  const FamilyInfo* family = family_info(parsed_.header.family());
  out += family != nullptr ? family->name : "?";
  if (parsed_.header.addresses == Addresses::unix_socket) {
    out += ' ';
    append_quoted(out, unix_source());
    out += " -> ";
    append_quoted(out, unix_destination());
  } else if (parsed_.header.addresses != Addresses::none) {
    out += ' ';
    append_endpoint(out, parsed_.header.source, parsed_.header.source_port);
    out += " -> ";
    append_endpoint(out, parsed_.header.destination, parsed_.header.destination_port);
  }
  return out;
}

}  // namespace pp
