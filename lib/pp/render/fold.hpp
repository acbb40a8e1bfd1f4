// What the reader of a text view has seen already: causes that were explained, and good lines that fold into one.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "pp/base/ip.hpp"
#include "pp/inspect/label.hpp"
#include "pp/inspect/record.hpp"

namespace pp::render {

/// One cause: what is wrong, at which receiver, from which sender. `code` is a table's and lives for ever.
struct CauseKey {
  std::string_view code;
  IpAddress receiver;
  std::uint16_t port = 0;
  IpAddress sender;

  bool operator<(const CauseKey& o) const noexcept;
};

struct CauseRow {
  std::uint64_t count = 0;   // connections with this cause
  std::uint64_t folded = 0;  // of them those of which no line was written
  std::int64_t first_ns = 0;
  std::int64_t last_ns = 0;
  inspect::Label label = inspect::Label::ok;
};

/// Causes that have been explained. At most `most` of them are remembered; what comes after that is explained each time.
class Causes {
 public:
  static constexpr std::size_t most = 4096;

  /// The row of codes[0] when all these codes were explained for the record's sender and receiver before, and this record
  /// is counted in it; nullptr when something is new. Codes that are new are remembered from now on.
  CauseRow* seen(const inspect::Record& record, std::span<const std::string_view> codes);

  const std::map<CauseKey, CauseRow>& rows() const noexcept { return rows_; }

 private:
  std::map<CauseKey, CauseRow> rows_;
};

/// Good lines of one sender, receiver and kind that came while nothing else was written.
struct GoodRun {
  std::string kind;  // "v2 TCP4, then HTTP"
  IpAddress sender;
  IpAddress receiver;
  std::uint16_t port = 0;
  std::int64_t first_ns = 0;
  std::int64_t last_ns = 0;
  bool nanoseconds = false;
  std::uint64_t count = 0;
  std::string line;  // of the first one, in case it stays alone
};

/// The runs that are open: a few, since several senders take turns. Their strings keep their capacity.
class GoodRuns {
 public:
  static constexpr std::size_t most = 16;

  /// The run that the record belongs to, counted; nullptr when it needs one of its own.
  GoodRun* find(const inspect::Record& record, std::string_view kind) noexcept;
  bool full() const noexcept { return used_ == most; }
  /// A new run with the record in it; not when full.
  GoodRun& open(const inspect::Record& record, std::string_view kind);
  std::span<const GoodRun> runs() const noexcept { return {runs_.data(), used_}; }
  void clear() noexcept { used_ = 0; }

 private:
  std::vector<GoodRun> runs_;
  std::size_t used_ = 0;
};

}  // namespace pp::render
