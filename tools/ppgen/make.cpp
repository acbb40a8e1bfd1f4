// ppgen make: headers to standard output.
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <memory>

#include "ppgen/capture.hpp"
#include "ppgen/header.hpp"
#include "ppgen/privileges.hpp"
#include "ppgen/subcommands.hpp"
#include "cli/interrupt.hpp"
#include "cli/option_words.hpp"
#include "pp/inspect/inspect.hpp"
#include "pp/render/bytes_format.hpp"
#include "pp/render/format.hpp"
#include "pp/sink/output.hpp"

namespace pp::tool {
namespace {

struct MakeOptions {
  HeaderOptions header;
  std::string format;
  bool raw = false;
};

/// Calls `each` with item after item until all are out or nobody wants more. Returns the exit status.
template <class Each>
int write_items(const HeaderOptions& header, sink::Output& out, Each&& each) {
  std::vector<std::uint8_t> room;
  Bytes bytes = header.bytes_in(room, 0);
  for (std::uint64_t i = 0; i < header.count(); ++i) {
    if (i > 0 && header.varies()) bytes = header.bytes_in(room, i);
    each(bytes, i);
    if (!out.offer(false) || interrupted()) break;
  }
  out.offer(true);
  return interrupted() ? 130 : 0;
}

/// The same header again and again, in blocks: writing it costs next to nothing.
int repeat_raw(const HeaderOptions& header, sink::Output& out) {
  constexpr std::size_t block = 64 * 1024;
  const std::vector<std::uint8_t> one = header.bytes();
  const std::uint64_t fit = std::max<std::uint64_t>(1, block / std::max<std::size_t>(one.size(), 1));
  std::string many;
  for (std::uint64_t i = 0; i < std::min(fit, header.count()); ++i) many.append(one.begin(), one.end());
  for (std::uint64_t left = header.count(); left > 0 && !many.empty();) {
    const std::uint64_t now = std::min(left, fit);
    out.text().append(many, 0, static_cast<std::size_t>(now) * one.size());
    if (!out.offer(false) || interrupted()) break;
    left -= now;
  }
  out.offer(true);
  return interrupted() ? 130 : 0;
}

int write_text(const HeaderOptions& header, sink::Output& out, const render::BytesFormat& format) {
  return write_items(header, out, [&](Bytes bytes, std::uint64_t) { format.write(out.text(), bytes); });
}

int write_capture(const HeaderOptions& header, sink::Output& out, bool pcapng) {
  CaptureText capture(out.text(), pcapng);
  return write_items(header, out, [&](Bytes bytes, std::uint64_t i) { capture.add(bytes, {}, {}, header.datagram(i)); });
}

int write_json(const HeaderOptions& header, sink::Output& out) {
  render::State state;
  inspect::Inspector inspector({}, [&](const inspect::Record& record) { render::write_json(out.text(), record, {}, state); });
  return write_items(header, out, [&](Bytes bytes, std::uint64_t) {
    inspect::Chunk chunk;
    chunk.input = "ppgen";
    chunk.bytes = bytes;
    inspector.flow(chunk);
  });
}

std::string format_names() { return render::bytes_format_names() + ", pcap, pcapng, json"; }

int run(MakeOptions& o) {
  o.header.check();
  const bool terminal = isatty(STDOUT_FILENO) == 1;
  const std::string name = !o.format.empty() ? o.format : terminal && !o.raw ? "hex" : "raw";
  const render::BytesFormat* format = render::find_bytes_format(name);
  const bool capture = name == "pcap" || name == "pcapng";
  if (format == nullptr && !capture && name != "json") refuse("--format " + in_quotes(name) + " is none of " + format_names());
  if ((capture || (format != nullptr && format->binary)) && terminal && !o.raw) {
    refuse("--format " + name + " to a terminal: use --format hex, redirect it, or insist with --raw");
  }
  catch_signals();
  if (o.header.reads_files()) give_up_root({});
  o.header.load();
  sink::Output out(STDOUT_FILENO);
  if (capture) return write_capture(o.header, out, name == "pcapng");
  if (format == nullptr) return write_json(o.header, out);
  return name == "raw" && !o.header.varies() ? repeat_raw(o.header, out) : write_text(o.header, out, *format);
}

}  // namespace

Run declare_make(CLI::App& app) {
  const auto options = std::make_shared<MakeOptions>();
  options->header.declare(app);
  on_word(
      app, "--format", [o = options.get()](const std::string& text) { o->format = text; },
      format_names() + "; raw by default, hex on a terminal", "FORMAT");
  app.add_flag("--raw", options->raw, "raw bytes even to a terminal");
  return [options] { return run(*options); };
}

}  // namespace pp::tool
