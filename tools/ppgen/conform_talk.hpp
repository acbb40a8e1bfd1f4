// Connections of ppgen conform: a header and a request with a mark of its own, and what came of it.
#pragma once

#include <functional>
#include <list>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "pp/forge/case.hpp"
#include "pp/judge/app.hpp"
#include "pp/judge/outcome.hpp"
#include "pp/net/crowd.hpp"
#include "ppgen/conform_log.hpp"
#include "ppgen/conform_options.hpp"
#include "ppgen/conform_origin.hpp"

namespace pp::tool {

/// One connection, finished.
struct Talked {
  judge::Observed observed;
  judge::Announced announced;
  std::string mark;
  std::vector<std::uint8_t> answer;
  std::int64_t us = 0;      // to the first byte of the answer, else to the end
  std::string own_trouble;  // no descriptor, no port: nothing that the receiver did
  std::string refusal;      // why no connection was made
};

class Talker {
 public:
  using Done = std::function<void(const Talked&)>;

  /// Opens the log and the origin's port. Throws std::system_error, std::runtime_error.
  Talker(const ConformOptions& options, const Target& target);

  /// Sends a header by a plan, and the request behind it where the plan has one.
  void start(std::vector<std::uint8_t> header, const forge::Plan& plan, std::chrono::milliseconds wait, Done done);
  /// A header and nothing else; `ended` is called when the receiver ends it.
  void start_canary(std::vector<std::uint8_t> header, std::function<void()> ended);
  void end_canaries();

  /// One turn of the event loop.
  void turn(std::chrono::milliseconds longest = std::chrono::milliseconds(50));
  /// Turns until `stop()` or a signal.
  void turn_until(const std::function<bool()>& stop);
  std::size_t open() const noexcept { return crowd_.size() + waiting_.size(); }
  std::uint64_t connections() const noexcept { return connections_; }
  const judge::App& app() const noexcept { return app_; }
  /// A good answer's time, for what is asked twice over UDP and for lines of a log that come late.
  void expect_answers_within(std::int64_t us) { slowest_us_ = us; }
  /// Requests reach the origin as they were sent.
  void payload_is_exact(bool exact) noexcept { exact_ = exact; }
  bool arrived_exactly(const std::string& mark, const forge::Plan& plan) const;

 private:
  struct Sent {
    std::vector<std::uint8_t> header;
    forge::Plan plan;
    std::chrono::milliseconds wait{0};
    Done done;
    std::string mark;
    bool again = false;
  };
  struct Waiting {
    std::shared_ptr<Sent> sent;
    Exchange exchange;
    EventLoop::Clock::time_point until;
  };

  void send(const std::shared_ptr<Sent>& sent);
  std::vector<std::uint8_t> payload(const Sent& sent) const;
  Delivery delivery(const Sent& sent, std::size_t payload_bytes) const;
  bool enough(const Sent& sent, const Exchange& e) const;
  void over(const std::shared_ptr<Sent>& sent, const Exchange& e);
  void finish(const Sent& sent, const Exchange& e);
  judge::Told told(const Sent& sent, const Exchange& e) const;
  bool log_may_follow(const Sent& sent, const Exchange& e) const;

  const ConformOptions& o_;
  const Target& target_;
  const judge::App& app_;
  std::string host_;
  EventLoop loop_;
  std::optional<LogTail> log_;
  std::optional<Origin> origin_;
  Crowd crowd_;
  Crowd canaries_;
  std::list<Waiting> waiting_;  // ended, and the log may still tell
  std::uint32_t next_mark_;
  std::uint64_t connections_ = 0;
  std::int64_t slowest_us_ = 0;
  bool exact_ = false;
};

}  // namespace pp::tool
