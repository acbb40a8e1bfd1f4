#include "pp/net/crowd.hpp"

#include <algorithm>
#include <utility>

namespace pp {

struct Crowd::Member : Watch, DeadlineQueue::Entry {
  Member(Crowd& owner, const Target& target, std::vector<std::uint8_t> bytes, Delivery plan, const Limits& limits, Enough e, Over o)
      : Watch(this,
              [](void* context, Watch&, std::uint32_t events) {
                auto& member = *static_cast<Member*>(context);
                member.crowd.advance(member, static_cast<short>(events & 0xffffU));
              }),
        crowd(owner),
        conversation(target, std::move(bytes), std::move(plan), limits),
        enough(std::move(e)),
        over(std::move(o)) {}
  ~Member() { crowd.loop_.forget(*this); }
  Member(const Member&) = delete;
  Member& operator=(const Member&) = delete;

  Crowd& crowd;
  Conversation conversation;
  Enough enough;
  Over over;
  int watched = -1;
};

// poll's flags are epoll's.
static_assert(EPOLLIN == POLLIN && EPOLLOUT == POLLOUT && EPOLLERR == POLLERR && EPOLLHUP == POLLHUP);

Crowd::Crowd(EventLoop& loop)
    : loop_(loop), queue_(loop, this, [](void* context, DeadlineQueue::Entry& entry) {
        static_cast<Crowd*>(context)->advance(static_cast<Member&>(entry), 0);
      }) {}

Crowd::~Crowd() = default;

void Crowd::clear() noexcept { members_.clear(); }

void Crowd::start(const Target& target, std::vector<std::uint8_t> bytes, Delivery plan, const Limits& limits, Enough enough, Over over) {
  members_.emplace_back(*this, target, std::move(bytes), std::move(plan), limits, std::move(enough), std::move(over));
  follow(members_.back());
}

void Crowd::advance(Member& member, short events) {
  member.conversation.advance(events);
  if (!member.conversation.over() && member.enough(member.conversation.result())) member.conversation.stop();
  follow(member);
}

/// Registers what the conversation waits for now. A second address of the target comes with another descriptor.
void Crowd::follow(Member& member) {
  if (member.conversation.over()) {
    if (member.watched >= 0) loop_.forget(member);
    member.watched = -1;
    member.cancel();
    return;
  }
  const pollfd wanted = member.conversation.wanted();
  if (wanted.fd != member.watched) loop_.forget(member);
  member.watched = wanted.fd;
  loop_.watch(member, wanted.fd, static_cast<std::uint32_t>(wanted.events));
  queue_.set(member, member.conversation.due());
}

void Crowd::collect() {
  for (auto member = members_.begin(); member != members_.end();) {
    if (!member->conversation.over()) {
      ++member;
      continue;
    }
    const Over over = std::move(member->over);
    const Exchange exchange = member->conversation.result();
    member = members_.erase(member);
    over(exchange);
  }
}

void Crowd::ask() {
  for (Member& member : members_) {
    if (member.conversation.over() || !member.enough(member.conversation.result())) continue;
    member.conversation.stop();
    follow(member);
  }
}

}  // namespace pp
