// UDP senders: each datagram is judged by itself; per flow, only whether it ever had a header is remembered.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "pp/inspect/chunk.hpp"
#include "pp/packet/fifo_map.hpp"
#include "pp/packet/flow_key.hpp"
#include "pp/wire/encode.hpp"

namespace pp::serve {

/// The longest answer over a connection: a listener's memory has to hold what senders do not read.
inline constexpr std::size_t reply_most = std::size_t{64} << 10;

/// The answer to a sender. One that is longer than `most` bytes is not sent: a datagram is never answered by a longer one,
/// since its sender's address may be somebody else's.
struct Answer {
  std::string text;
  std::size_t most = reply_most;
};

struct DatagramCounts {
  std::uint64_t received = 0;
  std::uint64_t without_header = 0;  // further ones of a flow that was reported for it; not reported
  std::uint64_t answered = 0;
  std::uint64_t unanswered = 0;       // the answer was longer than the datagram
  std::uint64_t flows_forgotten = 0;  // by the table, whose cap is flows_kept
};

class Datagrams {
 public:
  static constexpr std::uint32_t flows_kept = 4096;

  enum class Mode : std::uint8_t { silent, text, echo };
  using Settled = std::function<void(const inspect::Chunk&, Answer* answer)>;

  /// Throws std::system_error when the system gives no random key.
  explicit Datagrams(Mode mode);

  /// Asks the system to tell which of its addresses a datagram was for. Throws std::system_error.
  static void want_destination(int fd, bool v6);

  /// Receives what is there, some dozens at most, and answers it. `local` is where the socket is bound; the address that a
  /// datagram was for takes its place when it is known. `streams` numbers flows. Returns how many there were.
  std::size_t receive(int fd, std::string_view name, const Endpoint& local, std::uint64_t& streams, const Settled& settled, bool once);

  const DatagramCounts& counts() const noexcept { return counts_; }

 private:
  struct Received;
  void datagram(int fd, const Received& in, std::string_view name, std::uint64_t& streams, const Settled& settled);
  std::uint64_t& flow_of(const Received& in, std::uint64_t& streams);

  Mode mode_;
  HashKey key_;
  packet::FifoMap flows_{flows_kept};
  std::vector<std::uint8_t> buffer_;
  inspect::Chunk chunk_;
  DatagramCounts counts_;
};

}  // namespace pp::serve
