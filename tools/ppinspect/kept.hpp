// What a run keeps beside its output: the packets of the flows shown (-w), and each header's bytes (--extract).
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "pp/inspect/record.hpp"
#include "pp/packet/flow_packets.hpp"
#include "pp/sink/capture_file.hpp"
#include "pp/sink/private_file.hpp"
#include "ppinspect/options.hpp"

namespace pp::tool {

class Kept {
 public:
  /// Something that went wrong, or is worth knowing: then `refused` is false.
  using Tell = std::function<void(const std::string& text, bool refused)>;

  /// Opens what the options name, while root is not given up yet. Throws std::system_error and std::runtime_error.
  Kept(const InspectOptions& options, std::span<const sink::OpenInput> inputs, Tell tell);

  /// For captures; nullptr without -w.
  packet::FlowPackets* packets() noexcept { return packets_.get(); }
  /// A record that is shown.
  void record(const inspect::Record& record);
  /// What is known so far is in the file.
  void flush();
  /// Ends the file, and says what is in it.
  void close();

 private:
  /// What the record says of its frame, for the packet's comment.
  void comment_on(const inspect::Record& record);
  void write(const packet::Packet& packet);
  /// The first failure is told, and ends the writing, not the run.
  void guarded(const std::function<void()>& work);

  Tell tell_;
  std::unique_ptr<sink::CaptureFile> file_;
  std::unique_ptr<packet::FlowPackets> packets_;
  struct Comment {
    std::uint64_t frame = 0;
    std::string text;
  };
  std::vector<Comment> comments_;  // of records whose packets are about to be written; a few
  std::optional<sink::PrivateDirectory> directory_;
  std::uint64_t extracted_ = 0;
  bool failed_ = false;
};

}  // namespace pp::tool
