// Chunk in, records out: parse, lint, what the flow adds, verdict.
#pragma once

#include <cstddef>
#include <functional>
#include <string_view>
#include <vector>

#include "pp/inspect/chunk.hpp"
#include "pp/inspect/record.hpp"

namespace pp::inspect {

struct Options {
  bool strict = false;     // warnings count as errors
  unsigned max_chain = 8;  // headers behind the first one that are still looked for
  bool reactions = true;
  /// Names in the payload, of which good headers' are only shown, never counted.
  enum class Details : std::uint8_t { problems, all };
  Details details = Details::all;
  const Redactor* redactor = nullptr;  // --redact; outlives the inspector
};

/// Turns chunks into records, without their diagnosis (explain/explainer.hpp). One record object is reused for all of them: a
/// sink may change it, and copies what it keeps. With a redactor the names in its payload are still there, for whoever
/// diagnoses it; Redactor::conceal_names() has to follow.
class Inspector {
 public:
  using Sink = std::function<void(Record&)>;

  Inspector(Options options, Sink sink) : options_(options), sink_(std::move(sink)) {}

  /// How far into a flow its records reach: where the next header could begin, and how many there were.
  struct Progress {
    std::size_t offset = 0;
    unsigned headers = 0;
    bool more = true;  // false: what follows is payload, whatever it looks like
  };

  /// One record for the flow's header or for what stands in its place, then one for each header chained behind it; a
  /// line of a batch and a datagram are one record alone. With
  /// `from`, goes on behind the headers that an earlier call with fewer bytes has told of; chunk.bytes is the whole flow
  /// each time.
  Progress flow(const Chunk& chunk, Progress from);
  Progress flow(const Chunk& chunk) { return flow(chunk, Progress{}); }

  /// The reaction to a flow that flow() has reported without it. One record of the flow's first header, or of what came in its
  /// place, with Record::amends, whether that changes its verdict or not; none when the header is not complete.
  void amend(const Chunk& chunk);

  /// While the sink has a record: what Record::parsed() would give, which parses once more.
  const Parsed& parsed() const noexcept { return parsed_; }

  /// A line of a batch that holds no bytes.
  void unreadable(std::string_view input, std::uint64_t line, std::string reason);

 private:
  bool judge(const Chunk& chunk, Bytes bytes, Bytes& rest);
  void emit();

  Options options_;
  Sink sink_;
  Record record_;
  Parsed parsed_;
};

/// The first byte of "PROXY" or of the signature.
constexpr bool may_begin_header(std::uint8_t first) noexcept { return first == 'P' || first == v2_signature[0]; }

/// A whole start of a header, the signature or "PROXY ": where bytes may as well be a payload that happens to begin alike.
bool begins_header(Bytes bytes) noexcept;

/// How many payload bytes behind a header are worth keeping: names, and headers chained behind it.
inline constexpr std::size_t payload_kept = 512;
/// The same where no header was found and one was expected: a ClientHello's names lie deep.
inline constexpr std::size_t missing_kept = 2048;
/// How many of the bytes in place of a header are shown.
inline constexpr std::size_t missing_shown = 64;

}  // namespace pp::inspect
