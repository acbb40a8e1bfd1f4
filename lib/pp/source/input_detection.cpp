#include "pp/source/input_detection.hpp"

namespace pp::source {

Detection detect_input(BlockBuffer& buffer, const ReadHooks& hooks) {
  ProgressTimer timer(hooks);
  bool stopped = false;
  while (true) {
    const Detection found = detect(buffer.available());
    const std::size_t held = buffer.available().size();
    if (found.settled || held >= detect_enough || !read_more(buffer, held + 1, hooks, timer, stopped)) return found;
  }
}

}  // namespace pp::source
