// Capture files of generated headers, each in a conversation of its own.
#pragma once

#include <cstdint>
#include <string>

#include "pp/base/bytes.hpp"
#include "pp/forge/case.hpp"

namespace pp::tool {

/// Appends to a text of the caller's, which may be written out and emptied between calls.
class CaptureText {
 public:
  CaptureText(std::string& out, bool pcapng);
  /// The next conversation: TCP, or one UDP datagram.
  void add(Bytes header, Bytes payload, const forge::Plan& plan, bool udp);

 private:
  void put(std::int64_t time_ns, Bytes data);

  std::string& out_;
  bool pcapng_;
  std::uint64_t index_ = 0;
};

}  // namespace pp::tool
