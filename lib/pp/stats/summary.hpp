// The whole-capture view: every count of a run. What it holds of two inputs is the sum of what it holds of each, for
// counters, tables and histograms; memory is bounded, and what a table had to fold away is counted.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "pp/inspect/header_kind.hpp"
#include "pp/inspect/record.hpp"
#include "pp/stats/breakdown.hpp"
#include "pp/stats/changes.hpp"
#include "pp/stats/counters.hpp"
#include "pp/stats/histogram.hpp"
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
  std::uint64_t connections = 0;
  std::uint64_t v1 = 0;
  std::uint64_t v2 = 0;
  std::uint64_t local = 0;
  std::uint64_t warnings = 0;  // records with that verdict
  std::uint64_t errors = 0;    // malformed, truncated
  std::uint64_t missing = 0;
  std::uint64_t split = 0;

  void fold(const SenderRow& o) noexcept { add_counters(*this, o); }
};
template <>
struct CounterTable<SenderRow> {
  static constexpr Counter<SenderRow> rows[] = {
      {"connections", &SenderRow::connections},
      {"v1", &SenderRow::v1},
      {"v2", &SenderRow::v2},
      {"local", &SenderRow::local},
      {"warnings", &SenderRow::warnings},
      {"errors", &SenderRow::errors},
      {"missing", &SenderRow::missing},
      {"split", &SenderRow::split},
  };
};

/// How often a client was announced.
struct ClientRow {
  std::uint64_t count = 0;
  std::uint64_t missed = 0;
  void fold(const ClientRow& /*other*/) noexcept {}
};

struct IpKey {
  IpAddress address;
  bool operator==(const IpKey&) const = default;
  bool operator<(const IpKey& o) const noexcept { return address_before(address, o.address); }
};
inline std::uint64_t hash_ip_key(const IpKey& key, const HashKey& secret) noexcept { return hash_address(key.address, 0, secret); }

struct ReceiverKey {
  IpAddress address;
  std::uint16_t port = 0;
  bool operator==(const ReceiverKey&) const = default;
  bool operator<(const ReceiverKey& o) const noexcept { return address != o.address ? address_before(address, o.address) : port < o.port; }
};
inline std::uint64_t hash_receiver(const ReceiverKey& key, const HashKey& secret) noexcept {
  return hash_address(key.address, key.port, secret);
}

/// What a receiver did with the headers that it got.
struct ReceiverRow {
  std::uint64_t count = 0;  // headers
  std::uint64_t missed = 0;
  std::uint64_t answered = 0;
  std::uint64_t refused = 0;  // by an answer that is an error
  std::uint64_t closed = 0;   // without a byte
  std::uint64_t silent = 0;
  std::uint64_t malformed_taken = 0;  // of `answered`

  void fold(const ReceiverRow& o) noexcept { add_counters(*this, o); }
};
template <>
struct CounterTable<ReceiverRow> {
  static constexpr Counter<ReceiverRow> rows[] = {
      {"answered", &ReceiverRow::answered},
      {"refused", &ReceiverRow::refused},
      {"closed", &ReceiverRow::closed},
      {"silent", &ReceiverRow::silent},
      {"malformed_taken", &ReceiverRow::malformed_taken},
  };
};

struct TlvCount {
  std::uint64_t headers = 0;  // that hold at least one
  std::uint32_t longest = 0;
};

class Summary {
 public:
  static constexpr std::size_t most_rows = 4096;  // of the senders' and of the clients' table

  explicit Summary(const HashKey& secret = {})
      : senders(most_rows, secret),
        clients(most_rows, secret),
        receivers(most_rows, secret),
        missing(secret),
        changes(secret),
        secret_(secret) {}

  /// Before its first record: `name` outlives the summary.
  void begin_input(std::string_view name) {
    if (inputs++ == 0) first_input = name;
  }
  /// Also counts by a property (--group).
  void group_by(GroupBy by) { groups.emplace(by, secret_); }

  void add(const inspect::Record& record) { add(record, record.parsed().header); }
  /// `header` is of the record's own bytes, as its parsed() has it.
  void add(const inspect::Record& record, const Header& header);
  void add(const explain::ReceiverReport& report);

  /// Adds the counts of another run. What both saw first is this one's. An empty one takes the other's --group; else both have
  /// the same, or the sum has none.
  void merge(const Summary& other);

  bool interim = false;  // of a run that goes on: the next one holds all of it again
  std::uint64_t inputs = 0;
  std::string_view first_input;
  Tally tally;  // the source sets its connections
  std::array<std::uint64_t, inspect::header_kind_count> kinds{};
  std::vector<Problem> problems;  // a row for each code found; codes are rows of fixed tables, so there are few
  std::vector<Cause> causes;      // the same for diagnoses
  std::uint64_t one_segment = 0;
  std::uint64_t split = 0;
  std::uint32_t most_segments = 0;
  std::uint64_t datagrams = 0;
  Histogram delays;                                 // microseconds, from the sender's SYN to the packet that completed its header
  std::array<std::array<TlvCount, 256>, 2> tlvs{};  // by scope, type
  std::array<TlvCount, vendor_table.size()> vendor_tlvs{};
  static constexpr std::size_t most_hints = 24;
  std::array<std::uint64_t, most_hints> sender_hints{};  // headers, by row of inspect::sender_hints()
  TopTable<IpKey, SenderRow, hash_ip_key> senders;
  TopTable<IpKey, ClientRow, hash_ip_key> clients;
  TopTable<ReceiverKey, ReceiverRow, hash_receiver> receivers;
  MissingGroups missing;
  Changes changes;
  std::optional<Breakdown> groups;  // --group

  /// Errors first, then by count.
  std::vector<const Problem*> sorted_problems() const;
  std::vector<const Cause*> sorted_causes() const;

 private:
  void count_tlvs(const Header& h, const TlvArea& area);
  void count_tlv(TlvScope scope, const Tlv& tlv);
  void delivery(const inspect::Record& r);

  HashKey secret_;
  std::uint64_t serial_ = 0;  // of the header, so that a type counts once in it
  std::array<std::array<std::uint64_t, 256>, 2> seen_{};
  std::array<std::uint64_t, vendor_table.size()> vendor_seen_{};
};

}  // namespace pp::stats
