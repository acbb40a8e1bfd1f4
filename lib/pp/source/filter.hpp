// Packet filters in the language of tcpdump, compiled by libpcap for whatever link types come. A build without libpcap
// refuses them all (have_libpcap).
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "pp/base/bytes.hpp"
#include "pp/packet/packet.hpp"

namespace pp::source {

/// Whether this build filters packets and captures live.
bool have_libpcap() noexcept;
/// As libpcap says it itself; empty without it.
std::string_view libpcap_version() noexcept;

/// Why a filter does not compile, and where: the bytes [offset, offset + length) of its text. A length of 0 at the end of
/// the text is something that is missing there, anywhere else nothing certain. `message` may quote the filter: whoever
/// prints it escapes it.
struct FilterFault {
  std::string message;
  std::size_t offset = 0;
  std::size_t length = 0;
  bool unknown_first = false;  // it begins with a word that is none of the language
};

/// A filter is good when it compiles for some common link type. A filter that begins with a name is refused without the
/// name being looked up; a host's name behind "host" is asked of the resolver, as tcpdump does.
std::optional<FilterFault> check_filter(const std::string& expression);

/// The line of the filter that the fault is in, and carets below it, as the lines of a diagnostic; nothing when the place
/// is not known. Safe to print.
std::string filter_carets(std::string_view expression, const FilterFault& fault);

/// The filter in a file's text: a comment from '#' to the end of its line is blanked. A fault when it can't be one.
std::optional<FilterFault> filter_from_file(std::string_view text, std::string& expression);

struct PortRange {
  std::uint16_t first = 0;
  std::uint16_t last = 0;
};
/// TCP and UDP packets from or to these ports, inside up to two VLAN tags too when `vlan`, and whatever may belong to
/// them without showing its ports: later fragments, and IPv6 with extension headers.
std::string port_filter(std::span<const PortRange> ports, bool vlan);

/// A filter for packets of a file, whose interfaces may differ in their link types.
class Filter {
 public:
  /// A link type for which the filter has no meaning: packets of it do not pass.
  struct Refusal {
    std::uint32_t link_type = 0;
    std::string message;
  };

  explicit Filter(std::string expression);
  ~Filter();
  Filter(const Filter&) = delete;
  Filter& operator=(const Filter&) = delete;

  /// Compiles on the first packet of a link type.
  bool passes(const packet::Packet& packet);
  /// The first few link types that were refused, in the order in which they came.
  const std::vector<Refusal>& refusals() const noexcept PP_LIFETIMEBOUND { return refusals_; }

 private:
  struct Program;

  void select(std::uint32_t link_type);
  static bool run(Program& program, const packet::Packet& packet);

  std::string expression_;
  std::vector<std::unique_ptr<Program>> programs_;  // a capture may name any number of link types: the latest few
  std::size_t next_ = 0;
  Program* current_ = nullptr;
  std::vector<Refusal> refusals_;
};

}  // namespace pp::source
