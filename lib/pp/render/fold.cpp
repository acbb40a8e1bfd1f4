#include "pp/render/fold.hpp"

#include <algorithm>
#include <tuple>

namespace pp::render {

bool CauseKey::operator<(const CauseKey& o) const noexcept {
  return std::tie(code, port, receiver.bytes, receiver.size, sender.bytes, sender.size) <
         std::tie(o.code, o.port, o.receiver.bytes, o.receiver.size, o.sender.bytes, o.sender.size);
}

CauseRow* Causes::seen(const inspect::Record& r, std::span<const std::string_view> codes) {
  CauseRow* main = nullptr;
  bool all = !codes.empty();
  for (const std::string_view code : codes) {
    const CauseKey key{code, r.flow.destination, r.flow.destination_port, r.flow.source};
    auto found = rows_.find(key);
    if (found == rows_.end()) {
      all = false;
      if (rows_.size() >= most) continue;
      found = rows_.emplace(key, CauseRow{0, 0, r.flow.time_ns, r.flow.time_ns, label_of(r)}).first;
    }
    ++found->second.count;
    found->second.last_ns = r.flow.time_ns;
    if (main == nullptr) main = &found->second;
  }
  return all ? main : nullptr;
}

GoodRun* GoodRuns::find(const inspect::Record& r, std::string_view kind) noexcept {
  for (std::size_t i = 0; i < used_; ++i) {
    GoodRun& run = runs_[i];
    if (run.port != r.flow.destination_port || run.kind != kind || run.sender != r.flow.source || run.receiver != r.flow.destination)
      continue;
    ++run.count;
    run.last_ns = r.flow.time_ns;
    return &run;
  }
  return nullptr;
}

GoodRun& GoodRuns::open(const inspect::Record& r, std::string_view kind) {
  if (runs_.size() == used_) runs_.emplace_back();
  GoodRun& run = runs_[used_++];
  run.kind = kind;
  run.sender = r.flow.source;
  run.receiver = r.flow.destination;
  run.port = r.flow.destination_port;
  run.first_ns = run.last_ns = r.flow.time_ns;
  run.nanoseconds = r.flow.nanoseconds;
  run.count = 1;
  run.line.clear();
  return run;
}

}  // namespace pp::render
