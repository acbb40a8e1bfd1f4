#include "pp/net/conversation.hpp"

#include <sys/socket.h>
#include <time.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>

#include "pp/net/sockaddr.hpp"

namespace pp {
namespace {

std::int64_t microseconds(std::chrono::steady_clock::duration d) {
  return std::chrono::duration_cast<std::chrono::microseconds>(d).count();
}

bool is_reset(int error) noexcept { return error == ECONNRESET || error == EPIPE || error == ECONNREFUSED; }

}  // namespace

Conversation::Conversation(const Target& target, std::vector<std::uint8_t> bytes, Delivery plan, const Limits& limits)
    : target_(target), bytes_(std::move(bytes)), plan_(std::move(plan)), limits_(limits) {
  std::sort(plan_.splits.begin(), plan_.splits.end());
  try_from(0);
}

/// Starts to connect to the first address from `place` on that does not fail at once.
void Conversation::try_from(std::size_t place) {
  for (place_ = place; place_ < places(target_); ++place_) {
    result_.place = place_text(target_, place_);
    started_ = Clock::now();
    Connecting attempt = start_connect(target_, place_);
    fd_ = std::move(attempt.fd);
    result_.error = attempt.error;
    if (attempt.established) return connected();
    if (fd_) return;
  }
  end(Ending::unreachable, result_.error);
}

/// The current attempt to connect has failed.
void Conversation::refused(int error) {
  result_.error = error;
  try_from(place_ + 1);
}

void Conversation::connected() {
  connected_ = true;
  connected_time_ = last_heard_ = next_piece_ = Clock::now();
  result_.connect_us = microseconds(connected_time_ - started_);
  result_.error = 0;
  result_.local = local_endpoint(fd_.get());
  send_due();
}

std::size_t Conversation::piece_end() const noexcept {
  std::size_t end = bytes_.size();
  if (plan_.dribble > 0) {
    end = std::min(end, piece_begin_ + plan_.dribble);
  } else {
    const auto next = std::upper_bound(plan_.splits.begin(), plan_.splits.end(), piece_begin_);
    if (next != plan_.splits.end()) end = std::min(end, *next);
  }
  if (plan_.hold && *plan_.hold > piece_begin_) end = std::min(end, *plan_.hold);
  return end;
}

bool Conversation::held() const noexcept {
  return plan_.hold && result_.sent >= *plan_.hold && result_.sent < bytes_.size() && !first_answer_ &&
         Clock::now() < last_heard_ + limits_.wait / 2;
}

void Conversation::send_due() {
  while (!sent_time_ && !broken_pipe_ && !over() && !held() && (Clock::now() >= next_piece_ || result_.sent > piece_begin_)) {
    const std::size_t end_of_piece = piece_end();
    const std::size_t size = end_of_piece - result_.sent;
    // Before the call: on loopback the answer may have arrived when send() returns.
    const Clock::time_point now = Clock::now();
    // An empty datagram is sent too.
    const ssize_t n =
        size == 0 && target_.protocol == Protocol::tcp ? 0 : ::send(fd_.get(), bytes_.data() + result_.sent, size, MSG_NOSIGNAL);
    if (n < 0) {
      if (errno == EINTR) continue;
      if (errno == EAGAIN || errno == EWOULDBLOCK) return;
      if (!is_reset(errno)) return end(Ending::failed, errno);
      // recv() reports the reset again, after the bytes that the peer sent before it.
      broken_pipe_ = true;
      sent_time_ = now;
      break;
    }
    result_.sent += static_cast<std::size_t>(n);
    if (result_.sent < end_of_piece) return;
    if (size > 0) ++result_.pieces;
    piece_begin_ = end_of_piece;
    last_heard_ = now;
    next_piece_ = now + plan_.gap;
    if (result_.sent == bytes_.size()) {
      sent_time_ = now;
      if (target_.protocol == Protocol::tcp) close_own_side();
    }
  }
  if (sent_time_ && result_.send_us == 0) result_.send_us = microseconds(*sent_time_ - connected_time_);
}

void Conversation::close_own_side() {
  if (plan_.then == AfterSending::fin) ::shutdown(fd_.get(), SHUT_WR);
  if (plan_.then != AfterSending::reset) return;
  // Without lingering, close() sends RST.
  const linger none{1, 0};
  ::setsockopt(fd_.get(), SOL_SOCKET, SO_LINGER, &none, sizeof none);
  end(Ending::left);
  fd_.reset();
}

void Conversation::receive() {
  std::array<std::uint8_t, 65536> room;
  // One recv() per call: a peer that never stops sending must not keep the caller from other conversations.
  const ssize_t n = ::recv(fd_.get(), room.data(), room.size(), MSG_DONTWAIT);
  if (n < 0) {
    if (errno == EINTR || errno == EAGAIN || errno == EWOULDBLOCK) return;
    return end(is_reset(errno) ? Ending::rst : Ending::failed, errno);
  }
  // ECONNRESET is reported only once: if send() saw it, recv() here returns 0.
  if (n == 0 && target_.protocol == Protocol::tcp) return end(broken_pipe_ ? Ending::rst : Ending::fin);
  last_heard_ = Clock::now();
  if (!first_answer_) first_answer_ = last_heard_;
  if (sent_time_ && !reply_) reply_ = last_heard_;
  const auto size = static_cast<std::size_t>(n);
  result_.received += size;
  if (!sent_time_) result_.before_sent += size;
  const std::size_t kept = std::min(size, limits_.answer - std::min(limits_.answer, result_.answer.size()));
  result_.answer.insert(result_.answer.end(), room.begin(), room.begin() + static_cast<std::ptrdiff_t>(kept));
}

std::int64_t Conversation::since_sent(Clock::time_point now) const { return microseconds(now - sent_time_.value_or(connected_time_)); }

void Conversation::end(Ending ending, int error) {
  if (over()) return;
  result_.ending = ending;
  result_.error = error;
  if (ending == Ending::unreachable) return;
  if (first_answer_) result_.answer_us = since_sent(reply_.value_or(*first_answer_));
  result_.end_us = since_sent(Clock::now());
}

pollfd Conversation::wanted() const noexcept {
  if (!connected_) return {fd_.get(), POLLOUT, 0};
  const bool blocked = !sent_time_ && !held() && Clock::now() >= next_piece_;
  return {fd_.get(), static_cast<short>(POLLIN | (blocked ? POLLOUT : 0)), 0};
}

Conversation::Clock::time_point Conversation::due() const noexcept {
  if (!connected_) return started_ + limits_.connect;
  if (sent_time_) return last_heard_ + limits_.wait;
  if (held()) return last_heard_ + limits_.wait / 2;
  // A peer that accepts no more bytes is silent as well.
  return Clock::now() >= next_piece_ ? last_heard_ + limits_.wait : next_piece_;
}

void Conversation::advance(short revents) {
  if (over()) return;
  const Clock::time_point now = Clock::now();
  if (!connected_) {
    if (revents != 0) {
      const int error = connect_error(fd_.get());
      return error == 0 ? connected() : refused(error);
    }
    if (now >= started_ + limits_.connect) refused(ETIMEDOUT);
    return;
  }
  if ((revents & (POLLIN | POLLHUP | POLLERR)) != 0) receive();
  if (over()) return;
  send_due();
  if (over()) return;
  const bool stuck = !sent_time_ && now >= next_piece_ && !held();
  if ((sent_time_ || stuck) && now >= last_heard_ + limits_.wait) end(Ending::silence);
}

void converse(Conversation& conversation, const std::function<bool(const Exchange&)>& enough) {
  while (!conversation.over()) {
    if (enough(conversation.result())) return conversation.stop();
    pollfd wanted = conversation.wanted();
    const auto left = std::chrono::nanoseconds(conversation.due() - Conversation::Clock::now()).count();
    constexpr std::int64_t second = 1'000'000'000;
    const std::int64_t wait = std::clamp<std::int64_t>(left, 0, 60 * second);
    const timespec pause{static_cast<time_t>(wait / second), static_cast<long>(wait % second)};
    const int n = ::ppoll(&wanted, 1, &pause, nullptr);
    conversation.advance(n > 0 ? wanted.revents : static_cast<short>(0));
  }
}

}  // namespace pp
