#include "ppgen/conform_talk.hpp"

#include <algorithm>
#include <cerrno>

#include "cli/interrupt.hpp"
#include "pp/inspect/answer.hpp"
#include "pp/net/acceptor.hpp"
#include "pp/text/format.hpp"
#include "ppgen/delivery.hpp"

namespace pp::tool {
namespace {

using std::chrono::milliseconds;

/// What this machine did not give us, as opposed to what the receiver did.
bool is_own_trouble(int error) {
  return out_of_descriptors(error) || error == EADDRNOTAVAIL || error == ENETUNREACH || error == EACCES || error == EPERM;
}

judge::End end_of(const Exchange& e) {
  switch (e.ending) {
    case Ending::fin: return judge::End::fin;
    case Ending::rst: return judge::End::rst;
    case Ending::unreachable: return judge::End::unreachable;
    case Ending::enough: return judge::End::enough;
    case Ending::left: return judge::End::left;
    case Ending::failed: return judge::End::failed;
    case Ending::open:
    case Ending::silence: break;
  }
  return judge::End::silence;
}

std::string_view text_of(Bytes bytes) { return {reinterpret_cast<const char*>(bytes.data()), bytes.size()}; }

}  // namespace

Talker::Talker(const ConformOptions& options, const Target& target)
    : o_(options),
      target_(target),
      app_(*judge::find_app(options.app)),
      host_(!options.http_host.empty() ? options.http_host : "x"),
      crowd_(loop_),
      canaries_(loop_),
      next_mark_(static_cast<std::uint32_t>(std::chrono::system_clock::now().time_since_epoch() / milliseconds(1))) {
  if (!o_.log.empty()) log_.emplace(o_.log);
  if (!o_.origin.empty()) origin_.emplace(loop_, o_.origin);
}

std::vector<std::uint8_t> Talker::payload(const Sent& sent) const {
  if (!sent.plan.has_payload()) return {};
  return app_.payload({sent.mark, host_, o_.payload, sent.plan.large, o_.udp});
}

Delivery Talker::delivery(const Sent& sent, std::size_t payload_bytes) const {
  Delivery out = o_.udp ? Delivery{} : delivery_of(sent.plan, sent.header.size());
  if ((app_.server_first || o_.greeting) && payload_bytes > 0) out.hold = sent.header.size();
  return out;
}

void Talker::start(std::vector<std::uint8_t> header, const forge::Plan& plan, milliseconds wait, Done done) {
  const auto sent = std::make_shared<Sent>();
  sent->header = std::move(header);
  sent->plan = plan;
  // Silence over UDP is the usual refusal: it must not take long to see, and is asked twice.
  sent->wait = o_.udp && slowest_us_ > 0 ? std::max(milliseconds(300), milliseconds(slowest_us_ * 20 / 1000)) : wait;
  sent->done = std::move(done);
  send(sent);
}

void Talker::send(const std::shared_ptr<Sent>& sent) {
  sent->mark = judge::mark_of(next_mark_++);
  std::vector<std::uint8_t> bytes = sent->header;
  const std::vector<std::uint8_t> request = payload(*sent);
  bytes.insert(bytes.end(), request.begin(), request.end());
  Limits limits;
  limits.wait = sent->wait;
  ++connections_;
  crowd_.start(
      target_, std::move(bytes), delivery(*sent, request.size()), limits, [this, sent](const Exchange& e) { return enough(*sent, e); },
      [this, sent](const Exchange& e) { over(sent, e); });
}

void Talker::start_canary(std::vector<std::uint8_t> header, std::function<void()> ended) {
  Limits limits;
  limits.wait = std::chrono::hours(1);
  ++connections_;
  canaries_.start(
      target_, std::move(header), {}, limits, [](const Exchange&) { return false; },
      [ended = std::move(ended)](const Exchange&) { ended(); });
}

void Talker::end_canaries() { canaries_.clear(); }

bool Talker::enough(const Sent& sent, const Exchange& e) const {
  if (app_.complete(e.answer, o_.udp)) return true;
  return log_ && !app_.answers && sent.plan.has_payload() && !log_->line(sent.mark).empty();
}

bool Talker::log_may_follow(const Sent& sent, const Exchange& e) const {
  if (!log_ || !sent.plan.has_payload() || !log_->line(sent.mark).empty() || e.ending == Ending::unreachable) return false;
  return !app_.answers || !e.answer.empty();
}

void Talker::over(const std::shared_ptr<Sent>& sent, const Exchange& e) {
  if (o_.udp && e.answer.empty() && !sent->again && sent->plan.has_payload()) {
    sent->again = true;
    return send(sent);
  }
  if (!log_may_follow(*sent, e)) return finish(*sent, e);
  const auto grace = std::max(milliseconds(300), milliseconds(slowest_us_ * 20 / 1000));
  waiting_.push_back({sent, e, EventLoop::Clock::now() + grace});
}

judge::Told Talker::told(const Sent& sent, const Exchange& e) const {
  const auto in_text = [&](std::string_view text) {
    return o_.echo.empty() ? judge::told_by_keys(text) : judge::told_by_template(o_.echo, text);
  };
  const std::string_view line = log_ ? log_->line(sent.mark) : std::string_view();
  const std::string own_text = app_.text != nullptr ? app_.text(e.answer, o_.udp) : std::string();
  judge::Told out = in_text(log_ ? line : app_.text != nullptr ? std::string_view(own_text) : text_of(e.answer));
  if (log_ && !line.empty() && !out.mark) out.mark = sent.mark;
  if (app_.told == nullptr) return out;
  const judge::Told natural = app_.told(e.answer, sent.mark);
  if (!out.source) {
    out.source = natural.source;
    out.source_port = natural.source_port;
  }
  if (!out.mark) out.mark = natural.mark;
  return out;
}

void Talker::finish(const Sent& sent, const Exchange& e) {
  Talked out;
  std::vector<std::uint8_t> all = sent.header;
  out.announced = judge::announced_by(all);
  out.mark = sent.mark;
  out.answer = e.answer;
  out.us = e.answer_us.value_or(e.end_us);
  out.observed.end = end_of(e);
  out.observed.datagram = o_.udp;
  if (e.local) out.observed.real = *e.local;
  out.observed.answer_class = app_.answer_class(e.answer, o_.udp);
  if (log_ && !app_.answers && !log_->line(sent.mark).empty()) out.observed.answer_class = app_.name;
  out.observed.told = told(sent, e);
  if (origin_ && exact_ && sent.plan.has_payload() && !out.observed.answer_class.empty())
    out.observed.payload_damaged = origin_->received(sent.mark) != nullptr && !arrived_exactly(sent.mark, sent.plan);
  if (e.ending == Ending::unreachable || e.ending == Ending::failed) {
    (is_own_trouble(e.error) ? out.own_trouble : out.refusal) = connect_refusal(e.place, e.error);
  }
  sent.done(out);
}

bool Talker::arrived_exactly(const std::string& mark, const forge::Plan& plan) const {
  const std::string* const got = origin_ ? origin_->received(mark) : nullptr;
  const std::vector<std::uint8_t> wanted = app_.payload({mark, host_, o_.payload, plan.large, o_.udp});
  return got != nullptr && got->size() == wanted.size() &&
         std::equal(wanted.begin(), wanted.end(), got->begin(), [](std::uint8_t a, char b) { return a == static_cast<std::uint8_t>(b); });
}

void Talker::turn(milliseconds longest) {
  // A log does not wake the loop.
  const bool reads = log_.has_value() && open() > 0;
  loop_.turn(reads ? std::min(longest, milliseconds(10)) : longest);
  if (log_ && log_->read()) crowd_.ask();
  crowd_.collect();
  canaries_.collect();
  const auto now = EventLoop::Clock::now();
  for (auto w = waiting_.begin(); w != waiting_.end();) {
    if (now < w->until && log_->line(w->sent->mark).empty()) {
      ++w;
      continue;
    }
    const Waiting done = std::move(*w);
    w = waiting_.erase(w);
    finish(*done.sent, done.exchange);
  }
}

void Talker::turn_until(const std::function<bool()>& stop) {
  while (!stop() && !interrupted()) turn(milliseconds(5));
}

}  // namespace pp::tool
