// A listener's reply to a sender about its own header: --reply ok, json and http.
#pragma once

#include <cstddef>
#include <string>

#include "pp/inspect/record.hpp"
#include "pp/render/format.hpp"
#include "ppinspect/options.hpp"

namespace pp::tool {

/// Builds a reply from the records of one connection or datagram, and from nothing else.
class AnswerWriter {
 public:
  explicit AnswerWriter(ReplyForm form) : form_(form) {}

  /// Begins a reply of at most `most` bytes. Neither the work nor the memory for it exceeds a small multiple of that,
  /// whatever the header: a longer reply is cut and says so.
  void start(std::size_t most);
  void add(const inspect::Record& record);
  /// The reply. For datagrams, which are answered by no more bytes than they had, a short form takes the place of one that
  /// is too long; when even that exceeds `most`, it is returned all the same, and the listener counts it instead of sending it.
  std::string take();

 private:
  static render::Style style(std::size_t most);
  void add_json(const inspect::Record& record);
  std::string http();

  ReplyForm form_;
  std::size_t most_ = 0;
  std::string body_;
  std::string brief_;  // the first record in short
  bool good_ = true;   // a receiver takes all of them
  bool head_only_ = false;
};

}  // namespace pp::tool
