#include "pp/explain/waiting_records.hpp"

namespace pp::explain {

using inspect::Record;

namespace {

constexpr std::size_t most_spare = 16;

/// The largest header is too much to keep for the next record.
bool is_worth_keeping(const Record& r) noexcept { return memory_of(r) <= 4096; }

}  // namespace

std::size_t memory_of(const Record& r) noexcept {
  std::size_t n = sizeof(Record) + r.bytes.capacity() + r.flow.frames.capacity() * sizeof(std::uint64_t) + r.reaction.text.capacity();
  n += r.payload.line.capacity() + r.payload.host.capacity() + r.payload.sni.capacity();
  for (const std::string& name : r.payload.alpn) n += sizeof name + name.capacity();
  n += r.findings.capacity() * sizeof(lint::Finding);
  if (r.diagnosis) n += r.diagnosis->sentence.capacity() + r.diagnosis->fix.capacity();
  return n;
}

void WaitingRecords::push(const Record& record, bool waits) {
  if (spare_.empty()) {
    queue_.emplace_back();
  } else {
    queue_.push_back(std::move(spare_.back()));
    spare_.pop_back();
  }
  Item& item = queue_.back();
  item.record = record;
  item.waits = waits;
  item.cost = memory_of(item.record);
  bytes_ += item.cost;
}

Record& WaitingRecords::pop() {
  if (spare_.size() < most_spare && is_worth_keeping(leaving_.record)) spare_.push_back(std::move(leaving_));
  leaving_ = std::move(queue_.front());
  queue_.pop_front();
  bytes_ -= leaving_.cost;
  return leaving_.record;
}

Record* WaitingRecords::pop_free() { return queue_.empty() || queue_.front().waits ? nullptr : &pop(); }

}  // namespace pp::explain
