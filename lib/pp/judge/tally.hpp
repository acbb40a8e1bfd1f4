// Counts over a run's results, and what the run learned of the receiver.
#pragma once

#include <array>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "pp/judge/case_result.hpp"
#include "pp/judge/control.hpp"

namespace pp::judge {

struct Tally {
  std::array<std::size_t, verdict_count> count{};
  std::size_t cases = 0;
  std::size_t must_broken = 0;  // fail, where the MUST stands in the text
  std::size_t derived_broken = 0;
  std::size_t address_unobserved = 0;

  std::size_t operator[](Verdict v) const noexcept { return count[static_cast<std::size_t>(v)]; }
};
Tally tally(std::span<const CaseResult> results);

/// Whether the receiver checks CRC32C: it takes the right one, and refuses a header whose checksum is wrong.
bool checks_crc(std::span<const CaseResult> results);
/// Neither overrun nor stray nor nested TLVs are refused.
bool ignores_tlvs(std::span<const CaseResult> results);
/// It takes malformed headers of every kind and tells no address: it hands headers on unread.
bool hands_on_unread(std::span<const CaseResult> results);

/// One run against one receiver.
struct Run {
  std::string name;                     // --name, or the target
  std::string version;                  // --version-of
  std::string target, app, time, tool;  // time: ISO 8601; tool: its version
  Capability capability;
  std::vector<CaseResult> results;
  bool crc_checked = false;
  std::map<std::string, std::size_t, std::less<>> limits;  // --profile: the longest header taken: "v2", "v1-unknown"
  std::uint64_t connections = 0;
  std::int64_t us = 0;
  int exit = 0;
  std::string trouble;  // why the run ended early
  std::vector<std::string> notes;
};

}  // namespace pp::judge
