// Many conversations of clients at once, on one event loop.
#pragma once

#include <functional>
#include <list>
#include <vector>

#include "pp/net/conversation.hpp"
#include "pp/net/event_loop.hpp"

namespace pp {

class Crowd {
 public:
  /// Called after each event with what is there so far; true ends the conversation (Ending::enough).
  using Enough = std::function<bool(const Exchange&)>;
  /// Called once, in EventLoop::turn() or collect(), when a conversation has ended. It may start others.
  using Over = std::function<void(const Exchange&)>;

  /// `loop` must outlive the crowd.
  explicit Crowd(EventLoop& loop);
  ~Crowd();
  Crowd(const Crowd&) = delete;
  Crowd& operator=(const Crowd&) = delete;

  /// Starts to connect. `target` must outlive the conversation. An attempt that fails at once is reported by collect().
  void start(const Target& target PP_LIFETIMEBOUND, std::vector<std::uint8_t> bytes, Delivery plan, const Limits& limits, Enough enough,
             Over over);
  /// Reports and removes the conversations that have ended; call it after each turn of the loop.
  void collect();
  /// Asks each conversation whether it has enough, for callers that learn it elsewhere than from the socket.
  void ask();
  /// Ends all without reporting them.
  void clear() noexcept;

  std::size_t size() const noexcept { return members_.size(); }

 private:
  struct Member;

  void advance(Member& member, short events);
  void follow(Member& member);

  EventLoop& loop_;
  DeadlineQueue queue_;
  std::list<Member> members_;
};

}  // namespace pp
