// --by client: the headers of several inputs by the source that they announce, to see what each hop made of it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "pp/inspect/record.hpp"
#include "pp/stats/missing_groups.hpp"
#include "pp/wire/tlv_layout.hpp"

namespace pp::stats {

/// One header that announces the source. Owns what is shown.
struct Sighting {
  struct NamedTlv {
    std::uint8_t type = 0;
    std::string name;
    std::string value;  // as it is shown: UTF-8 text, escaped, else hexadecimal; empty when redacted
    std::uint32_t length = 0;
    bool operator==(const NamedTlv&) const = default;
  };
  Place place;
  IpAddress peer_source, peer_destination;
  std::uint16_t peer_source_port = 0, peer_destination_port = 0;
  std::size_t kind = 0;     // of header_kinds
  std::string destination;  // that it announces
  std::uint32_t size = 0;
  inspect::Outcome outcome = inspect::Outcome::valid;
  std::vector<NamedTlv> tlvs;  // but CRC32C and NOOP, which say nothing of the client; sub-TLVs of SSL among them
};

/// What is other than at the hop before: a word and both values; an empty one is absent.
struct HopChange {
  std::string what;  // version, command, family, destination, or a TLV's name
  bool tlv = false;
  std::string from;
  std::string to;
  bool operator==(const HopChange&) const = default;
};
std::vector<HopChange> changes(const Sighting& before, const Sighting& after);

class Hops {
 public:
  static constexpr std::size_t most_clients = 16384;
  static constexpr std::size_t most_sightings = 16;      // of one client
  static constexpr std::size_t most_bytes = 16U << 20U;  // held in all

  void add(const inspect::Record& record);

  struct Source {
    IpAddress address;
    std::uint16_t port = 0;
    bool operator<(const Source& o) const noexcept { return address != o.address ? address_before(address, o.address) : port < o.port; }
  };
  struct Client {
    std::vector<Sighting> sightings;  // in the order of the inputs, then of the headers in them
    std::size_t inputs = 0;           // how many hold one
    std::uint64_t more = 0;           // that there was no room for
  };
  /// By source; those in most inputs first.
  std::vector<const std::pair<const Source, Client>*> sorted() const;
  std::uint64_t without_source() const noexcept { return without_source_; }
  /// Headers of clients for which there was no room.
  std::uint64_t forgotten() const noexcept { return forgotten_; }

 private:
  std::map<Source, Client> clients_;
  std::size_t bytes_ = 0;
  std::uint64_t without_source_ = 0;
  std::uint64_t forgotten_ = 0;
};

}  // namespace pp::stats
