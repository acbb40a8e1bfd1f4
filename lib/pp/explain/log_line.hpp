// A receiver's log line or error text: which program writes it, what it means for the header, and who has to change what.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace pp::explain {

/// Who has to change something. harmless: nobody, as for a health check that closes without a byte. unknown: the text
/// alone does not decide it.
enum class LogSide : std::uint8_t { unknown, sender, receiver, harmless };

constexpr std::string_view name(LogSide side) noexcept {
  constexpr std::string_view names[] = {"unknown", "sender", "receiver", "harmless"};
  return names[static_cast<std::size_t>(side)];
}

struct LogReading {
  std::string_view id;   // of the row, kebab-case
  std::string_view who;  // the program that writes such a line
  LogSide side = LogSide::unknown;
  std::string_view meaning;
  std::string_view fix;
  std::vector<std::uint8_t> quoted;  // the bytes that the line quotes, escapes decoded; empty when it quotes nothing
};

/// nullopt: no row fits, and the line quotes no header. The case of the words does not matter, nor the text around them.
std::optional<LogReading> read_log_line(std::string_view text);

/// For closing tests: the ids of all rows.
std::vector<std::string_view> log_line_ids();

}  // namespace pp::explain
