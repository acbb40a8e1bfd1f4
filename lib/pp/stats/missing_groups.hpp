// Connections without a header to ports that want one (-e): by sender, port and what they carry, with the likely cause.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "pp/inspect/record.hpp"
#include "pp/stats/place.hpp"
#include "pp/stats/top_table.hpp"

namespace pp::stats {

/// `kind` nothing to binary: came in place of a header. `header`: the sender's headers to the port, to compare with.
struct MissingKey {
  IpAddress sender;
  std::uint16_t port = 0;
  inspect::PayloadKind kind = inspect::PayloadKind::nothing;
  bool header = false;

  bool operator==(const MissingKey&) const = default;
  bool operator<(const MissingKey& o) const noexcept;
};
std::uint64_t hash_missing(const MissingKey& key, const HashKey& secret) noexcept;

struct MissingGroup {
  std::uint64_t count = 0;
  std::uint64_t missed = 0;
  Place first;
  std::int64_t last_ns = 0;
  std::uint64_t gaps = 0;  // between its connections, in the order in which they were added
  std::uint64_t gap_sum_ns = 0;
  std::int64_t shortest_gap_ns = 0;
  std::int64_t longest_gap_ns = 0;
  inspect::Payload example;  // of the first: only what may be shown

  void fold(const MissingGroup& o);
  /// How far apart its connections are, when that is regular enough to be a timer's: four of them or more, the gaps between
  /// half and one and a half times their mean, and that 100 ms or longer.
  std::optional<std::int64_t> interval_us() const noexcept;
};

class MissingGroups {
 public:
  static constexpr std::size_t most = 4096;

  explicit MissingGroups(const HashKey& secret = {}) : table_(most, secret) {}

  /// Only records of flows on which a header was expected count. True when the record is missing and not the first of its group.
  bool add(const inspect::Record& record);

  struct Group {
    MissingKey key;
    MissingGroup row;
    std::string_view cause;  // a word for JSON: tls-outside, health-check, second-path, bypass, no-option, other-protocol, silent
    inspect::Diagnosis diagnosis;
  };
  /// Most connections first.
  std::vector<Group> groups() const;
  std::uint64_t headers() const noexcept { return headers_; }
  std::uint64_t missing() const noexcept { return missing_; }
  /// Ports were named (-e PORTS), or a header is missing: there is something to say.
  bool matters() const noexcept { return asked_ || missing_ > 0; }
  bool exact() const noexcept { return table_.exact(); }
  /// Connections with or without a header that are in no group any more.
  std::uint64_t others() const noexcept { return table_.others().count; }

  void merge(const MissingGroups& other);

  using Table = TopTable<MissingKey, MissingGroup, hash_missing>;
  /// What was counted, for who writes it out, and for who reads that back with its totals.
  const Table& table() const noexcept { return table_; }
  Table& table() noexcept { return table_; }
  void restore(std::uint64_t headers, std::uint64_t missing) noexcept {
    headers_ = headers;
    missing_ = missing;
    asked_ = true;
  }

 private:
  struct Evidence;
  Table table_;
  std::uint64_t headers_ = 0;
  std::uint64_t missing_ = 0;
  bool asked_ = false;
};

}  // namespace pp::stats
