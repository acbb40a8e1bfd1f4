#include "ppgen/replay_input.hpp"

#include <stdexcept>
#include <string_view>

#include "cli/interrupt.hpp"
#include "pp/inspect/capture.hpp"
#include "pp/inspect/inspect.hpp"
#include "pp/source/capture_source.hpp"
#include "pp/source/file.hpp"
#include "pp/source/input_detection.hpp"
#include "pp/source/json_headers.hpp"
#include "pp/sys/random_key.hpp"
#include "pp/text/format.hpp"

namespace pp::tool {
namespace {

/// Everything is in memory before the first connection is made.
constexpr std::size_t recording_limit = std::size_t{512} << 20;

class Keeper {
 public:
  explicit Keeper(Recording& out) : out_(out) {}

  void add(std::uint64_t number, Bytes bytes, std::optional<std::int64_t> time_ns) {
    held_ += bytes.size() + sizeof(RecordedHeader);
    if (held_ > recording_limit) throw std::runtime_error("more headers than fit into memory: select some with ppinspect first");
    out_.headers.push_back({number, {bytes.begin(), bytes.end()}, time_ns});
  }
  void leave_out(std::uint64_t number, inspect::Outcome why) {
    constexpr std::size_t most_named = 10000;
    ++out_.left_out_by[static_cast<std::size_t>(why)];
    if (out_.left_out.size() < most_named) out_.left_out.push_back({number, why});
  }

 private:
  Recording& out_;
  std::size_t held_ = 0;
};

/// There is a header, and all of it that its sender sent.
bool is_whole(inspect::Outcome outcome) {
  switch (outcome) {
    case inspect::Outcome::cut:
    case inspect::Outcome::gap:
    case inspect::Outcome::incomplete:
    case inspect::Outcome::missing:
    case inspect::Outcome::unreadable: return false;
    default: return true;
  }
}

/// The outcome that JSON calls so; a record without a verdict is taken for a header.
inspect::Outcome outcome_of(std::string_view verdict) {
  for (std::size_t i = 0; i < inspect::outcome_count; ++i) {
    if (name(static_cast<inspect::Outcome>(i)) == verdict) return static_cast<inspect::Outcome>(i);
  }
  return inspect::Outcome::valid;
}

void read_capture(source::BlockBuffer& buffer, const source::ReadHooks& hooks, const std::string& name, Keeper& keep, Recording& out) {
  inspect::Options judging;
  judging.reactions = false;
  judging.max_chain = 0;
  inspect::Inspector inspector(judging, [&](const inspect::Record& record) {
    if (is_whole(record.outcome)) {
      keep.add(record.flow.connection, record.bytes, record.flow.time_ns);
    } else {
      keep.leave_out(record.flow.connection, record.outcome);
    }
  });
  inspect::CaptureOptions options;
  options.reactions = false;
  options.hash_key = sys::random_key();
  inspect::CaptureInspector heads(options, inspector, name);
  const source::CaptureResult result = source::read_capture(
      buffer, [&](const packet::Packet& p) { heads.feed(p); }, hooks);
  heads.finish();
  if (result.error) out.error = result.error->text;
}

void read_json(source::BlockBuffer& buffer, const std::string& file, Keeper& keep) {
  const std::vector<std::uint8_t> text = source::read_rest(buffer, recording_limit);
  try {
    for (const source::JsonRecord& r : source::json_records(std::string_view(reinterpret_cast<const char*>(text.data()), text.size()))) {
      const inspect::Outcome outcome = outcome_of(r.verdict);
      if (is_whole(outcome)) {
        keep.add(r.line, r.bytes, r.time_ns);
      } else {
        keep.leave_out(r.line, outcome);
      }
    }
  } catch (const std::runtime_error& error) {
    // Nothing has been sent yet, and nothing will be.
    throw std::runtime_error(text::format("{}: {}", file, error.what()));
  }
}

}  // namespace

Recording read_recording(source::InputFile& file) {
  source::BlockBuffer buffer = source::capture_buffer(file);
  source::ReadHooks hooks;
  hooks.idle = [] { return !interrupted(); };
  hooks.progress = [](std::uint64_t) { return !interrupted(); };
  Recording out;
  Keeper keep(out);
  const source::Detection found = source::detect_input(buffer, hooks);
  if (found.compression != source::Compression::none) throw std::runtime_error(text::format("{}: compressed twice", file.name()));
  if (found.type == source::InputType::pcap) {
    read_capture(buffer, hooks, file.name(), keep, out);
  } else {
    read_json(buffer, file.name(), keep);
  }
  if (out.error.empty()) out.error = buffer.damage();
  return out;
}

}  // namespace pp::tool
