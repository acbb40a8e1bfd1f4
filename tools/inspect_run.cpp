#include "inspect_run.hpp"

#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <ctime>
#include <functional>
#include <list>
#include <stdexcept>

#include "interrupt.hpp"
#include "pp/base/utf8.hpp"
#include "pp/inspect/capture.hpp"
#include "pp/inspect/inspect.hpp"
#include "pp/inspect/tally.hpp"
#include "pp/source/capture_source.hpp"
#include "pp/source/file.hpp"
#include "pp/source/input_detection.hpp"
#include "pp/source/lines.hpp"
#include "pp/source/listener.hpp"
#include "pp/source/output.hpp"
#include "pp/source/privileges.hpp"
#include "pp/source/random_key.hpp"
#include "progress.hpp"

namespace pp::tool {
namespace {

/// How long a pipe may be silent before everything that is known is said.
constexpr int idle_ms = 250;

/// One stream of plain bytes can't hold more than this of interest: the longest chain, and a payload behind it.
std::size_t stream_limit(const InspectOptions& o) { return (std::size_t{o.max_chain} + 1) * max_header_bytes + inspect::missing_kept; }

class Run {
 public:
  explicit Run(const InspectOptions& options)
      : options_(options), out_(STDOUT_FILENO), style_(options.style), inspector_(inspector_options(options), [this](const inspect::Record& r) { show(r); }) {}

  int operator()() {
    std::vector<source::InputFile> inputs = open_inputs();
    source::ListenOptions listen;
    listen.once = options_.once;
    source::Listener listener(listen);
    for (const std::string& address : options_.listen) listener.add(address);
    if (!options_.listen.empty()) source::forbid_core_dumps();
    tzset();
    source::drop_privileges(options_.user);
    if (!options_.listen.empty()) {
      serve(listener);
      return finish();
    }
    for (const std::string& text : options_.hex) literal(text);
    for (source::InputFile& input : inputs) {
      if (interrupted()) cut_short_ = true;
      if (out_.gone() || interrupted()) break;
      guarded(input.name(), [&] { read(input); });
    }
    return finish();
  }

 private:
  static inspect::Options inspector_options(const InspectOptions& o) {
    inspect::Options out;
    out.strict = o.strict;
    out.max_chain = o.max_chain;
    out.reactions = o.reactions;
    out.details = !o.summary;
    return out;
  }

  void complain(std::string_view text) {
    progress_.clear();
    std::fprintf(stderr, "ppinspect: %s\n", shown(text, Charset::ascii).c_str());
    refused_ = true;
  }

  /// What the world refuses ends one input, not the run.
  void guarded(const std::string& name, const std::function<void()>& work) {
    try {
      work();
    } catch (const std::exception& error) {
      const std::string_view text = error.what();
      complain(text.starts_with(name) ? std::string(text) : name + ": " + std::string(text));
    }
  }

  std::vector<source::InputFile> open_inputs() {
    std::vector<source::InputFile> inputs;
    for (const std::string& name : options_.files) {
      guarded(name, [&] { inputs.emplace_back(name); });
    }
    return inputs;
  }

  void show(const inspect::Record& record) {
    if (record.is_header()) ++headers_seen_;
    if (!options_.selection.matches(record)) return;
    tally_.add(record);
    if (options_.summary || (style_.quiet && record.outcome == inspect::Outcome::valid)) return;
    progress_.clear();
    options_.format->record(out_.text(), record, style_, state_);
    out_.offer(options_.line_buffered);
  }

  void literal(const std::string& text) {
    const source::TextResult decoded = source::decode_text(source::InputType::automatic, text);
    if (decoded.error) return complain("-x: " + decoded.error->text);
    one_stream("-x", decoded.bytes);
  }

  void one_stream(std::string_view name, Bytes bytes) {
    inspect::Chunk chunk;
    chunk.input = name;
    chunk.bytes = bytes;
    if (interrupted()) chunk.mark = inspect::Mark::open;
    block_form([&] { inspector_.flow(chunk); });
  }

  /// A single stream is worth a block where a capture's header is worth a line.
  template <class Work>
  void block_form(Work&& work) {
    const unsigned detail = style_.detail;
    style_.detail = std::max(detail, 1U);
    work();
    style_.detail = detail;
  }

