#include "ppinspect/explain_log.hpp"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <exception>
#include <string>
#include <vector>

#include "cli/interrupt.hpp"
#include "cli/usage.hpp"
#include "pp/base/utf8.hpp"
#include "pp/explain/log_report.hpp"
#include "pp/render/json_writer.hpp"
#include "pp/sink/output.hpp"
#include "pp/source/file.hpp"
#include "pp/sys/privileges.hpp"
#include "pp/text/format.hpp"
#include "ppinspect/conceal.hpp"

namespace pp::tool {
namespace {

/// A line is looked at up to this; what is longer is cut there.
constexpr std::size_t longest_line = 64U << 10;
/// How often a log that is followed is looked at when nothing tells that it has grown.
constexpr int look_ms = 250;

/// One log on its way through: lines in blocks of a fixed size, the rest of a line that is too long passed over.
class LogReader {
 public:
  explicit LogReader(explain::LogReport& report) : report_(report) {}

  /// What read() gives up to the end of what is there; `each` is called after each line. False: reading failed.
  template <class Each>
  bool read(int fd, Each each) {
    for (;;) {
      const ssize_t n = ::read(fd, block_.data() + held_, block_.size() - held_);
      if (n < 0 && errno == EINTR && !interrupted()) continue;
      if (n < 0) return interrupted();
      if (n == 0) return true;
      bytes_ += static_cast<std::uint64_t>(n);
      std::string_view text(block_.data(), held_ + static_cast<std::size_t>(n));
      while (!text.empty()) {
        const std::size_t end = text.find('\n');
        const bool whole = end != std::string_view::npos;
        if (!whole && text.size() < longest_line) break;
        if (!cut_) report_.add(text.substr(0, std::min({end, text.size(), longest_line})));
        each();
        cut_ = !whole;
        text.remove_prefix(whole ? end + 1 : text.size());
      }
      std::copy(text.begin(), text.end(), block_.begin());
      held_ = text.size();
    }
  }
  /// The last line may lack its end.
  void finish() {
    if (held_ > 0 && !cut_) report_.add({block_.data(), held_});
    held_ = 0;
    cut_ = false;
    bytes_ = 0;
    report_.finish();
  }
  std::uint64_t bytes() const { return bytes_; }

 private:
  explain::LogReport& report_;
  std::vector<char> block_ = std::vector<char>(256U << 10);
  std::size_t held_ = 0;
  bool cut_ = false;
  std::uint64_t bytes_ = 0;
};

void write_json(std::string& out, const explain::LogGroup& group, bool redact) {
  render::JsonWriter json(out);
  const auto member = [&](std::string_view key, std::string_view value) {
    json.key(key);
    json.string(value);
  };
  json.open_object();
  member("schema", "pp.log/1");
  member("row", group.reading.id);
  member("software", group.reading.who);
  member("side", name(group.reading.side));
  member("means", group.reading.meaning);
  member("fix", group.reading.fix);
  if (!redact && !group.reading.quoted.empty()) member("quoted", shown(group.reading.quoted, Charset::ascii));
  json.key("count");
  json.number(group.count);
  if (!redact && !group.client.empty()) member("client", group.client);
  if (!group.first.empty())
    member("first", shown(Bytes(reinterpret_cast<const std::uint8_t*>(group.first.data()), group.first.size()), Charset::ascii));
  if (!group.last.empty())
    member("last", shown(Bytes(reinterpret_cast<const std::uint8_t*>(group.last.data()), group.last.size()), Charset::ascii));
  json.close_object();
  out += '\n';
}

void write_text(std::string& out, const explain::LogGroup& group, bool redact) {
  text::append(out, "{} x {}, {}", text::Grouped{group.count}, group.reading.id, name(group.reading.side));
  if (!redact && !group.client.empty()) text::append(out, ", client {}", group.client);
  if (!group.first.empty()) text::append(out, ", {} to {}", text::Shown{group.first}, text::Shown{group.last});
  text::append(out, "\n  said by  {}\n  means    {}\n", group.reading.who, group.reading.meaning);
  constexpr std::size_t most = 100;
  const auto& quoted = group.reading.quoted;
  if (!redact && !quoted.empty())
    text::append(out, "  quoted   \"{}\"{}\n", shown(Bytes(quoted).first(std::min(quoted.size(), most)), Charset::ascii),
                 quoted.size() > most ? "..." : "");
  text::append(out, "  change   {}\n", group.reading.fix);
}

/// Until Ctrl-C. False: it cannot be read any more.
template <class Tell>
bool follow(source::InputFile& input, LogReader& reader, Tell tell) {
  using Change = source::InputFile::Change;
  while (!interrupted()) {
    const Change change = input.wait(reader.bytes(), look_ms);
    if (change == Change::idle || change == Change::interrupted) continue;
    if (change != Change::grown) {
      reader.finish();
      tell();
      say_line("ppinspect", text::format("{}: {}", input.name(),
                                         change == Change::truncated ? "was truncated, reading it from its start"
                                                                     : "was replaced, reading the new file"));
      try {
        input.start_again();
      } catch (const std::exception& error) {
        say_line("ppinspect", error.what());
        return false;
      }
    }
    if (!reader.read(input.fd(), tell)) return false;
  }
  return true;
}

}  // namespace

int explain_logs(const InspectOptions& options) {
  catch_signals();
  std::vector<source::InputFile> inputs;
  for (std::size_t i = 0; i < options.logs.size(); ++i)
    inputs.emplace_back(options.logs[i], options.redact ? input_label(i + 1, options.logs[i]) : options.logs[i]);
  sys::drop_privileges(options.user);
  explain::LogReport report;
  sink::Output out(STDOUT_FILENO);
  std::signal(SIGPIPE, SIG_IGN);
  const bool json = options.format != nullptr && options.format->name == "json";
  const auto write = [&](const explain::LogGroup& group) {
    json ? write_json(out.text(), group, options.redact) : write_text(out.text(), group, options.redact);
    out.offer(false);
  };
  // A cause is printed when its first line comes; at the end all are, with their counts.
  const auto tell = [&] {
    if (!options.follow) return;
    if (const explain::LogGroup* group = report.take_new()) {
      write(*group);
      out.offer(true);
    }
  };
  int status = 0;
  for (const std::string& text : options.log_texts) report.add_text(text);
  for (source::InputFile& input : inputs) {
    LogReader reader(report);
    if (options.follow) input.follow();
    bool good = reader.read(input.fd(), tell);
    if (options.follow) good = good && follow(input, reader, tell);
    reader.finish();
    tell();
    if (good) continue;
    say_line("ppinspect", text::format("{}: cannot be read to its end", input.name()));
    status = 3;
  }
  for (const explain::LogGroup& group : report.groups()) write(group);
  out.offer(true);
  const std::string known = report.known() == 0 ? "no known line" : text::format("{}", text::Counted{report.known(), "known line"});
  if (!inputs.empty()) say_line("ppinspect", text::format("{} of {}", known, text::Counted{report.lines(), "line"}));
  if (status != 0) return status;
  return report.known() > 0 ? 0 : 4;
}

}  // namespace pp::tool
