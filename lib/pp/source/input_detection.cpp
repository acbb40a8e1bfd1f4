#include "pp/source/input_detection.hpp"

namespace pp::source {

void undo_compression(BlockBuffer& buffer, const ReadHooks& hooks) {
  ProgressTimer timer(hooks);
  bool stopped = false;
  Compression compression = compression_of(buffer.available());
  while (compression == Compression::none && buffer.available().size() < compression_magic &&
         read_more(buffer, buffer.available().size() + 1, hooks, timer, stopped)) {
    compression = compression_of(buffer.available());
  }
  if (compression != Compression::none) buffer.decompress(compression);
}

Detection detect_input(BlockBuffer& buffer, const ReadHooks& hooks) {
  undo_compression(buffer, hooks);
  ProgressTimer timer(hooks);
  bool stopped = false;
  while (true) {
    const Detection found = detect(buffer.available());
    const std::size_t held = buffer.available().size();
    if (found.settled || held >= detect_enough || !read_more(buffer, held + 1, hooks, timer, stopped)) return found;
  }
}

}  // namespace pp::source