  void read(source::InputFile& input) {
    const std::string& name = *names_.insert(names_.end(), input.fd() == STDIN_FILENO ? "-" : input.name());
    source::BlockBuffer buffer = source::capture_buffer(input);
    source::ReadHooks hooks;
    hooks.idle_ms = idle_ms;
    hooks.idle = [this] { return out_.offer(true) && !interrupted(); };
    progress_.start(input.regular() ? input.size() : 0);
    hooks.progress = [this](std::uint64_t bytes) {
      if (report_wanted()) report();
      progress_.show(bytes);
      return !out_.gone() && !interrupted();
    };

    source::InputType type = options_.input_type;
    if (type == source::InputType::automatic) {
      const source::Detection found = source::detect_input(buffer, hooks);
      if (found.compression != source::Compression::none) return complain(name + ": " + source::compression_refusal(found.compression));
      type = found.type;
    }
    switch (type) {
      case source::InputType::pcap: capture(name, buffer, hooks); break;
      case source::InputType::lines: lines(name, buffer, hooks); break;
      case source::InputType::raw: raw(name, buffer, hooks); break;
      default: text(name, type, buffer, hooks); break;
    }
    // The first Ctrl-C is how a pipe ends; of a file it leaves a part unread.
    if (interrupted() && input.regular()) cut_short_ = true;
    progress_.clear();
    out_.offer(!input.regular());
  }

  void capture(const std::string& name, source::BlockBuffer& buffer, source::ReadHooks hooks) {
    streams_ = true;
    inspect::CaptureOptions o;
    o.reactions = options_.reactions;
    o.max_flows = static_cast<std::uint32_t>(options_.max_flows);
    const source::RandomKey key = source::random_key();
    o.hash_key = {key.first, key.second};
    if (!options_.expected.empty()) o.expected = [this](std::uint16_t port) { return options_.expected.contains(port); };
    inspect::CaptureInspector heads(o, inspector_, name);
    hooks.idle = [this, &heads] {
      heads.flush();
      return out_.offer(true) && !interrupted();
    };
    const source::CaptureResult result = source::read_capture(buffer, [&heads](const packet::Packet& p) { heads.feed(p); }, hooks);
    heads.finish();
    const packet::HeadCounters& c = heads.counters();
    tally_.streams += c.tcp_streams + c.udp_streams;
    tally_.streams_without_start += c.streams_without_start;
    tally_.evicted += c.evicted;
    out_.offer(false);
    name_undecoded(name, heads);
    if (result.error) complain(name + ": " + result.error->text);
  }

  void name_undecoded(const std::string& name, const inspect::CaptureInspector& heads) {
    const auto& counts = heads.counters().decoded;
    const std::uint64_t links = counts[static_cast<std::size_t>(packet::Decoded::unsupported_link)];
    if (links > 0) {
      std::fprintf(stderr, "ppinspect: %s: %llu frames of link type %u are not decoded\n", shown(std::string_view(name), Charset::ascii).c_str(),
                   static_cast<unsigned long long>(links), heads.link_type());
    }
    const std::uint64_t cut = counts[static_cast<std::size_t>(packet::Decoded::truncated)];
    if (cut > 0) {
      std::fprintf(stderr, "ppinspect: %s: %llu frames are cut inside their headers: capture with a larger -s\n",
                   shown(std::string_view(name), Charset::ascii).c_str(), static_cast<unsigned long long>(cut));
    }
  }

  void lines(const std::string& name, source::BlockBuffer& buffer, const source::ReadHooks& hooks) {
    source::LineReader reader(buffer, hooks);
    source::Line line;
    inspect::Chunk chunk;
    chunk.input = name;
    while (!out_.gone() && reader.next(line)) {
      if (!line.error.empty()) {
        inspector_.unreadable(name, line.number, line.column > 0 ? "column " + std::to_string(line.column) + ": " + line.error : line.error);
        continue;
      }
      chunk.line = line.number;
      chunk.bytes = line.bytes;
      inspector_.flow(chunk);
    }
  }

