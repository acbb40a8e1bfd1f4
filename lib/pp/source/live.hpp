// Packets of a network interface as they pass, through libpcap. A build without libpcap refuses (have_libpcap).
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "pp/base/bytes.hpp"
#include "pp/packet/packet.hpp"
#include "pp/source/filter.hpp"

namespace pp::source {

enum class Direction : std::uint8_t { both, in, out };

struct LiveOptions {
  std::string interface;            // "any": all of them
  std::uint32_t snaplen = 262144;   // bytes kept of each packet
  std::uint32_t buffer_kib = 8192;  // the kernel's
  bool promiscuous = true;
  bool immediate = false;  // each packet at once; costs a wake-up for each, and a slot of the snaplen's size
  Direction direction = Direction::both;
};

/// Packets that are missing, since the capture began.
struct LiveLosses {
  std::uint64_t kernel = 0;     // the buffer was full
  std::uint64_t interface = 0;  // lost by the card or its driver

  std::uint64_t all() const noexcept { return kernel + interface; }
};

class LiveSource {
 public:
  /// Opens the interface: what needs privileges is done then. Throws std::runtime_error with words that say what to do;
  /// they may quote the interface's name, and whoever prints them escapes them.
  explicit LiveSource(const LiveOptions& options);
  ~LiveSource();
  LiveSource(const LiveSource&) = delete;
  LiveSource& operator=(const LiveSource&) = delete;

  /// Puts a filter into the kernel. A fault when the interface's link type can't take it; then the one before stays.
  std::optional<FilterFault> filter(const std::string& expression);

  const std::string& name() const noexcept PP_LIFETIMEBOUND { return name_; }
  /// "Ethernet", and whatever else one has to know to understand what is seen.
  std::string about() const;
  LiveLosses losses();

  using Sink = std::function<void(const packet::Packet&)>;
  /// Called between batches of packets; the answer is how long to wait for the next one, in milliseconds, or negative to stop.
  using Turn = std::function<int()>;
  /// Hands over each packet within about 20 ms. A signal ends the wait. Throws std::runtime_error when the interface goes
  /// away, and whatever the callbacks throw.
  void run(const Sink& sink, const Turn& turn);

 private:
  struct Capture;

  std::string name_;
  std::unique_ptr<Capture> capture_;
};

struct Interface {
  std::string name;
  std::string description;             // may be empty
  std::vector<std::string> addresses;  // as text
  bool up = false;
  bool running = false;
  bool loopback = false;
};
/// Those that can be captured on, and "any". Throws std::runtime_error.
std::vector<Interface> interfaces();

}  // namespace pp::source
