#include "ppinspect/kept.hpp"

#include <algorithm>
#include <cstdio>
#include <exception>
#include <utility>

#include "pp/explain/finding_text.hpp"
#include "pp/text/format.hpp"

namespace pp::tool {

Kept::Kept(const InspectOptions& options, std::span<const sink::OpenInput> inputs, Tell tell) : tell_(std::move(tell)) {
  if (!options.write.empty()) {
    file_ = std::make_unique<sink::CaptureFile>(options.write, inputs);
    packet::FlowPacketsOptions o;
    o.flow_bytes = options.flow_bytes;
    packets_ = std::make_unique<packet::FlowPackets>(o, [this](const packet::Packet& p) { guarded([&] { write(p); }); });
  }
  if (!options.extract.empty()) {
    directory_.emplace(options.extract);
    directory_->hand_over(options.user);
  }
}

void Kept::guarded(const std::function<void()>& work) {
  if (failed_) return;
  try {
    work();
  } catch (const std::exception& error) {
    failed_ = true;
    tell_(error.what(), true);
  }
}

void Kept::comment_on(const inspect::Record& record) {
  constexpr std::size_t most = 64;  // headers of one connection that are written together
  std::string text;
  for (const lint::Finding& finding : record.findings) {
    const std::string sentence = explain::finding_text(finding, record);
    if (sentence.empty()) continue;
    text::append(text, "{}{} {}: {}", text.empty() ? "" : "; ", name(finding.level), finding.code.name(), sentence);
  }
  if (text.empty()) return;
  if (comments_.size() == most) comments_.erase(comments_.begin());
  comments_.push_back({record.flow.frame, std::move(text)});
}

void Kept::write(const packet::Packet& packet) {
  const auto comment = std::find_if(comments_.begin(), comments_.end(), [&](const Comment& c) { return c.frame == packet.frame; });
  if (comment == comments_.end()) return file_->write(packet);
  std::string text = std::move(comment->text);
  comments_.erase(comment);
  // A header and one chained after it may be of the same frame.
  for (auto more = comments_.begin(); more != comments_.end();) {
    if (more->frame != packet.frame) {
      ++more;
      continue;
    }
    text::append(text, "; {}", more->text);
    more = comments_.erase(more);
  }
  file_->write(packet, text);
}

void Kept::record(const inspect::Record& record) {
  if (file_ != nullptr && file_->has_comments() && record.flow.frame > 0) comment_on(record);
  if (packets_ != nullptr) packets_->want();
  if (!directory_ || !record.is_header() || record.bytes.empty()) return;
  // Nothing that came off the wire is in the name.
  char name[64];
  std::snprintf(name, sizeof name, "%06llu-%s.bin", static_cast<unsigned long long>(++extracted_),
                std::string(inspect::name(record.outcome)).c_str());
  guarded([&] { directory_->write(name, {reinterpret_cast<const char*>(record.bytes.data()), record.bytes.size()}); });
}

void Kept::flush() {
  if (file_) guarded([&] { file_->flush(); });
}

void Kept::close() {
  if (directory_ && !failed_) tell_(text::format("{} extracted", text::Counted{extracted_, "header"}), false);
  if (!file_) return;
  guarded([&] { file_->close(); });
  if (failed_) return;
  tell_(text::format("{} of {} written to {}", text::Counted{file_->packets(), "packet"}, text::Counted{packets_->flows(), "flow"},
                     file_->path()),
        false);
  if (packets_->later() > 0) {
    tell_(text::format("packets of {} were not kept: a header that begins a later segment needs all that came before it",
                       text::Counted{packets_->later(), "flow"}),
          false);
  }
  if (packets_->lost() > 0)
    tell_(text::format("packets of {} were not kept, to stay within the limit", text::Counted{packets_->lost(), "flow"}), false);
  if (file_->left_out() > 0) {
    tell_(text::format("{}: {} of other link types than {} {} left out, since pcap has one for all: name it .pcapng", file_->path(),
                       text::Counted{file_->left_out(), "packet"}, file_->link_type(), file_->left_out() == 1 ? "is" : "are"),
          true);
  }
}

}  // namespace pp::tool
