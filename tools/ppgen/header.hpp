// The header options that ppgen's subcommands share: words in, bytes out.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "pp/forge/case.hpp"
#include "pp/forge/mutate.hpp"
#include "pp/source/file.hpp"
#include "pp/wire/draft.hpp"
#include "pp/wire/encode.hpp"

namespace CLI {
class App;
}

namespace pp::tool {

/// The two ends that a header announces where --src and --dst do not say: a real connection's, for instance.
struct Endpoints {
  Endpoint source;
  Endpoint destination;
};

/// Declare, parse, check, then draw as many headers as are wanted. The object must stay where it is while the
/// App that it was declared on parses.
class HeaderOptions {
 public:
  void declare(CLI::App& sub);

  /// After parsing, before anything is opened or connected: refuses what does not fit together or cannot be encoded, as
  /// CLI::ValidationError (exit status 2). Opens what --from-json names.
  void check();
  /// Reads and parses what check() opened, when root has been given up. Throws std::runtime_error for what is no header,
  /// CLI::ValidationError for --index and --count beyond it.
  void load();
  /// There is something to load.
  bool reads_files() const noexcept { return json_ != nullptr; }

  /// One header was asked for by any option; otherwise it is the default, v2 PROXY over TCP and IPv4.
  bool given() const noexcept { return given_; }
  /// How many headers --count asks for, 1 when it does not.
  std::uint64_t count() const noexcept { return count_; }
  /// --count was given.
  bool counted() const noexcept { return counted_; }
  /// --spp: a header for datagrams, not for streams.
  bool simple() const noexcept { return simple_; }
  /// False when every item is the same bytes, for the same endpoints.
  bool varies() const noexcept { return seed_.has_value() || !mutations_.empty() || read_.size() > 1; }

  /// Item `item` of the series, for these endpoints; without any, documentation addresses of the family asked for. An
  /// IPv4 endpoint beside an IPv6 one is announced as IPv4-mapped. A pure function of the options and arguments. After
  /// check() it does not throw unless the endpoints are what does not fit.
  Draft draft(std::uint64_t item = 0, const std::optional<Endpoints>& real = std::nullopt) const;
  /// For connections whose ends have no addresses: LOCAL, or UNKNOWN, unless the options say which addresses to announce.
  HeaderOptions without_addresses() const;
  /// Item `item` goes in front of a datagram rather than on a stream: --spp, or transport DGRAM.
  bool datagram(std::uint64_t item = 0) const;
  /// The same, encoded, mutated (--mutate) and repeated (--chain).
  std::vector<std::uint8_t> bytes(std::uint64_t item = 0, const std::optional<Endpoints>& real = std::nullopt) const;
  /// The same as bytes(item) without an allocation for each, in `room`, where it stays until the next call.
  Bytes bytes_in(std::vector<std::uint8_t>& room, std::uint64_t item) const;

 private:
  void declare_fields(CLI::App& sub);
  void declare_damage(CLI::App& sub);
  void declare_origin(CLI::App& sub);
  void on_text(CLI::App& sub, const char* name, std::function<void(const std::string&)> take, const char* help, const char* type);
  void text(CLI::App& sub, const char* name, std::string& where, const char* help, const char* type);
  void flag(CLI::App& sub, const char* name, bool& where, const char* help);
  /// Nothing but --seed, --index and --count.
  bool plain_series() const noexcept;
  void take_case(const std::string& id);
  void take_mutation(const std::string& name);
  /// Refuses what cannot be encoded, and damage that finds nothing to damage.
  void try_first() const;
  void take_set(const std::string& word, Draft& d) const;
  bool edits() const noexcept;
  void edit(Draft& d) const;
  void place_endpoints(Draft& d, const std::optional<Endpoints>& real) const;
  void pad(Draft& d) const;
  Draft base(std::uint64_t item) const;
  std::vector<std::uint8_t> one(std::uint64_t item, const std::optional<Endpoints>& real, bool& mutated) const;
  bool ready_made() const noexcept { return seed_.has_value() || case_ != nullptr || !from_json_.empty(); }

  bool given_ = false;
  bool v1_ = false, v2_ = false;
  bool local_ = false, unknown_ = false, unspec_ = false, dgram_ = false, simple_ = false;
  std::string source_, destination_, unix_, crc_, truncate_, append_, pad_to_;
  std::vector<DraftTlv> tlvs_;  // --tlv and --ssl in the order given
  std::vector<std::string> sets_, patches_;
  int chain_ = 0;
  std::uint64_t count_ = 1;
  bool counted_ = false;
  std::shared_ptr<const forge::Case> case_;
  std::optional<std::uint64_t> seed_;
  std::uint64_t index_ = 0;
  std::vector<const forge::Mutation*> mutations_;
  std::string from_json_;
  std::shared_ptr<source::InputFile> json_;
  std::vector<std::vector<std::uint8_t>> read_;  // --from-json's headers
};

/// CLI11 gives an option with an optional value the next word: `--crc32c` alone becomes `--crc32c=good`, `--tls` becomes
/// `--tls=*`, the target's own name. For argv before parsing.
std::string with_default_value(const std::string& word);

}  // namespace pp::tool
