// What a listener's sender is told of its own header: --reply ok, json and http.
#pragma once

#include <string>

#include "ppinspect/options.hpp"
#include "pp/inspect/record.hpp"

namespace pp::tool {

/// Puts an answer together from the records of one connection or datagram, and from nothing else.
class AnswerWriter {
 public:
  explicit AnswerWriter(ReplyForm form) : form_(form) {}

  void add(const inspect::Record& record);
  /// The whole answer, and an empty start for the next one. When it would be longer than `most` bytes, a shorter form; when
  /// that is too long as well it is what does not fit, which the listener drops and counts.
  std::string take(std::size_t most);

 private:
  std::string http() const;

  ReplyForm form_;
  std::string body_;
  std::string brief_;  // the first record in short
  bool good_ = true;   // a receiver takes all of them
  bool head_only_ = false;
};

}  // namespace pp::tool
