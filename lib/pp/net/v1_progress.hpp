// How much more of a v1 line may be read, without parsing the line anew for every few bytes that come (2.1).
#pragma once

#include <cstddef>
#include <cstdint>

#include "pp/base/bytes.hpp"
#include "pp/base/ip_text.hpp"
#include "pp/wire/header.hpp"

namespace pp {

/// A source that must not lose payload gives a line in many small pieces. This remembers the field in which the last piece
/// ended and reads on from there. It decides nothing: whatever is not plainly an unfinished, faultless line goes to
/// parse(), and what it answers is what parse() would have.
class V1Progress {
 public:
  /// The size that parse() would give with need_more; 0 when only parse() can tell. `line` has grown since the last call
  /// and, but for its new bytes, got need_more from parse() or from here.
  std::uint32_t need(Bytes line, std::size_t old_size) noexcept {
    // From 105 bytes on the limit of 107 decides. Below 15 the words at the front are not complete. LF ends the line: no
    // read goes beyond it.
    if (old_size < first_read || line.size() >= v1_max_bytes - 2 || line.back() == '\n') return 0;
    return line[6] == 'U' ? unknown(line, old_size) : tcp(line, line[9] == '6');
  }

 private:
  static constexpr std::size_t first_read = 15;

  static std::uint32_t unknown(Bytes line, std::size_t old_size) noexcept {
    for (std::size_t i = old_size; i < line.size(); ++i) {
      if (line[i] == '\n') return 0;
    }
    return line.back() == '\r' ? 1 : 2;
  }

  std::uint32_t tcp(Bytes line, bool v6) noexcept {
    // The least that follows each field: a space and the shortest form of every later field, CRLF at last.
    const std::uint32_t least[] = {v6 ? 9U : 14U, 6U, 4U, 2U};
    while (true) {
      const Bytes text = line.subspan(at_);
      const Read read = field_ >= 2 ? reduce(read_decimal(text, 65535)) : v6 ? reduce(read_ipv6(text)) : reduce(read_ipv4(text));
      if (read.fault) return 0;
      if (read.need > 0) return read.need + least[field_];
      if (read.used == text.size()) return least[field_];
      if (field_ == 3 || text[read.used] != ' ') return 0;
      if (read.used + 1 == text.size()) return least[field_] - 1;
      at_ += read.used + 1;
      ++field_;
    }
  }

  struct Read {
    std::uint32_t used;
    std::uint32_t need;
    bool fault;
  };
  template <class Value>
  static Read reduce(const TextRead<Value>& read) noexcept {
    return {read.used, read.need, read.fault != TextFault::none};
  }

  std::uint32_t at_ = 11;    // behind "PROXY TCPn "
  std::uint32_t field_ = 0;  // source, destination, source port, destination port
};

}  // namespace pp
