// Counts by key in bounded room, for keys that whoever writes the packets can choose: the frequent ones stay.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "pp/base/hash_index.hpp"
#include "pp/base/keyed_hash.hpp"
#include "pp/base/saturating.hpp"

namespace pp::stats {

/// Space-saving in batches: at most `most` keys are held; one more, and the half that ranks lowest is folded into
/// others(). A key that comes (back) after that may have been counted there: row.missed is the most that it can have lost.
/// So the rows and others() together are always the whole, and a key seen more often than row.missed says is never absent.
/// Row has `count`, `missed` and fold(const Row&); Key has operator< and Hash(key, secret) is keyed, so that nobody can
/// choose the places. What is forgotten depends on the keys and their order, never on the secret.
///
/// Rows are stored in one array, in the order of their first count.
template <class Key, class Row, std::uint64_t (*Hash)(const Key&, const HashKey&)>
class TopTable {
 public:
  explicit TopTable(std::size_t most, const HashKey& secret = {}) : most_(std::max<std::size_t>(most, 2)), secret_(secret) {}

  using Entry = std::pair<Key, Row>;

  /// The key's row, new or not, with `times` more in its count. Valid until the next call.
  Row& count(const Key& key, std::uint64_t times = 1) {
    const std::uint64_t hash = Hash(key, secret_);
    if (const std::uint32_t known = row_of(key, hash); known != HashIndex::none) {
      Row& row = rows_[known].second;
      row.count = saturating_add(row.count, times);
      return row;
    }
    if (rows_.size() >= most_) shrink();
    index_.insert(hash, static_cast<std::uint32_t>(rows_.size()));
    Row& row = rows_.emplace_back(key, Row{}).second;
    row.missed = lost_;
    row.count = times;
    return row;
  }

  /// Adds a table that counted something else. Exact where both are; else the promise above holds for the sum.
  void merge(const TopTable& other) {
    // A key that only one of them has may have been folded away in the other.
    for (Entry& entry : rows_) entry.second.missed = saturating_add(entry.second.missed, other.lost_);
    lost_ = saturating_add(lost_, other.lost_);
    for (const Entry& theirs : other.rows_) {
      Row& row = count(theirs.first, theirs.second.count);
      row.missed = saturating_add(row.missed - std::min(row.missed, other.lost_), theirs.second.missed);
      row.fold(theirs.second);
    }
    fold_into_others(other.others_.count, other.others_);
  }
  /// A row that was written out, after restore_others(). nullptr when no table can have written it: the key has a row
  /// already, there are too many, or `missed` does not go with what was lost.
  Row* restore(const Key& key, std::uint64_t times, std::uint64_t missed) {
    if (rows_.size() >= most_ || find(key) != nullptr || missed > lost_ || saturating_add(times, missed) < lost_) return nullptr;
    Row& row = count(key, times);
    row.missed = missed;
    return &row;
  }
  void restore_others(std::uint64_t lost, std::uint64_t times, const Row& row) {
    lost_ = lost;
    fold_into_others(times, row);
  }
  /// The most that a key without a row can have lost.
  std::uint64_t lost_at_most() const noexcept { return lost_; }

  const Row* find(const Key& key) const {
    const std::uint32_t row = row_of(key, Hash(key, secret_));
    return row == HashIndex::none ? nullptr : &rows_[row].second;
  }

  std::size_t size() const noexcept { return rows_.size(); }
  /// False once others() holds anything.
  bool exact() const noexcept { return others_.count == 0; }
  std::size_t most() const noexcept { return most_; }
  const Row& others() const noexcept { return others_; }

  /// By count, most first, then by key.
  std::vector<const Entry*> sorted() const {
    std::vector<const Entry*> out;
    out.reserve(rows_.size());
    for (const Entry& entry : rows_) out.push_back(&entry);
    std::sort(out.begin(), out.end(), [](const Entry* a, const Entry* b) {
      return a->second.count != b->second.count ? a->second.count > b->second.count : a->first < b->first;
    });
    return out;
  }

 private:
  std::uint32_t row_of(const Key& key, std::uint64_t hash) const {
    return index_.find(hash, [&](std::uint32_t row) { return rows_[row].first == key; });
  }

  static std::uint64_t rank(const Entry& e) noexcept { return saturating_add(e.second.count, e.second.missed); }

  void fold_into_others(std::uint64_t times, const Row& row) {
    others_.count = saturating_add(others_.count, times);
    others_.fold(row);
  }

  /// The n-th rank from below (n >= 1), and how many are lower.
  std::pair<std::uint64_t, std::size_t> ranked(std::size_t n) const {
    // None is below lost_. Where the table overflows all the time, most of what falls out was seen once or twice: few
    // ranks, just above it, and to count them costs a fourth of a selection.
    std::array<std::size_t, 256> counts{};
    for (const Entry& entry : rows_) ++counts[std::min<std::uint64_t>(rank(entry) - lost_, counts.size() - 1)];
    std::size_t below = 0;
    for (std::size_t i = 0; i + 1 < counts.size(); ++i) {
      if (below + counts[i] >= n) return {lost_ + i, below};
      below += counts[i];
    }
    std::vector<std::uint64_t> ranks;
    ranks.reserve(rows_.size());
    for (const Entry& entry : rows_) ranks.push_back(rank(entry));
    const auto last = ranks.begin() + static_cast<std::ptrdiff_t>(n - 1);
    std::nth_element(ranks.begin(), last, ranks.end());
    return {*last, static_cast<std::size_t>(std::count_if(ranks.begin(), last, [&](std::uint64_t r) { return r < *last; }))};
  }

  /// Folds the lower half away; of those that rank the same, the ones that came first.
  void shrink() {
    const std::size_t folded = rows_.size() - most_ / 2;
    const auto [highest, below] = ranked(folded);
    std::size_t ties = folded - below;
    std::size_t kept = 0;
    for (Entry& entry : rows_) {
      const std::uint64_t its = rank(entry);
      if (its < highest || (its == highest && ties > 0)) {
        if (its == highest) --ties;
        fold_into_others(entry.second.count, entry.second);
      } else {
        if (&rows_[kept] != &entry) rows_[kept] = std::move(entry);
        ++kept;
      }
    }
    rows_.erase(rows_.begin() + static_cast<std::ptrdiff_t>(kept), rows_.end());
    lost_ = std::max(lost_, highest);
    index_.clear();
    for (std::size_t row = 0; row < rows_.size(); ++row) index_.insert(Hash(rows_[row].first, secret_), static_cast<std::uint32_t>(row));
  }

  std::size_t most_;
  HashKey secret_;
  std::vector<Entry> rows_;
  HashIndex index_;  // into rows_
  Row others_{};
  std::uint64_t lost_ = 0;
};

}  // namespace pp::stats
