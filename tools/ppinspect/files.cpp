#include "ppinspect/files.hpp"

#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdint>
#include <limits>
#include <memory>
#include <stdexcept>
#include <system_error>
#include <vector>

#include "cli/interrupt.hpp"
#include "pp/packet/link_types.hpp"
#include "pp/source/capture_source.hpp"
#include "pp/source/filter.hpp"
#include "pp/source/input_detection.hpp"
#include "pp/source/lines.hpp"
#include "pp/source/printed_packets.hpp"
#include "pp/source/text_input.hpp"
#include "pp/text/format.hpp"
#include "ppinspect/capture.hpp"

namespace pp::tool {
namespace {

/// How long a pipe may be silent before everything that is known is said.
constexpr int idle_ms = 250;

/// One stream of plain bytes can't hold more than this of interest: the longest chain, and a payload behind it.
std::size_t stream_limit(const InspectOptions& o) { return (std::size_t{o.max_chain} + 1) * max_header_bytes + inspect::missing_kept; }

void one_stream(Session& session, std::string_view name, Bytes bytes, bool all = true) {
  inspect::Chunk chunk;
  chunk.input = name;
  chunk.bytes = bytes;
  if (!all) chunk.mark = inspect::Mark::cut;
  if (interrupted()) chunk.mark = inspect::Mark::open;
  session.block_form([&] { session.inspector().flow(chunk); });
}

void name_refusals(Session& session, const std::string& name, const source::Filter& filter) {
  for (const source::Filter::Refusal& refusal : filter.refusals()) {
    // libpcap's messages may quote the filter.
    const std::string_view reason = session.options().redact ? "it does not fit" : std::string_view(refusal.message);
    session.misused("{}: filter, for link type {}: {}; its frames are left out", name, packet::link_type_text(refusal.link_type), reason);
  }
}

/// Packets of a pipe are of now when their clock says so: then their headers are reported soon, whatever may still come.
class PipeClock {
 public:
  void see(const packet::Packet& p) noexcept {
    newest_ns_ = p.time_ns;
    silent_ = 0;
  }
  bool is_of_now() const {
    constexpr std::int64_t near_ns = 10'000'000'000;
    const auto now = std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::system_clock::now().time_since_epoch()).count();
    const std::int64_t age = packet::time_between(newest_ns_, now);
    return age < near_ns && age > -near_ns;
  }
  /// The reader was idle for tick_ms once more: true when nothing has come for a while.
  bool falls_silent() noexcept { return is_of_now() || ++silent_ * tick_ms >= idle_ms; }

 private:
  std::int64_t newest_ns_ = std::numeric_limits<std::int64_t>::min();
  int silent_ = 0;
};

/// What a filter leaves out, until something passes it: if nothing does, the answer names the ports that there are.
class Rejected {
 public:
  Rejected(const inspect::CaptureOptions& options, const std::string& name)
      : options_(options), name_(name), none_({}, [](inspect::Record&) {}) {
    options_.packets = nullptr;
    options_.reactions = false;
    options_.expected = nullptr;
    options_.expect_where_seen = true;
  }
  void feed(const packet::Packet& p, bool passed_one) {
    if (passed_one) return heads_.reset();
    if (!heads_) heads_ = std::make_unique<inspect::CaptureInspector>(options_, none_, name_);
    heads_->feed(p);
  }
  void report(Session& session) {
    if (!heads_) return;
    heads_->finish();
    render::Seen seen;
    seen.input = name_;
    seen.filter = session.options().filter;
    seen.packets = seen.rejected = heads_->counters().packets;
    seen.ports = heads_->ports(render::most_ports);
    session.read(seen);
  }

