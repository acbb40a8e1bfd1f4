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

 private:
  Recording& out_;
  std::size_t held_ = 0;
};

void read_capture(source::BlockBuffer& buffer, const source::ReadHooks& hooks, const std::string& name, Keeper& keep, Recording& out) {
  inspect::Options judging;
  judging.reactions = false;
  judging.max_chain = 0;
  inspect::Inspector inspector(judging, [&](const inspect::Record& record) {
    if (!record.is_header()) return;
    switch (record.outcome) {
      case inspect::Outcome::cut:
      case inspect::Outcome::gap:
      case inspect::Outcome::incomplete: ++out.incomplete; return;
      default: keep.add(record.flow.connection, record.bytes, record.flow.time_ns);
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

void read_json(source::BlockBuffer& buffer, const std::string& name, Keeper& keep, Recording& out) {
  const std::vector<std::uint8_t> text = source::read_rest(buffer, recording_limit);
  try {
    for (const source::JsonRecord& r : source::json_records(std::string_view(reinterpret_cast<const char*>(text.data()), text.size()))) {
      if (r.verdict == "missing" || r.verdict == "unreadable") continue;
      if (r.verdict == "cut" || r.verdict == "gap" || r.verdict == "incomplete") {
        ++out.incomplete;
      } else {
        keep.add(r.line, r.bytes, r.time_ns);
      }
    }
  } catch (const std::runtime_error& error) {
    // Nothing has been sent yet, and nothing will be.
    throw std::runtime_error(text::format("{}: {}", name, error.what()));
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
    read_json(buffer, file.name(), keep, out);
  }
  if (out.error.empty()) out.error = buffer.damage();
  return out;
}

}  // namespace pp::tool
