// The whole-capture view: every count of a run. What it holds of two inputs is the sum of what it holds of each, for
// counters, tables and delay buckets; memory is bounded, and what a table had to fold away is counted.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "pp/inspect/header_kind.hpp"
#include "pp/inspect/record.hpp"
#include "pp/stats/delays.hpp"
#include "pp/stats/missing_groups.hpp"
#include "pp/stats/tally.hpp"
#include "pp/stats/top_table.hpp"
#include "pp/wire/tlv_types.hpp"

namespace pp::stats {

/// A finding's code, how often it was found and where first.
struct Problem {
  lint::Code code;
  lint::Level level = lint::Level::note;
  std::uint64_t count = 0;
  Place first;
  std::string message;  // of the first
};

/// A diagnosis: how often, and the first one's words.
struct Cause {
  std::uint64_t count = 0;
  Place first;
  inspect::Diagnosis diagnosis;
};

/// What one sender's connections brought.
struct SenderRow {
  std::uint64_t count = 0;  // records
  std::uint64_t missed = 0;
  std::uint64_t v1 = 0;
  std::uint64_t v2 = 0;
  std::uint64_t local = 0;
  std::uint64_t warnings = 0;  // records with that verdict
  std::uint64_t errors = 0;    // malformed, truncated
  std::uint64_t missing = 0;
  std::uint64_t split = 0;

  void fold(const SenderRow& o) noexcept;
};

/// How often a client was announced.
struct ClientRow {
  std::uint64_t count = 0;
  std::uint64_t missed = 0;
  void fold(const ClientRow&) noexcept {}
};

inline std::uint64_t hash_ip(const IpAddress& a, const HashKey& secret) noexcept { return hash_address(a, 0, secret); }
struct IpKey {
  IpAddress address;
  bool operator==(const IpKey&) const = default;
  bool operator<(const IpKey& o) const noexcept { return address_before(address, o.address); }
};
inline std::uint64_t hash_ip_key(const IpKey& key, const HashKey& secret) noexcept { return hash_ip(key.address, secret); }

struct TlvCount {
  std::uint64_t headers = 0;  // that hold at least one
  std::uint32_t longest = 0;
};

class Summary {
 public:
  static constexpr std::size_t most_rows = 4096;  // of the senders' and of the clients' table

  explicit Summary(const HashKey& secret = {}) : senders(most_rows, secret), clients(most_rows, secret), missing(secret) {}

  void add(const inspect::Record& record) { add(record, record.parsed().header); }
  /// `header` is of the record's own bytes, as its parsed() has it.
  void add(const inspect::Record& record, const Header& header);

  Tally tally;  // the source sets its connections
  std::array<std::uint64_t, inspect::header_kind_count> kinds{};
  std::vector<Problem> problems;  // a row for each code found; codes are rows of fixed tables, so there are few
  std::vector<Cause> causes;      // the same for diagnoses
  std::uint64_t one_segment = 0;
  std::uint64_t split = 0;
  std::uint32_t most_segments = 0;
  std::uint64_t datagrams = 0;
  Delays delays;                                    // from the sender's SYN to the packet that completed its header
  std::array<std::array<TlvCount, 256>, 2> tlvs{};  // by scope, type
  std::array<TlvCount, vendor_table.size()> vendor_tlvs{};
  TopTable<IpKey, SenderRow, hash_ip_key> senders;
  TopTable<IpKey, ClientRow, hash_ip_key> clients;
  MissingGroups missing;

  /// Errors first, then by count.
  std::vector<const Problem*> sorted_problems() const;
  std::vector<const Cause*> sorted_causes() const;

 private:
  void count_tlvs(const Header& h, const TlvArea& area);
  void count_tlv(TlvScope scope, const Tlv& tlv);
  void delivery(const inspect::Record& r);

  std::uint64_t serial_ = 0;  // of the header, so that a type counts once in it
  std::array<std::array<std::uint64_t, 256>, 2> seen_{};
  std::array<std::uint64_t, vendor_table.size()> vendor_seen_{};
};

}  // namespace pp::stats