 private:
  inspect::CaptureOptions options_;
  std::string_view name_;
  inspect::Inspector none_;
  std::unique_ptr<inspect::CaptureInspector> heads_;
};

void capture(Session& session, const std::string& name, source::BlockBuffer& buffer, source::ReadHooks hooks) {
  session.has_streams();
  inspect::CaptureInspector heads(capture_options(session), session.inspector(), name);
  CaptureCounts counts(session, heads);
  session.explainer().begin(explain::Patience::until_the_end, [&heads](std::uint16_t port) { return heads.early(port); });
  const bool at_once = !session.options().summary;
  hooks.progress = [&counts, outer = hooks.progress](std::uint64_t bytes) {
    counts.update();
    return outer(bytes);
  };
  PipeClock clock;
  const auto report = [&session, &heads] {
    heads.tick();
    session.explainer().release();
  };
  const auto go_on = [&session] { return session.offer(true) && session.wanted(); };
  if (at_once) hooks.idle_ms = tick_ms;
  hooks.idle = [&, at_once] {
    if (at_once && clock.falls_silent()) report();
    return go_on();
  };
  if (at_once && !buffer.file().regular()) {
    hooks.steady = [&] {
      if (clock.is_of_now()) report();
      return go_on();
    };
  }
  std::unique_ptr<source::Filter> filter;
  if (!session.options().filter.empty()) filter = std::make_unique<source::Filter>(session.options().filter);
  // What is not asked for costs nothing for each packet.
  const auto all = [&heads, &clock, &counts](const packet::Packet& p) {
    clock.see(p);
    counts.see(p.time_ns);
    heads.feed(p);
  };
  Rejected rejected(capture_options(session), name);
  const auto some = [&session, &heads, &clock, &counts, &filter, &rejected](const packet::Packet& p) {
    clock.see(p);
    counts.see(p.time_ns);
    if (!filter || filter->passes(p)) {
      heads.feed(p);
    } else {
      rejected.feed(p, heads.counters().packets > 0);
    }
    return !session.enough();
  };
  const bool choosy = filter || session.options().count > 0;
  const source::CaptureResult result = choosy ? source::read_capture(buffer, some, hooks) : source::read_capture(buffer, all, hooks);
  heads.finish();
  session.explainer().end();
  counts.close(name);
  if (heads.counters().packets == 0) rejected.report(session);
  if (filter) name_refusals(session, name, *filter);
  if (result.error) session.complain("{}: {}", name, result.error->text);
}

void lines(Session& session, const std::string& name, source::BlockBuffer& buffer, const source::ReadHooks& hooks) {
  source::LineReader reader(buffer, hooks);
  source::Line line;
  inspect::Chunk chunk;
  chunk.input = name;
  while (!session.gone() && !session.enough() && reader.next(line)) {
    if (!line.error.empty()) {
      session.inspector().unreadable(name, line.number,
                                     line.column > 0 ? text::format("column {}: {}", line.column, line.error) : line.error);
    } else {
      chunk.line = line.number;
      chunk.bytes = line.bytes;
      session.inspector().flow(chunk);
    }
  }
}

/// One stream of bytes as they are. From a pipe, a header that is there is shown when nothing follows for a moment.
void raw(Session& session, const std::string& name, source::BlockBuffer& buffer, source::ReadHooks hooks) {
  std::vector<std::uint8_t> bytes;
  inspect::Chunk chunk;
  chunk.input = name;
  inspect::Inspector::Progress progress;
  const std::size_t limit = stream_limit(session.options());
  const auto take = [&] {
    const Bytes arrived = buffer.available().first(std::min(buffer.available().size(), limit - bytes.size()));
    bytes.insert(bytes.end(), arrived.begin(), arrived.end());
    buffer.consume(arrived.size());
    chunk.bytes = bytes;
  };
  hooks.idle = [&] {
    if (parse(chunk.bytes.subspan(progress.offset)).verdict.settled()) {
      session.block_form([&] { progress = session.inspector().flow(chunk, progress); });
    }
    return progress.more && session.offer(true) && session.wanted();
  };
  source::ProgressTimer timer(hooks);
  bool stopped = false;
  do {
    take();
  } while (bytes.size() < limit && source::read_more(buffer, buffer.available().size() + 1, hooks, timer, stopped));
  if (progress.headers > 0 && progress.offset == bytes.size()) return;
  if (interrupted() || !buffer.damage().empty()) {
    if (bytes.empty()) return;
    chunk.mark = inspect::Mark::open;
  }
  session.block_form([&] { session.inspector().flow(chunk, progress); });
}

/// The bytes of a text, and what is uncertain about them.
void printed(Session& session, const std::string& name, const source::TextResult& decoded) {
  if (!decoded.all) session.say("{}: a part of the bytes is printed here, the program left the rest out", name);
  if (!decoded.other_form.empty()) session.say("{}: read as {}; as {} it would be another header", name, decoded.form, decoded.other_form);
  one_stream(session, name, decoded.bytes, decoded.all);
}

/// Packets that a text shows, as a capture in memory.
bool printed_packets(Session& session, const std::string& name, std::string_view text) {
  const packet::CaptureBuffer packets = source::capture_of_printed_packets(text);
  if (packets.empty()) return false;
  const int memory = ::memfd_create("packets", MFD_CLOEXEC);
  if (memory < 0) throw std::system_error(errno, std::generic_category(), name);
  source::InputFile file(memory, name);
  for (std::size_t done = 0; done < packets.size();) {
    const ssize_t n = ::pwrite(memory, packets.data() + done, packets.size() - done, static_cast<off_t>(done));
    if (n < 0) throw std::system_error(errno, std::generic_category(), name);
    done += static_cast<std::size_t>(n);
  }
  source::BlockBuffer buffer = source::capture_buffer(file);
  capture(session, name, buffer, {});
  return true;
}

void text(Session& session, const std::string& name, source::InputType type, source::BlockBuffer& buffer, const source::ReadHooks& hooks) {
  const std::size_t limit = stream_limit(session.options()) * 12;  // dumps spend up to a dozen characters on a byte
  std::vector<std::uint8_t> all;
  source::ProgressTimer timer(hooks);
  bool stopped = false;
  do {
    const Bytes arrived = buffer.available();
    if (arrived.size() > limit - all.size())
      throw std::runtime_error(text::format("{}: input is above the limit of {} bytes for this kind", name, limit));
    all.insert(all.end(), arrived.begin(), arrived.end());
    buffer.consume(arrived.size());
  } while (source::read_more(buffer, 1, hooks, timer, stopped));
  if (stopped && all.empty()) return;
  const std::string_view text(reinterpret_cast<const char*>(all.data()), all.size());
  if (type != source::InputType::base64 && printed_packets(session, name, text)) return;
  const source::TextResult decoded = source::decode_text(type, text);
  if (decoded.error) {
    if (!decoded.bytes.empty()) one_stream(session, name, decoded.bytes);
    return session.complain("{}:{}:{}: {}", name, decoded.error->line, decoded.error->column, decoded.error->text);
  }
  printed(session, name, decoded);
}

/// Text that is bytes in no form. What has a name (a request, a greeting) is judged as what it is.
std::optional<source::TextError> not_bytes(Bytes text) {
  if (inspect::kind_of(text) != inspect::PayloadKind::text) return std::nullopt;
  // A header in lower case, or after other bytes: the diagnosis says so.
  constexpr std::string_view word = "proxy ";
  const auto same = [](char w, std::uint8_t b) { return w == static_cast<char>(b >= 'A' && b <= 'Z' ? b + 32 : b); };
  if (std::search(text.begin(), text.end(), word.begin(), word.end(), [&same](std::uint8_t b, char w) { return same(w, b); }) != text.end())
    return std::nullopt;
  return source::not_bytes(text);
}

}  // namespace

