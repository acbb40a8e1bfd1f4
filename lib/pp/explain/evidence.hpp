// What one receiver did with all the connections of an input: which headers it took and which it refused, and what became of
// connections without one. A refusal is explained in the light of it.
//
// Invariant: shapes() and the folded counts together are every header with a known reaction. Memory is bounded, whatever is
// sent: at most 32 shapes, 64 senders and 64 networks for each receiver; what had to be folded away is counted.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "pp/base/ip.hpp"
#include "pp/inspect/header_ports.hpp"
#include "pp/inspect/record.hpp"
#include "pp/wire/header.hpp"

namespace pp::explain {

/// Where something was seen first. `frame` is 0 when nothing was.
struct Example {
  std::uint64_t connection = 0;
  std::uint64_t frame = 0;
  std::int64_t time_ns = 0;
};

/// What a receiver did. taken: it answered, and not with an error. refused: it reset, closed without a byte, or answered with
/// an error. A connection whose reaction is not known is in neither.
struct Treatments {
  std::uint64_t taken = 0;
  std::uint64_t refused = 0;
  Example first_taken;
  Example first_refused;

  std::uint64_t all() const noexcept { return taken + refused; }
  void add(const Treatments& other) noexcept;
};
enum class Treatment : std::uint8_t { unknown, taken, refused };

/// Limits of real receivers, in bytes of the whole header (RECEIVERS: Apache 232, lighttpd 256, Postfix 536, nginx 1024 ...).
/// A size belongs to the first class whose limit it does not exceed.
inline constexpr std::array<std::uint32_t, 12> size_limits = {109, 232, 256, 412, 512, 536, 1024, 1500, 2048, 4096, 16384, 65551};
std::uint8_t size_class(std::size_t header_bytes) noexcept;

/// The types of a header's TLVs, a bit for each.
using TlvTypes = std::array<std::uint64_t, 4>;

/// The properties of a header by which receivers decide.
struct Shape {
  std::uint8_t version = 0;  // 1 or 2
  bool local = false;        // LOCAL or UNKNOWN
  std::uint8_t family = 0;   // byte 13 of v2; v1: 0x11, 0x21, or 0 for UNKNOWN
  std::uint8_t size = 0;     // class
  bool pieces = false;       // came in more than one segment
  bool checksum = false;     // has a CRC32C TLV
  TlvTypes tlvs{};

  bool operator==(const Shape&) const = default;
  bool has_tlv(std::uint8_t type) const noexcept { return (tlvs[type >> 6U] >> (type & 63U) & 1U) != 0; }
};
Shape shape_of(const inspect::Record& record, const Header& header) noexcept;

enum class Property : std::uint8_t { version, command, family, size, pieces, checksum, tlv, sender };

/// A property of a refused header that no header had which the receiver took.
struct Difference {
  Property property = Property::version;
  /// version: 1 or 2. command: 1 for LOCAL and UNKNOWN, else 0. family: byte 13. size: the longest header in bytes that was
  /// taken. tlv: its type. The others: 1.
  std::uint32_t value = 0;
};

/// A host that connected to the receiver.
struct Sender {
  IpAddress address;
  std::uint64_t headers = 0;     // connections with a header
  std::uint64_t headerless = 0;  // and without one
  std::uint64_t taken = 0;       // of those with a header
  std::uint64_t refused = 0;
};

class PortEvidence {
 public:
  static constexpr std::size_t most_shapes = 32;
  static constexpr std::size_t most_senders = 64;
  static constexpr std::size_t most_networks = 64;

  /// Every first record of a connection or datagram to this receiver, once; `header` is of the record's own bytes.
  void add(const inspect::Record& record, const Header& header);
  /// The reaction to a record that was added before it was known.
  void add_reaction(const inspect::Record& record, const Header& header);

  /// Connections to the port, without a header, that came before its first one did.
  void add_early(const inspect::EarlyConnections& early);

