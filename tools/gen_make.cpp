// ppgen make: headers to standard output.
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <memory>

#include "gen_header.hpp"
#include "gen_subcommands.hpp"
#include "interrupt.hpp"
#include "option_words.hpp"
#include "pp/render/bytes_format.hpp"
#include "pp/source/output.hpp"

namespace pp::tool {
namespace {

struct MakeOptions {
  HeaderOptions header;
  std::string format;
  bool raw = false;
};

/// Whole headers back to back, in blocks large enough that writing them costs nothing beside making them.
int write_raw(const HeaderOptions& header) {
  constexpr std::size_t block = 64 * 1024;
  source::Output out(STDOUT_FILENO);
  const std::vector<std::uint8_t> one = header.bytes();
  const std::uint64_t fit = std::max<std::uint64_t>(1, block / std::max<std::size_t>(one.size(), 1));
  std::string many;
  for (std::uint64_t i = 0; i < std::min(fit, header.count()); ++i) many.append(one.begin(), one.end());
  for (std::uint64_t left = header.count(); left > 0;) {
    const std::uint64_t now = std::min(left, fit);
    out.text().append(many, 0, static_cast<std::size_t>(now) * one.size());
    if (!out.offer(false) || interrupted()) break;
    left -= now;
  }
  out.offer(true);
  return interrupted() ? 130 : 0;
}

int write_text(const HeaderOptions& header, const render::BytesFormat& format) {
  source::Output out(STDOUT_FILENO);
  for (std::uint64_t i = 0; i < header.count(); ++i) {
    format.write(out.text(), header.bytes(i));
    if (!out.offer(false) || interrupted()) break;
  }
  out.offer(true);
  return interrupted() ? 130 : 0;
}

int run(MakeOptions& o) {
  o.header.check();
  const bool terminal = isatty(STDOUT_FILENO) == 1;
  const std::string name = !o.format.empty() ? o.format : terminal && !o.raw ? "hex" : "raw";
  const render::BytesFormat* format = render::find_bytes_format(name);
  if (format == nullptr) refuse("--format " + in_quotes(name) + " is none of " + render::bytes_format_names());
  if (format->binary && terminal && !o.raw) refuse("--format " + name + " to a terminal: use --format hex, redirect it, or insist with --raw");
  catch_signals();
  return format->name == "raw" ? write_raw(o.header) : write_text(o.header, *format);
}

}  // namespace

Run declare_make(CLI::App& app) {
  const auto options = std::make_shared<MakeOptions>();
  options->header.declare(app);
  on_word(app, "--format", [o = options.get()](const std::string& text) { o->format = text; },
          render::bytes_format_names() + "; raw, or hex on a terminal, by default", "FORMAT");
  app.add_flag("--raw", options->raw, "raw bytes even to a terminal");
  return [options] { return run(*options); };
}

}  // namespace pp::tool
