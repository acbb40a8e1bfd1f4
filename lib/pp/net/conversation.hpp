// One connection of a client: connect, send bytes according to a plan, receive the answer, and note how it ends.
#pragma once

#include <poll.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "pp/base/bytes.hpp"
#include "pp/net/fd.hpp"
#include "pp/net/target.hpp"

namespace pp {

/// What the client does to its side of the connection once everything is sent.
enum class AfterSending : std::uint8_t { stay, fin, reset };

/// How the bytes are divided into pieces. Each piece is its own send() and, with TCP_NODELAY, its own segment.
struct Delivery {
  std::vector<std::size_t> splits{};  // offsets at which a new piece starts, ascending
  std::size_t dribble = 0;            // bytes in each piece; 0: use `splits`
  std::chrono::microseconds gap{0};   // between pieces
  /// Bytes from this offset on are sent only after the peer has sent something or has been silent for half of `wait`.
  std::optional<std::size_t> hold{};
  AfterSending then = AfterSending::stay;  // datagrams: always stay
};

struct Limits {
  std::chrono::milliseconds connect{5000};
  std::chrono::milliseconds wait{3000};  // how long to wait for bytes after everything is sent
  std::size_t answer = 65536;            // bytes kept of the answer; further bytes are only counted
};

enum class Ending : std::uint8_t {
  open,         // still going on
  unreachable,  // no connection could be made: `error`
  fin,
  rst,
  silence,  // the peer sent nothing for Limits::wait
  enough,   // the caller asked to stop
  failed,   // send() or recv() failed: `error`
  left,     // the plan has reset the connection
};

struct Exchange {
  Ending ending = Ending::open;
  int error = 0;
  std::string place;  // "127.0.0.1:80": the address that was connected to, or tried last
  std::optional<Endpoint> local;
  std::size_t sent = 0;
  std::size_t pieces = 0;
  std::vector<std::uint8_t> answer;  // the first Limits::answer bytes
  std::uint64_t received = 0;        // bytes in all
  std::uint64_t before_sent = 0;     // of those, the ones received before the last byte was sent
  std::int64_t connect_us = 0;       // time to connect
  std::int64_t send_us = 0;          // from the connection to the last byte sent
  /// From the last byte sent to the first byte received after it; negative when nothing was received after it.
  std::optional<std::int64_t> answer_us;
  std::int64_t end_us = 0;

  bool reached() const noexcept { return ending != Ending::unreachable; }
};

/// Non-blocking: the owner polls, so that many conversations can run at once. Tries a target's addresses in order.
class Conversation {
 public:
  using Clock = std::chrono::steady_clock;

  /// Starts to connect. `target` must outlive the conversation.
  Conversation(const Target& target PP_LIFETIMEBOUND, std::vector<std::uint8_t> bytes, Delivery plan, const Limits& limits);

  pollfd wanted() const noexcept;
  /// When advance() is due even if nothing happens on the socket.
  Clock::time_point due() const noexcept;
  void advance(short revents);
  bool over() const noexcept { return result_.ending != Ending::open; }
  bool sent_all() const noexcept { return sent_time_.has_value(); }
  const Exchange& result() const noexcept PP_LIFETIMEBOUND { return result_; }
  /// Ends the conversation because the caller wants no more.
  void stop() { end(Ending::enough); }
  /// Hands the connected socket to the caller; the conversation is over.
  Fd release() noexcept { return std::move(fd_); }

 private:
  void try_from(std::size_t place);
  void refused(int error);
  void connected();
  void send_due();
  void close_own_side();
  void receive();
  void end(Ending ending, int error = 0);
  bool held() const noexcept;
  std::size_t piece_end() const noexcept;
  std::int64_t since_sent(Clock::time_point now) const;

  const Target& target_;
  std::vector<std::uint8_t> bytes_;
  Delivery plan_;
  Limits limits_;
  Exchange result_;
  Fd fd_;
  std::size_t place_ = 0;
  bool connected_ = false;
  bool broken_pipe_ = false;  // sending failed, but there may still be bytes to receive
  std::size_t piece_begin_ = 0;
  Clock::time_point started_;
  Clock::time_point connected_time_;
  Clock::time_point last_heard_;
  Clock::time_point next_piece_;
  std::optional<Clock::time_point> first_answer_;
  std::optional<Clock::time_point> reply_;  // time of the first byte received after everything was sent
  std::optional<Clock::time_point> sent_time_;
};

/// Polls until the conversation is over or `enough` returns true; it is called after each event and each signal.
void converse(Conversation& conversation, const std::function<bool(const Exchange&)>& enough);

}  // namespace pp
