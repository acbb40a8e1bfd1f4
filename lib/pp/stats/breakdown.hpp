// --group: the records of a run by one of their properties.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "pp/inspect/label.hpp"
#include "pp/inspect/record.hpp"
#include "pp/stats/place.hpp"
#include "pp/stats/top_table.hpp"

namespace pp::stats {

/// In the order of group_names.
enum class GroupBy : std::uint8_t { port, sender, client, tlv };
inline constexpr std::array<std::string_view, 4> group_names = {"port", "sender", "client", "tlv"};
std::optional<GroupBy> parse_group(std::string_view name) noexcept;

struct GroupKey {
  IpAddress address;         // of the sender or the announced client
  std::uint16_t number = 0;  // the receiver's port, or the TLV's scope * 256 + type

  bool operator==(const GroupKey&) const = default;
  bool operator<(const GroupKey& o) const noexcept { return address != o.address ? address_before(address, o.address) : number < o.number; }
};
inline std::uint64_t hash_group(const GroupKey& key, const HashKey& secret) noexcept {
  return hash_address(key.address, key.number, secret);
}

struct GroupRow {
  std::uint64_t count = 0;  // records
  std::uint64_t missed = 0;
  std::array<std::uint64_t, inspect::label_count> labels{};
  std::array<std::uint64_t, 3> versions{};  // by header version; [0]: none
  std::uint64_t local = 0;

  void fold(const GroupRow& o) noexcept;
};

class Breakdown {
 public:
  static constexpr std::size_t most = 4096;
  using Table = TopTable<GroupKey, GroupRow, hash_group>;

  explicit Breakdown(GroupBy of, const HashKey& secret = {}) : by(of), table(most, secret) {}

  /// `header` is of the record's own bytes. By TLV, a header counts once for each type that it holds.
  void add(const inspect::Record& record, const Header& header);

  GroupBy by;
  Table table;
  std::uint64_t without = 0;  // records that have no such property

 private:
  void count(const GroupKey& key, const inspect::Record& record, const Header& header);
};

/// As people write it: an address, a port, "AUTHORITY", "0xe5".
std::string group_name(GroupBy by, const GroupKey& key);
std::optional<GroupKey> parse_group_key(GroupBy by, std::string_view name);

}  // namespace pp::stats
