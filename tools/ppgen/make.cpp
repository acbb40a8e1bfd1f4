// ppgen make: headers to standard output.
#include <unistd.h>

#include <algorithm>
#include <memory>

#include "cli/interrupt.hpp"
#include "cli/parse_args.hpp"
#include "cli/usage.hpp"
#include "pp/inspect/inspect.hpp"
#include "pp/render/bytes_format.hpp"
#include "pp/render/format.hpp"
#include "pp/sink/output.hpp"
#include "ppgen/capture.hpp"
#include "ppgen/header.hpp"
#include "ppgen/known_names.hpp"
#include "ppgen/privileges.hpp"
#include "ppgen/subcommands.hpp"

namespace pp::tool {
namespace {

struct MakeOptions {
  HeaderOptions header;
  std::string format;
  bool raw = false;
};

/// Calls `each` with each item until all are written, the reader has gone or the run is interrupted. Returns the exit status.
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

int run(MakeOptions& o) {
  o.header.check();
  const bool terminal = isatty(STDOUT_FILENO) == 1;
  const std::string name = !o.format.empty() ? o.format : terminal && !o.raw ? "hex" : "raw";
  const render::BytesFormat* format = render::find_bytes_format(name);
  const bool capture = name == "pcap" || name == "pcapng";
  if ((capture || (format != nullptr && format->binary)) && terminal && !o.raw)
    refuse("--format {} to a terminal: use --format hex, redirect the output, or insist with --raw", name);
  catch_signals();
  if (o.header.reads_files()) give_up_root({});
  o.header.load();
  sink::Output out(STDOUT_FILENO);
  if (capture) return write_capture(o.header, out, name == "pcapng");
  if (format == nullptr) return write_json(o.header, out);
  return name == "raw" && !o.header.varies() ? repeat_raw(o.header, out) : write_text(o.header, out, *format);
}

constexpr OptionRow<MakeOptions> rows[] = {
    {{.names = "--format",
      .value = "FORMAT",
      .otherwise = "raw; on a terminal hex",
      .allowed = {.listed = make_formats},
      .help = "how to write the headers: raw, hex, xxd, base64, c, ..., pcap, pcapng or json",
      .more = "pcap and pcapng give each header a conversation of its own; json is what ppinspect -o json prints."},
     take_text<&MakeOptions::format>},
    {{.names = "--raw", .help = "write raw bytes even to a terminal"}, turn_on<&MakeOptions::raw>},
};

}  // namespace

Run declare_make(CommandLine& line) {
  const auto options = std::make_shared<MakeOptions>();
  line.add("Options", rows, *options);
  options->header.declare(line);
  return [options] { return run(*options); };
}

}  // namespace pp::tool
