// Counts over the records of a run: the closing line, the summary and the exit status come from here.
#pragma once

#include <array>
#include <cstdint>

#include "pp/explain/receiver_report.hpp"
#include "pp/inspect/label.hpp"
#include "pp/inspect/record.hpp"
#include "pp/stats/counters.hpp"
#include "pp/stats/packet_counts.hpp"

namespace pp::stats {

/// A counter for each combination that the summary names.
struct Tally {
  std::array<std::uint64_t, inspect::outcome_count> outcomes{};
  std::array<std::uint64_t, inspect::label_count> labels{};  // the same, as people read them
  std::array<std::uint64_t, 3> versions{};                   // by header version; [0]: none
  std::uint64_t local = 0;                                   // LOCAL and UNKNOWN
  std::uint64_t chained = 0;
  std::uint64_t datagrams = 0;
  std::uint64_t refused = 0;  // headers that their receiver refused, as far as no error in them explains it
  std::uint64_t errors = 0;   // records with a finding at or above that level
  std::uint64_t warnings = 0;
  std::uint64_t connections = 0;  // set by the source: TCP connections and UDP conversations
  std::uint64_t connections_without_start = 0;
  std::uint64_t evicted = 0;
  PacketCounts packets;            // of captures; set by the source
  std::uint64_t file_errors = 0;   // inputs that could not be read, or not to their end
  std::uint64_t packets_lost = 0;  // by the kernel or the interface, so that they are in no count
  std::uint64_t duration_us = 0;   // from the first packet of an input to its last, of all inputs together

  void add(const inspect::Record& record) noexcept { add(record, record.parsed().header); }
  /// `header` is of the record's own bytes.
  void add(const inspect::Record& record, const Header& header) noexcept;
  /// What is wrong with a receiver as a whole counts once.
  void add(const explain::ReceiverReport& report) noexcept;
  /// `earlier` was added, and turned out to be `now`.
  void replace(const inspect::Record& earlier, const inspect::Record& now) noexcept;
  /// Adds the counts of another run.
  void merge(const Tally& other) noexcept;
  std::uint64_t count(inspect::Outcome o) const noexcept { return outcomes[static_cast<std::size_t>(o)]; }
  std::uint64_t count(inspect::Label l) const noexcept { return labels[static_cast<std::size_t>(l)]; }
  std::uint64_t records() const noexcept;
  std::uint64_t headers() const noexcept;  // records that are a header or the beginning of one
};

template <>
struct CounterTable<Tally> {
  static constexpr Counter<Tally> rows[] = {
      {"duration_us", &Tally::duration_us},
      {"connections", &Tally::connections},
      {"local", &Tally::local},
      {"chained", &Tally::chained},
      {"errors", &Tally::errors},
      {"warnings", &Tally::warnings},
      {"refused", &Tally::refused},
      {"datagrams", &Tally::datagrams},
      {"connections_without_start", &Tally::connections_without_start},
      {"evicted", &Tally::evicted},
      {"packets_lost", &Tally::packets_lost},
      {"file_errors", &Tally::file_errors},
  };
};

}  // namespace pp::stats
