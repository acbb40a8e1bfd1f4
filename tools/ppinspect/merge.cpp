#include "ppinspect/merge.hpp"

#include <unistd.h>

#include <algorithm>
#include <memory>
#include <stdexcept>

#include "cli/interrupt.hpp"
#include "pp/render/summary_read.hpp"
#include "pp/source/file.hpp"
#include "pp/source/input_detection.hpp"
#include "pp/text/format.hpp"

namespace pp::tool {
namespace {

bool is_blank(std::string_view line) { return line.find_first_not_of(" \t\r") == std::string_view::npos; }

class Merger {
 public:
  Merger(Session& session, const std::string& name)
      : session_(session), name_(name), keep_([this](std::string text) { return session_.intern(std::move(text)); }) {}

  void add(std::string_view line) {
    ++number_;
    if (is_blank(line)) return;
    auto part = std::make_unique<stats::Summary>(sys_key());
    try {
      render::read_summary(line, keep_, *part);
    } catch (const std::runtime_error& error) {
      throw std::runtime_error(text::format("{}: line {}: {}", name_, number_, error.what()));
    }
    if (part->interim) {
      ++interim_;
      return;
    }
    session_.merge(*part);
    ++merged_;
  }
  void end() const {
    if (interim_ > 0)
      session_.say("{}: {} left out: the run's last line holds all of them", name_,
                   text::Counted{interim_, "interim summary is", "interim summaries are"});
    if (merged_ == 0) throw std::runtime_error(text::format("{}: holds no summary of ppinspect -S -o json", name_));
  }

 private:
  HashKey sys_key() const { return session_.hash_key(); }

  Session& session_;
  const std::string& name_;
  render::KeepText keep_;
  std::uint64_t number_ = 0;
  std::uint64_t merged_ = 0;
  std::uint64_t interim_ = 0;
};

}  // namespace

void merge_file(Session& session, source::InputFile& input) {
  const std::string& name = session.keep_name(input.fd() == STDIN_FILENO ? "-" : input.name());
  source::BlockBuffer buffer(input, source::BlockBuffer::default_block);
  source::ReadHooks hooks;
  hooks.idle = [&session] { return session.wanted(); };
  hooks.progress = [&session](std::uint64_t) { return session.wanted(); };
  source::undo_compression(buffer, hooks);
  Merger merger(session, name);
  std::string line;
  source::ProgressTimer timer(hooks);
  bool stopped = false;
  do {
    Bytes arrived = buffer.available();
    while (!arrived.empty()) {
      const auto end = std::find(arrived.begin(), arrived.end(), std::uint8_t{'\n'});
      const auto size = static_cast<std::size_t>(end - arrived.begin());
      if (line.size() + size > render::most_summary_bytes)
        throw std::runtime_error(text::format("{}: a line is above the limit of {} bytes", name, render::most_summary_bytes));
      line.append(reinterpret_cast<const char*>(arrived.data()), size);
      const bool whole = end != arrived.end();
      arrived = arrived.subspan(size + (whole ? 1 : 0));
      if (!whole) break;
      merger.add(line);
      line.clear();
    }
    buffer.consume(buffer.available().size());
  } while (source::read_more(buffer, 1, hooks, timer, stopped));
  if (const std::string damage = buffer.damage(); !damage.empty()) throw std::runtime_error(text::format("{}: {}", name, damage));
  if (stopped) return session.cut_short();
  if (!is_blank(line)) merger.add(line);
  merger.end();
}

}  // namespace pp::tool
