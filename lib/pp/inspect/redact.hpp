// --redact: what of a record may be passed on. Codes, offsets, sizes, ports and times stay; addresses become pseudonyms, and
// whatever else the wire brought is gone.
#pragma once

#include "pp/base/ip.hpp"
#include "pp/packet/flow_key.hpp"
#include "pp/wire/header.hpp"

namespace pp::inspect {

struct Record;

class Redactor {
 public:
  explicit Redactor(const HashKey& key) : key_(key) {}

  /// A keyed pseudonym, the same for the same address: 240.0.0.0/4 for IPv4 and 100::/64 for IPv6, ranges in which no real
  /// address is. Two IPv4 addresses share one by a chance of 1 in 2^28.
  IpAddress pseudonym(const IpAddress& address) const noexcept;

  /// The record's flow, reaction and findings, in place: before it is diagnosed, since sentences name the flow. Its bytes
  /// stay, for Record::parsed(), and are not for renderers to show.
  void conceal(Record& record) const;
  void conceal(Header& header) const noexcept;
  /// The names in its payload: by whoever diagnoses it, since whether there are any matters there.
  static void conceal_names(Record& record);

 private:
  HashKey key_;
};

}  // namespace pp::inspect
