// One connection of a client: connect, deliver bytes by a plan, and see what comes back and how it ends.
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

/// In which pieces bytes leave. Each piece is a send of its own, and with TCP_NODELAY a segment of its own.
struct Delivery {
  std::vector<std::size_t> splits{};  // offsets at which a new piece begins, ascending
  std::size_t dribble = 0;            // pieces of this many bytes; 0: as the splits say
  std::chrono::microseconds gap{0};   // between pieces
  /// From this offset on, nothing leaves before the peer has said something or has been silent for half of `wait`.
  std::optional<std::size_t> hold{};
};

struct Limits {
  std::chrono::milliseconds connect{5000};
  std::chrono::milliseconds wait{3000};  // of silence, after all is sent
  std::size_t answer = 65536;            // bytes kept; what follows is counted
};

enum class Ending : std::uint8_t {
  open,         // not over
  unreachable,  // no connection came about: `error`
  fin,
  rst,
  silence,  // nothing for Limits::wait
  enough,   // the caller had seen enough
  failed,   // the system refused a send or a receive: `error`
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
  std::uint64_t before_sent = 0;     // of them, those that came before the last byte was sent
  std::int64_t connect_us = 0;       // how long connecting took
  std::int64_t send_us = 0;          // from then to the last byte sent
  /// Since the last byte sent: of the first answer after it; negative when all that came was before it.
  std::optional<std::int64_t> answer_us;
  std::int64_t end_us = 0;

  bool reached() const noexcept { return ending != Ending::unreachable; }
};

/// Non-blocking; its owner polls, so that many of them run side by side. A target with several addresses is tried in order.
class Conversation {
 public:
  using Clock = std::chrono::steady_clock;

  /// `target` outlives the conversation. Connecting begins here.
  Conversation(const Target& target PP_LIFETIMEBOUND, std::vector<std::uint8_t> bytes, Delivery plan, const Limits& limits);

  pollfd wanted() const noexcept;
  /// When advance() is due even if nothing happens on the socket.
  Clock::time_point due() const noexcept;
  void advance(short revents);
  bool over() const noexcept { return result_.ending != Ending::open; }
  bool sent_all() const noexcept { return sent_time_.has_value(); }
  const Exchange& result() const noexcept PP_LIFETIMEBOUND { return result_; }
  /// Ends it on the caller's behalf.
  void stop() { end(Ending::enough); }
  /// The connected socket, for a caller that goes on with it; the conversation is over.
  Fd release() noexcept { return std::move(fd_); }

 private:
  void try_from(std::size_t place);
  void refused(int error);
  void connected();
  void send_due();
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
  bool broken_pipe_ = false;  // sending is over, but what the peer said may still be there
  std::size_t piece_begin_ = 0;
  Clock::time_point started_;
  Clock::time_point connected_time_;
  Clock::time_point last_heard_;
  Clock::time_point next_piece_;
  std::optional<Clock::time_point> first_answer_;
  std::optional<Clock::time_point> reply_;  // the first after all was sent
  std::optional<Clock::time_point> sent_time_;
};

/// Polls until the conversation is over, or `enough` says so; asked after each event and each signal.
void converse(Conversation& conversation, const std::function<bool(const Exchange&)>& enough);

}  // namespace pp