  /// Headers that break no rule; with malformed() and the unknown ones they are connections_with_header().
  const Treatments& headers() const noexcept { return headers_; }
  /// Headers that break a rule. taken: the receiver answered all the same.
  const Treatments& malformed() const noexcept { return malformed_; }
  /// Connections with something else than a header, or with nothing.
  const Treatments& headerless() const noexcept { return headerless_; }
  std::uint64_t connections_with_header() const noexcept { return with_header_; }
  /// Refusals of sound headers by which the receiver showed that it knows the protocol.
  std::uint64_t recognised() const noexcept { return recognised_; }
  std::uint64_t connections_without_header() const noexcept { return without_header_; }
  /// Of those without a header the ones before the first header: counted, and seen no closer than that.
  const inspect::EarlyConnections& early() const noexcept { return early_; }
  /// A header was expected only because other connections had one (-e auto).
  bool is_assumed() const noexcept { return assumed_; }

  /// Headers with this value of a property; for Property::size the class. Not for Property::sender.
  Treatments with(Property property, std::uint32_t value) const noexcept;
  /// Headers of exactly this shape.
  Treatments of(const Shape& shape) const noexcept;
  /// In bytes; 0 when none was taken.
  std::uint32_t longest_taken() const noexcept { return longest_taken_; }
  /// In bytes, of those longer than any that was taken; 0 when there is none.
  std::uint32_t shortest_refused_above() const noexcept;
  /// What is special about a refused header: nothing when no header was taken here, or when nothing differs. Then the reason
  /// is the request, or the server after the receiver.
  std::vector<Difference> differences(const inspect::Record& record, const Header& header) const;

  /// nullptr when the address is not among those remembered.
  const Sender* sender(const IpAddress& address) const noexcept;
  /// Senders that are not remembered one by one.
  const Sender& other_senders() const noexcept { return others_; }
  const std::vector<Sender>& senders() const noexcept { return senders_; }
  /// Networks from which headers came, in the order in which they were seen: /24 of IPv4, /64 of IPv6, a host when addresses
  /// are pseudonyms. networks_complete(): all of them are here.
  const std::vector<Cidr>& networks() const noexcept { return networks_; }
  bool networks_complete() const noexcept { return networks_complete_; }
  /// The address is in one of networks().
  bool has_network_of(const IpAddress& address) const noexcept;

  /// The input has ended, so that nothing is to come. False while an input is live or a record could not wait.
  bool is_final() const noexcept { return final_; }
  void set_final() noexcept { final_ = true; }

 private:
  struct Row {
    Shape shape;
    Treatments treatments;
  };
  struct Folded {
    Property property;
    std::uint32_t value;
    Treatments treatments;
  };
  void count(const inspect::Record& record, const Header& header, Sender& from);
  Treatments& row_of(const Shape& shape);
  void fold(const Row& row);
  Sender& sender_of(const IpAddress& address);
  void add_network(const IpAddress& address, bool pseudonym);

  Treatments headers_;
  Treatments malformed_;
  Treatments headerless_;
  std::uint64_t with_header_ = 0;
  std::uint64_t recognised_ = 0;
  std::uint64_t without_header_ = 0;
  inspect::EarlyConnections early_;
  bool assumed_ = false;
  std::vector<Row> shapes_;
  std::size_t latest_shape_ = 0;
  std::vector<Folded> folded_;  // at most one row for each value of a property
  std::uint32_t longest_taken_ = 0;
  std::vector<std::uint32_t> refused_sizes_;  // the shortest of each class; 0: none
  std::vector<Sender> senders_;
  std::size_t latest_sender_ = 0;
  Sender others_;
  std::vector<Cidr> networks_;
  bool networks_complete_ = true;
  bool final_ = false;
};

/// How the receiver treated the record's header, or the bytes in place of one.
Treatment treatment_of(const inspect::Record& record) noexcept;

/// The network by which senders are compared: /24 or /64.
Cidr network_of(const IpAddress& address) noexcept;

}  // namespace pp::explain