void inspect_literal(Session& session, const std::string& text) {
  const std::string& name = session.keep_name("-x");
  if (printed_packets(session, name, text)) return;
  const source::TextResult decoded = source::decode_text(source::InputType::automatic, text);
  if (decoded.error) return session.misused("-x: {}", decoded.error->text);
  if (const auto error = not_bytes(decoded.bytes)) return session.misused("-x: {}", error->text);
  session.begin_input(name);
  printed(session, name, decoded);
}

void inspect_file(Session& session, source::InputFile& input) {
  const std::string& name = session.keep_name(input.fd() == STDIN_FILENO ? "-" : input.name());
  session.begin_input(name);
  source::BlockBuffer buffer = source::capture_buffer(input);
  source::ReadHooks hooks;
  hooks.idle_ms = idle_ms;
  hooks.idle = [&session] { return session.offer(true) && session.wanted(); };
  const bool whole = input.regular() && !input.following();
  session.progress().start(whole ? input.size() : 0);
  hooks.progress = [&session](std::uint64_t bytes) {
    session.report_if_wanted();
    session.show_progress(bytes);
    return session.wanted();
  };

  source::InputType type = session.options().input_type;
  if (type == source::InputType::automatic) {
    const source::Detection found = source::detect_input(buffer, hooks);
    if (found.compression != source::Compression::none) {
      return session.complain("{}: compressed twice, the second time with {}", name, source::compression_name(found.compression));
    }
    if (found.foreign != nullptr) return session.complain("{}: {}; {}", name, found.foreign->title, found.foreign->remedy);
    if (input.regular() && !input.following() && buffer.available().empty() && buffer.damage().empty()) {
      return session.complain("{}: the file is empty", name);
    }
    type = found.type;
    if (type == source::InputType::raw) {
      if (const auto error = not_bytes(buffer.available()))
        return session.complain("{}:{}:{}: {}", name, error->line, error->column, error->text);
    }
  } else if (type != source::InputType::raw) {  // asked for, raw is these very bytes
    source::undo_compression(buffer, hooks);
  }
  if (!session.options().filter.empty() && type != source::InputType::pcap) {
    return session.misused("{}: is not a capture, and a packet filter is for captures", name);
  }
  switch (type) {
    case source::InputType::pcap: capture(session, name, buffer, hooks); break;
    case source::InputType::lines: lines(session, name, buffer, hooks); break;
    case source::InputType::raw: raw(session, name, buffer, hooks); break;
    default: text(session, name, type, buffer, hooks); break;
  }
  if (const std::string damage = buffer.damage(); !damage.empty()) session.complain("{}: {}", name, damage);
  // The first Ctrl-C is how a pipe ends; of a file it leaves a part unread.
  if (interrupted() && whole) session.cut_short();
  session.progress().clear();
  session.offer(!whole);
}

}  // namespace pp::tool
