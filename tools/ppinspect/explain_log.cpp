#include "ppinspect/explain_log.hpp"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <string>
#include <vector>

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

/// False: reading failed.
bool read_log(int fd, explain::LogReport& report) {
  std::vector<char> block(256U << 10);
  std::size_t held = 0;
  bool cut = false;  // the rest of a line that was too long is passed over
  for (;;) {
    const ssize_t n = ::read(fd, block.data() + held, block.size() - held);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return false;
    std::string_view text(block.data(), held + static_cast<std::size_t>(n));
    while (!text.empty()) {
      const std::size_t end = text.find('\n');
      const bool whole = end != std::string_view::npos || n == 0;
      if (!whole && text.size() < longest_line) break;
      if (!cut) report.add(text.substr(0, std::min({end, text.size(), longest_line})));
      cut = !whole;
      text.remove_prefix(whole ? std::min(end == std::string_view::npos ? text.size() : end + 1, text.size()) : text.size());
    }
    if (n == 0) {
      report.finish();
      return true;
    }
    std::copy(text.begin(), text.end(), block.begin());
    held = text.size();
  }
}

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

}  // namespace

int explain_logs(const InspectOptions& options) {
  std::vector<source::InputFile> inputs;
  for (std::size_t i = 0; i < options.logs.size(); ++i)
    inputs.emplace_back(options.logs[i], options.redact ? input_label(i + 1, options.logs[i]) : options.logs[i]);
  sys::drop_privileges(options.user);
  explain::LogReport report;
  int status = 0;
  for (source::InputFile& input : inputs) {
    if (read_log(input.fd(), report)) continue;
    say_line("ppinspect", text::format("{}: cannot be read to its end", input.name()));
    status = 3;
  }
  sink::Output out(STDOUT_FILENO);
  std::signal(SIGPIPE, SIG_IGN);
  const bool json = options.format != nullptr && options.format->name == "json";
  for (const explain::LogGroup& group : report.groups()) {
    json ? write_json(out.text(), group, options.redact) : write_text(out.text(), group, options.redact);
    out.offer(false);
  }
  out.offer(true);
  const std::string known = report.known() == 0 ? "no known line" : text::format("{}", text::Counted{report.known(), "known line"});
  say_line("ppinspect", text::format("{} of {}", known, text::Counted{report.lines(), "line"}));
  if (status != 0) return status;
  return report.known() > 0 ? 0 : 4;
}

}  // namespace pp::tool
