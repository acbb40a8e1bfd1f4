// The header options that ppgen's subcommands share: words in, bytes out.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "pp/source/file.hpp"
#include "pp/wire/draft.hpp"
#include "pp/wire/encode.hpp"
#include "ppgen/header_options.hpp"

namespace pp::tool {

/// The two ends that a header announces where --src and --dst do not say: a real connection's, for instance.
struct Endpoints {
  Endpoint source;
  Endpoint destination;
};

/// Declare, parse, check, then draw as many headers as are wanted. The object must stay where it is while the command
/// line that it was declared on parses.
class HeaderOptions {
 public:
  void declare(CommandLine& line);

  /// After parsing, before anything is opened or connected: refuses what does not fit together or cannot be encoded, as
  /// UsageError (exit status 2). Opens what --from-json names.
  void check();
  /// Reads and parses what check() opened, when root has been given up. Throws std::runtime_error when it does not hold headers,
  /// UsageError for --index and --count beyond it.
  void load();
  /// There is something to load.
  bool reads_files() const noexcept { return json_ != nullptr; }

  /// One header was asked for by any option; otherwise it is the default, v2 PROXY over TCP and IPv4.
  bool given() const noexcept { return given_; }
  /// How many headers --count asks for, 1 when it does not.
  std::uint64_t count() const noexcept { return count_; }
  /// --count was given.
  bool counted() const noexcept { return a_.count.has_value(); }
  /// --spp: a header for datagrams, not for streams.
  bool simple() const noexcept { return a_.simple; }
  /// How the case of --case is sent; nullptr without one.
  const forge::Plan* plan() const noexcept { return a_.known_case != nullptr ? &a_.known_case->plan : nullptr; }
  /// False when every item is the same bytes, for the same endpoints.
  bool varies() const noexcept { return a_.seed.has_value() || !a_.mutations.empty() || read_.size() > 1; }

  /// Item `item` of the series, for these endpoints; without any, documentation addresses of the family asked for. An
  /// IPv4 endpoint beside an IPv6 one is announced as IPv4-mapped. A pure function of the options and arguments. After
  /// check() it does not throw unless these endpoints do not fit.
  Draft draft(std::uint64_t item = 0, const std::optional<Endpoints>& real = std::nullopt) const;
  /// For connections whose ends have no addresses: LOCAL, or UNKNOWN, unless the options say which addresses to announce.
  HeaderOptions without_addresses() const;
  /// Item `item` is for a datagram, not for a stream: --spp, or transport DGRAM.
  bool datagram(std::uint64_t item = 0) const;
  /// The same, encoded, mutated (--mutate) and repeated (--chain).
  std::vector<std::uint8_t> bytes(std::uint64_t item = 0, const std::optional<Endpoints>& real = std::nullopt) const;
  /// The same as bytes(item) without an allocation for each, in `room`, where it stays until the next call.
  Bytes bytes_in(std::vector<std::uint8_t>& room, std::uint64_t item) const;

 private:
  /// Nothing but --seed, --index and --count.
  bool plain_series() const noexcept;
  /// Refuses what cannot be encoded, and damage that finds nothing to damage.
  void try_first() const;
  void check_kind() const;
  void check_addresses() const;
  void place_endpoints(Draft& d, const std::optional<Endpoints>& real) const;
  Draft base(std::uint64_t item) const;
  std::vector<std::uint8_t> one(std::uint64_t item, const std::optional<Endpoints>& real, bool& mutated) const;
  bool ready_made() const noexcept { return a_.seed.has_value() || a_.known_case != nullptr || !a_.from_json.empty(); }

  HeaderArguments a_;
  bool given_ = false;
  std::uint64_t count_ = 1;
  std::shared_ptr<source::InputFile> json_;
  std::vector<std::vector<std::uint8_t>> read_;  // --from-json's headers
};

}  // namespace pp::tool
