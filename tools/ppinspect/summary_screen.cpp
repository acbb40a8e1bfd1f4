#include "ppinspect/summary_screen.hpp"

#include <poll.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>

#include "pp/render/closing.hpp"
#include "pp/render/summary_parts.hpp"
#include "pp/render/time_text.hpp"
#include "pp/text/format.hpp"

namespace pp::tool {
namespace {

using Clock = std::chrono::steady_clock;
constexpr auto redraw = std::chrono::milliseconds(250);

struct Size {
  std::size_t rows = 24;
  std::size_t columns = 80;
};
Size window() {
  winsize size{};
  if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_row == 0 || size.ws_col == 0) return {};
  return {size.ws_row, size.ws_col};
}

bool can_redraw() {
  const char* const term = std::getenv("TERM");
  return isatty(STDOUT_FILENO) == 1 && term != nullptr && std::string_view(term) != "dumb" && *term != '\0';
}

}  // namespace

/// The alternate screen, and a standard input that gives keys without waiting for the end of a line. Ctrl-C stays a signal.
class SummaryScreen::Terminal {
 public:
  Terminal() {
    write_all("\x1b[?1049h\x1b[?25l");
    termios now{};
    if (isatty(STDIN_FILENO) != 1 || tcgetattr(STDIN_FILENO, &now) != 0) return;
    before_ = now;
    now.c_lflag &= ~static_cast<tcflag_t>(ICANON | ECHO);
    now.c_cc[VMIN] = 0;
    now.c_cc[VTIME] = 0;
    tcsetattr(STDIN_FILENO, TCSANOW, &now);
  }
  ~Terminal() {
    if (before_) tcsetattr(STDIN_FILENO, TCSANOW, &*before_);
    write_all("\x1b[?25h\x1b[?1049l");
  }
  Terminal(const Terminal&) = delete;
  Terminal& operator=(const Terminal&) = delete;

  bool quit() const {
    if (!before_) return false;
    pollfd keys{STDIN_FILENO, POLLIN, 0};
    char typed[64];
    if (poll(&keys, 1, 0) != 1 || (keys.revents & POLLIN) == 0) return false;
    const ssize_t n = read(STDIN_FILENO, typed, sizeof typed);
    return n > 0 && std::string_view(typed, static_cast<std::size_t>(n)).find_first_of("qQ") != std::string_view::npos;
  }

 private:
  static void write_all(std::string_view text) { (void)!write(STDOUT_FILENO, text.data(), text.size()); }

  std::optional<termios> before_;
};

SummaryScreen::SummaryScreen(sink::Output& out, const render::Format& format, const render::Style& style,
                             std::chrono::milliseconds interval)
    : out_(out), format_(format), style_(style), interval_(interval), next_(Clock::now()) {
  if (format.name == "text" && can_redraw()) {
    terminal_ = std::make_unique<Terminal>();
  } else {
    next_ += interval_;
  }
}

SummaryScreen::~SummaryScreen() = default;

bool SummaryScreen::quit() { return terminal_ && terminal_->quit(); }

void SummaryScreen::update(stats::Summary& summary) {
  const Clock::time_point now = Clock::now();
  if (now < next_) return;
  // A tick that comes late does not make the next one early, or many.
  next_ = std::max(next_ + (terminal_ ? Clock::duration(redraw) : interval_), now);
  if (terminal_) return draw(summary);
  print(summary);
}

/// As many lines as the window has; the last one says how to end.
void SummaryScreen::draw(const stats::Summary& summary) {
  const Size size = window();
  style_.width = static_cast<unsigned>(std::max<std::size_t>(size.columns, 40));
  std::string text;
  format_.summary(text, summary, style_);
  std::string& out = out_.text();
  out += "\x1b[H";
  std::string_view rest = text;
  for (std::size_t row = 1; row < size.rows && !rest.empty(); ++row) {
    const std::size_t end = std::min(rest.find('\n'), rest.size());
    text::append(out, "{}\x1b[K\r\n", rest.substr(0, end));
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  text::append(out, "\x1b[J{}q ends", rest.empty() ? "" : "... ");
  out_.offer(true);
}

/// One line: text for people, the whole summary for JSON.
void SummaryScreen::print(stats::Summary& summary) {
  std::string& out = out_.text();
  if (format_.name != "text") {
    summary.interim = true;
    format_.summary(out, summary, style_);
    summary.interim = false;
  } else {
    const auto since_1970 = std::chrono::system_clock::now().time_since_epoch();
    render::append_time(out, std::chrono::duration_cast<std::chrono::nanoseconds>(since_1970).count(), false, style_, state_);
    text::append(out, "{}{}", out.empty() || out.back() == '\n' ? "" : "  ", render::closing_line(summary.tally, true));
    const stats::Histogram& d = summary.delays;
    if (d.count() > 0) {
      text::append(out, "  SYN to header p50 {} p99 {}", render::short_duration(d.percentile(500)),
                   render::short_duration(d.percentile(990)));
    }
    out += '\n';
  }
  out_.offer(true);
}

}  // namespace pp::tool