  /// One stream of bytes as they are. From a pipe, a header that is there is shown when nothing follows for a moment.
  void raw(const std::string& name, source::BlockBuffer& buffer, source::ReadHooks hooks) {
    std::vector<std::uint8_t> bytes;
    inspect::Chunk chunk;
    chunk.input = name;
    inspect::Inspector::Progress progress;
    const std::size_t limit = stream_limit(options_);
    const auto take = [&] {
      const Bytes arrived = buffer.available().first(std::min(buffer.available().size(), limit - bytes.size()));
      bytes.insert(bytes.end(), arrived.begin(), arrived.end());
      buffer.consume(arrived.size());
      chunk.bytes = bytes;
    };
    hooks.idle = [&] {
      if (parse(chunk.bytes.subspan(progress.offset)).verdict.settled()) {
        block_form([&] { progress = inspector_.flow(chunk, progress); });
      }
      return progress.more && out_.offer(true) && !interrupted();
    };
    source::ProgressTimer timer(hooks);
    bool stopped = false;
    do {
      take();
    } while (bytes.size() < limit && source::read_more(buffer, buffer.available().size() + 1, hooks, timer, stopped));
    if (progress.headers > 0 && progress.offset == bytes.size()) return;
    if (interrupted()) {
      if (bytes.empty()) return;
      chunk.mark = inspect::Mark::open;
    }
    block_form([&] { inspector_.flow(chunk, progress); });
  }

  void text(const std::string& name, source::InputType type, source::BlockBuffer& buffer, const source::ReadHooks& hooks) {
    const std::size_t limit = stream_limit(options_) * 12;  // dumps spend up to a dozen characters on a byte
    std::vector<std::uint8_t> all;
    source::ProgressTimer timer(hooks);
    bool stopped = false;
    do {
      const Bytes arrived = buffer.available();
      if (arrived.size() > limit - all.size()) throw std::runtime_error(name + ": input is above the limit of " + std::to_string(limit) + " bytes for this kind");
      all.insert(all.end(), arrived.begin(), arrived.end());
      buffer.consume(arrived.size());
    } while (source::read_more(buffer, 1, hooks, timer, stopped));
    if (stopped && all.empty()) return;
    const source::TextResult decoded = source::decode_text(type, std::string_view(reinterpret_cast<const char*>(all.data()), all.size()));
    if (decoded.error) {
      if (!decoded.bytes.empty()) one_stream(name, decoded.bytes);
      return complain(name + ":" + std::to_string(decoded.error->line) + ":" + std::to_string(decoded.error->column) + ": " + decoded.error->text);
    }
    one_stream(name, decoded.bytes);
  }

  void serve(source::Listener& listener) {
    streams_ = true;
    for (const std::string& address : listener.addresses()) std::fprintf(stderr, "listening on %s\n", address.c_str());
    for (const std::string& address : options_.listen) {
      if (address.starts_with("*:")) std::fputs("open to every interface: anyone who reaches this port can send to it\n", stderr);
    }
    listener.run(
        [this](const inspect::Chunk& chunk) {
          ++tally_.streams;
          inspector_.flow(chunk);
          out_.offer(true);
        },
        [this] {
          if (report_wanted()) report();
          return interrupted() || out_.gone();
        });
  }

  void report() { std::fprintf(stderr, "%s\n", render::closing_line(tally_, streams_).c_str()); }

  int finish() {
    if (options_.summary) options_.format->summary(out_.text(), tally_, style_);
    out_.offer(true);
    report();
    if (cut_short_) return 130;
    return status();
  }

  int status() const {
    if (refused_) return 3;
    const bool failed = options_.fail_on == FailOn::error     ? tally_.errors > 0
                        : options_.fail_on == FailOn::warning ? tally_.warnings > 0
                                                              : false;
    if (failed) return 1;
    return headers_seen_ == 0 && !options_.allow_empty ? 4 : 0;
  }

  const InspectOptions& options_;
  source::Output out_;
  render::Style style_;
  render::State state_;
  Progress progress_;
  inspect::Inspector inspector_;
  inspect::Tally tally_;
  std::list<std::string> names_;  // records borrow them
  std::uint64_t headers_seen_ = 0;
  bool streams_ = false;
  bool refused_ = false;
  bool cut_short_ = false;  // an interrupt left something unread
};

}  // namespace

int run(const InspectOptions& options) {
  if (options.information) {
    source::Output out(STDOUT_FILENO);
    out.text() = *options.information;
    std::signal(SIGPIPE, SIG_IGN);
    out.offer(true);
    return 0;
  }
  catch_signals();
  return Run(options)();
}

}  // namespace pp::tool
