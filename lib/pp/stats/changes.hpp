// What has to change, by who has to change it: a sender whose headers are wrong, a receiver that refuses them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "pp/explain/receiver_report.hpp"
#include "pp/inspect/record.hpp"
#include "pp/stats/place.hpp"
#include "pp/stats/top_table.hpp"

namespace pp::stats {

/// A finding's or diagnosis' code at one side of a connection. An empty code: the records of that side, each counted once.
struct ChangeKey {
  inspect::Side side = inspect::Side::unknown;
  IpAddress address;       // of the receiver when `side` is that, else of the sender
  std::uint16_t port = 0;  // of the receiver when `side` is that, else 0
  std::string_view code;   // a static text

  bool operator==(const ChangeKey&) const = default;
  bool operator<(const ChangeKey& o) const noexcept;
  bool same_side(const ChangeKey& o) const noexcept { return side == o.side && address == o.address && port == o.port; }
};
std::uint64_t hash_change(const ChangeKey& key, const HashKey& secret) noexcept;

struct ChangeRow {
  std::uint64_t count = 0;
  std::uint64_t missed = 0;
  lint::Level level = lint::Level::note;
  Place first;
  std::string message;  // of the first
  std::string fix;      // may be empty

  bool filled() const noexcept { return !message.empty() || !first.input.empty(); }
  void fold(const ChangeRow& o);
};

class Changes {
 public:
  static constexpr std::size_t most = 4096;
  using Table = TopTable<ChangeKey, ChangeRow, hash_change>;

  explicit Changes(const HashKey& secret = {}) : table(most, secret) {}

  /// Headers with a finding of level warning or above, or with a diagnosis. Connections without a header are
  /// MissingGroups' business.
  void add(const inspect::Record& record);
  /// What is wrong with a receiver as a whole.
  void add(const explain::ReceiverReport& report);

  /// All that one side has to change.
  struct Party {
    const ChangeKey* key = nullptr;
    std::uint64_t records = 0;
    lint::Level level = lint::Level::note;
    std::vector<const Table::Entry*> rows;  // by count, most first
  };
  /// Errors first, then by the number of records.
  std::vector<Party> parties() const;

  Table table;

 private:
  void count(const inspect::Record& record, const ChangeKey& key, lint::Level level, std::string message, std::string_view fix);
};

/// The static text of a finding's, diagnosis' or report's code; empty when there is no such code.
std::string_view known_code(std::string_view name) noexcept;

}  // namespace pp::stats
