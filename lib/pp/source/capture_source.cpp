#include "pp/source/capture_source.hpp"

namespace pp::source {

bool ProgressTimer::tick(std::uint64_t bytes) {
  constexpr std::uint64_t step_bytes = 64U << 20;
  constexpr auto step_time = std::chrono::milliseconds(200);
  if (!hooks_.progress && !hooks_.steady) return true;
  const auto now = std::chrono::steady_clock::now();
  if (hooks_.steady && now - steady_ >= std::chrono::milliseconds(hooks_.idle_ms)) {
    steady_ = now;
    if (!hooks_.steady()) return false;
  }
  if (!hooks_.progress) return true;
  if (bytes - last_bytes_ < step_bytes && now - last_ < step_time) return true;
  last_ = now;
  last_bytes_ = bytes;
  return hooks_.progress(bytes);
}

bool read_more(BlockBuffer& buffer, std::size_t want, const ReadHooks& hooks, ProgressTimer& timer, bool& stopped) {
  const int idle_ms = hooks.idle ? hooks.idle_ms : -1;
  while (true) {
    switch (buffer.fill(want, idle_ms)) {
      case BlockBuffer::Fill::got: stopped = !timer.tick(buffer.bytes_read()); return !stopped;
      case BlockBuffer::Fill::end: return false;
      case BlockBuffer::Fill::working:
        stopped = !timer.tick(buffer.bytes_read());
        if (stopped) return false;
        break;
      case BlockBuffer::Fill::idle:
      case BlockBuffer::Fill::interrupted:
        if (hooks.idle && !hooks.idle()) {
          stopped = true;
          return false;
        }
        break;
    }
  }
}

}  // namespace pp::source
