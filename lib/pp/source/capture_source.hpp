// Packets out of a capture file or a pipe that carries one.
#pragma once

#include <chrono>
#include <concepts>
#include <cstdint>
#include <functional>
#include <optional>
#include <utility>

#include "pp/packet/capture.hpp"
#include "pp/source/file.hpp"

namespace pp::source {

/// What a reader is asked between packets. Each may be empty, and false means stop.
struct ReadHooks {
  /// Pipes only: nothing arrived for `idle_ms`, or a signal came; called again after each such time until bytes come.
  std::function<bool()> idle{};
  int idle_ms = 200;
  /// Pipes only: about every `idle_ms` while bytes come.
  std::function<bool()> steady{};
  /// Bytes read so far, about every 64 MiB or 200 ms while bytes come.
  std::function<bool(std::uint64_t)> progress{};
};

struct CaptureResult {
  std::uint64_t packets = 0;
  std::uint64_t bytes = 0;                      // read
  bool stopped = false;                         // the sink or a hook said so; not an error
  std::optional<packet::CaptureError> error{};  // the file is no capture, is cut or is damaged; all before it was delivered
};

/// When progress is due. Asked once per block, so that its clock costs nothing.
class ProgressTimer {
 public:
  explicit ProgressTimer(const ReadHooks& hooks) : hooks_(hooks) {}
  /// False: stop.
  bool tick(std::uint64_t bytes);

 private:
  const ReadHooks& hooks_;
  std::chrono::steady_clock::time_point steady_ = std::chrono::steady_clock::now();
  std::chrono::steady_clock::time_point last_ = std::chrono::steady_clock::now();
  std::uint64_t last_bytes_ = 0;
};

/// A window large enough for read_capture.
inline BlockBuffer capture_buffer(InputFile& file PP_LIFETIMEBOUND) { return {file, packet::max_block}; }

/// Waits until `buffer` holds more than it did. False: the file has ended, or a hook said stop (then `stopped` is set).
bool read_more(BlockBuffer& buffer, std::size_t want, const ReadHooks& hooks, ProgressTimer& timer, bool& stopped);

/// Hands every packet to `sink`, a callable that takes `const packet::Packet&` and returns nothing, or false to stop.
/// A packet is delivered as soon as its last byte has arrived. `buffer` may already hold bytes, as after a look at the
/// file's beginning; it comes from capture_buffer or has as much room. Compressed data that ends early is told of by
/// buffer.damage() alone. Throws std::system_error when reading fails, and
/// whatever the sink throws.
template <class Sink>
CaptureResult read_capture(BlockBuffer& buffer, Sink&& sink, const ReadHooks& hooks = {}) {
  using packet::Step;
  packet::CaptureReader reader;
  packet::Packet packet;
  ProgressTimer timer(hooks);
  CaptureResult result;
  const auto take = [&](const packet::Packet& taken) {
    if constexpr (std::same_as<decltype(sink(taken)), void>) {
      sink(taken);
      return true;
    } else {
      result.stopped = !sink(taken);
      return !result.stopped;
    }
  };
  if (buffer.available().empty()) read_more(buffer, 1, hooks, timer, result.stopped);
  reader.look_at(buffer.available());
  while (!result.stopped) {
    Bytes left = buffer.available();
    const std::size_t held = left.size();
    Step step{Step::Kind::end, 0};
    do {
      left = left.subspan(reader.run(left, packet, take));
      if (result.stopped) break;
      step = reader.next(left, packet);
      if (step.kind != Step::Kind::packet && step.kind != Step::Kind::skip) break;
      left = left.subspan(static_cast<std::size_t>(step.size));
      if (step.kind == Step::Kind::packet) take(packet);
    } while (!result.stopped);
    buffer.consume(held - left.size());
    if (!result.stopped && step.kind == Step::Kind::need) {
      if (read_more(buffer, static_cast<std::size_t>(step.size), hooks, timer, result.stopped)) continue;
      // Where compressed data broke off, so does the capture, which is not to blame.
      if (!result.stopped && buffer.damage().empty()) step = reader.at_end(buffer.available());
    }
    if (step.kind == Step::Kind::error) result.error = reader.error();
    break;
  }
  result.packets = reader.frames();
  result.bytes = buffer.bytes_read();
  return result;
}

template <class Sink>
CaptureResult read_capture(InputFile& file, Sink&& sink, const ReadHooks& hooks = {}) {
  BlockBuffer buffer = capture_buffer(file);
  return read_capture(buffer, std::forward<Sink>(sink), hooks);
}

}  // namespace pp::source
