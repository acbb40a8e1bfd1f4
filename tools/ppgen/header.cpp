#include "ppgen/header.hpp"

#include <algorithm>
#include <stdexcept>
#include <tuple>

#include "cli/usage.hpp"
#include "pp/forge/random.hpp"
#include "pp/source/capture_source.hpp"
#include "pp/source/file.hpp"
#include "pp/source/json_headers.hpp"
#include "pp/wire/header.hpp"
#include "pp/wire/parse.hpp"
#include "ppgen/header_edits.hpp"
#include "ppgen/parse_args.hpp"

namespace pp::tool {
namespace {

IpAddress known_ip(std::string_view text) { return *parse_ip(text); }

/// Documentation addresses (RFC 5737, RFC 3849), the same in every example of this project.
Endpoints documentation(bool v6) {
  if (v6) return {{known_ip("2001:db8::10"), 56324}, {known_ip("2001:db8:1::20"), 443}};
  return {{known_ip("192.0.2.10"), 56324}, {known_ip("198.51.100.20"), 443}};
}

IpAddress mapped(const IpAddress& address) {
  IpAddress out;
  out.size = 16;
  out.bytes[10] = out.bytes[11] = 0xff;
  std::copy_n(address.bytes.begin(), 4, out.bytes.begin() + 12);
  return out;
}

/// An abstract name, which begins with NUL, is written with '@' in front, as ss and socat do.
std::string unix_path(const std::string& text) {
  if (text.size() > unix_path_bytes) refuse("--unix: path too long, {} bytes where {} are allowed", text.size(), unix_path_bytes);
  std::string out = text;
  if (out.starts_with('@')) out[0] = '\0';
  return out;
}

std::pair<std::string, std::string> unix_pair(const std::string& text) {
  const std::size_t comma = text.find(',');
  if (comma == std::string::npos || text.find(',', comma + 1) != std::string::npos) {
    refuse("--unix '{}': expected SRC,DST: two paths, or @NAME for abstract names", text);
  }
  return {unix_path(text.substr(0, comma)), unix_path(text.substr(comma + 1))};
}

}  // namespace

void HeaderOptions::declare(CommandLine& line) {
  add_header_options(line, a_, [this] { given_ = true; });
}

void HeaderOptions::load() {
  if (json_ == nullptr) return;
  constexpr std::size_t most = std::size_t{1} << 30;
  source::InputFile& file = *json_;
  source::BlockBuffer buffer = source::capture_buffer(file);
  const std::vector<std::uint8_t> text = source::read_rest(buffer, most);
  try {
    read_ = source::json_headers(std::string_view(reinterpret_cast<const char*>(text.data()), text.size()));
  } catch (const std::runtime_error& error) {
    throw std::runtime_error(text::format("{}: {}", file.name(), error.what()));
  }
  if (read_.empty()) refuse("--from-json '{}': no header in it", a_.from_json);
  if (a_.index >= read_.size()) refuse("--index {}: '{}' holds {} headers", a_.index, a_.from_json, read_.size());
  const std::uint64_t left = read_.size() - a_.index;
  count_ = a_.count.value_or(left);
  if (count_ > left) refuse("--count {}: only {} headers are left in '{}'", count_, left, a_.from_json);
  try_first();
}

/// Options that ask for different kinds of header.
void HeaderOptions::check_kind() const {
  const bool kind = a_.v1 || a_.v2 || a_.local || a_.unknown || a_.unspec || a_.dgram || a_.simple || !a_.unix_paths.empty();
  const bool needs_v2 = !a_.tlvs.empty() || !a_.crc.empty() || !a_.pad_to.empty();
  // With --mutate the seed is that of the damage.
  if (a_.seed && (a_.known_case != nullptr || !a_.from_json.empty()) && a_.mutations.empty())
    refuse("--seed cannot be combined with --case or --from-json");
  if (ready_made() && kind) {
    refuse(
        "--case, --seed and --from-json decide the kind of header: they cannot be combined with -1, -2, --local, --unknown, --unspec, "
        "--dgram, --spp or --unix");
  }
  const bool addressed = !a_.source.empty() || !a_.destination.empty();
  const bool edited = needs_v2 || !a_.sets.empty() || !a_.patches.empty() || !a_.truncate.empty();
  if (!a_.from_json.empty() && (addressed || edited))
    refuse("--from-json repeats bytes: it can be combined with --append, --chain, --mutate, --index and --count only");
  if (a_.index != 0 && !a_.seed && a_.from_json.empty() && a_.mutations.empty()) refuse("--index needs --seed, --mutate or --from-json");
  if (a_.simple &&
      (a_.v1 || a_.v2 || a_.local || a_.unknown || a_.unspec || a_.dgram || !a_.unix_paths.empty() || needs_v2 || !a_.sets.empty()))
    refuse("--spp is a format of its own: it can be combined with --src, --dst, --patch, --truncate, --append and --chain only");
  if (!a_.v1 && !a_.unknown) return;
  if (needs_v2) refuse("version 1 has no TLVs: --tlv, --ssl, --crc32c and --pad-to need version 2");
  if (!a_.unix_paths.empty()) refuse("version 1 has no UNIX addresses: --unix needs version 2");
  if (a_.dgram) refuse("version 1 has no transport: --dgram needs version 2");
}

void HeaderOptions::check_addresses() const {
  if ((a_.local || a_.unknown || a_.unspec) && !(a_.source.empty() && a_.destination.empty() && a_.unix_paths.empty()))
    refuse("--local, --unknown and --unspec announce no addresses: they cannot be combined with --src, --dst or --unix");
  if (a_.source.empty() || a_.destination.empty()) return;
  const AddressAndPort source = parse_address("--src", a_.source);
  const AddressAndPort destination = parse_address("--dst", a_.destination);
  if (!a_.simple && source.address.size != destination.address.size)
    refuse("family mix: --src {} and --dst {} are of different families", source.address, destination.address);
}

void HeaderOptions::check() {
  check_kind();
  if (a_.unknown) a_.v1 = true;
  check_addresses();
  count_ = a_.count.value_or(1);
  if (a_.from_json.empty()) {
    try_first();
  } else {
    json_ = std::make_shared<source::InputFile>(a_.from_json);
  }
}

void HeaderOptions::try_first() const {
  bool mutated = a_.mutations.empty();
  one(0, std::nullopt, mutated);  // refuses what cannot be encoded
  if (!mutated && count_ == 1) refuse("--mutate {}: this header has nothing of that kind", a_.mutations.back()->name);
}

void HeaderOptions::place_endpoints(Draft& d, const std::optional<Endpoints>& real) const {
  std::optional<AddressAndPort> source, destination;
  if (!a_.source.empty()) source = parse_address("--src", a_.source);
  if (!a_.destination.empty()) destination = parse_address("--dst", a_.destination);
  const bool v6 = (source && source->address.is_v6()) || (destination && destination->address.is_v6()) ||
                  (real && !source && real->source.address.is_v6()) || (real && !destination && real->destination.address.is_v6());
  const Endpoints base = real.value_or(documentation(v6));
  d.source = base.source;
  d.destination = base.destination;
  if (source) d.source = {source->address, source->port.value_or(base.source.port)};
  if (destination) d.destination = {destination->address, destination->port.value_or(base.destination.port)};
  if (v6 && !a_.simple) {
    for (Endpoint* side : {&d.source, &d.destination}) {
      if (side->address.is_v4()) side->address = mapped(side->address);
    }
  }
  if (d.family == Family::inet || d.family == Family::inet6) d.family = v6 ? Family::inet6 : Family::inet;
}

/// Base header from --case, --seed or --from-json; the default endpoints do not apply to it.
Draft HeaderOptions::base(std::uint64_t item) const {
  Draft d;
  if (!read_.empty()) {
    d.truncate = 0;
    d.append = read_[static_cast<std::size_t>(a_.index + item) % read_.size()];
    return d;
  }
  d = a_.known_case != nullptr ? a_.known_case->draft : forge::random_draft(*a_.seed, a_.index + item, *a_.series);
  if (a_.source.empty() && a_.destination.empty()) return d;
  const bool ip = d.family == Family::inet || d.family == Family::inet6;
  for (const auto& [option, text, side] :
       {std::tuple("--src", &a_.source, &d.source), std::tuple("--dst", &a_.destination, &d.destination)}) {
    if (text->empty()) continue;
    const AddressAndPort word = parse_address(option, *text);
    if (!ip || word.address.size != side->address.size)
      refuse("family mix: {} {} does not fit the family of the header that is asked for", option, word.address);
    *side = {word.address, word.port.value_or(side->port)};
  }
  return d;
}

Draft HeaderOptions::draft(std::uint64_t item, const std::optional<Endpoints>& real) const {
  if (ready_made()) {
    Draft made = base(item);
    if (made.version == 1 && (!a_.tlvs.empty() || !a_.crc.empty() || !a_.pad_to.empty())) {
      refuse("version 1 has no TLVs: --tlv, --ssl, --crc32c and --pad-to need version 2");
    }
    apply_edits(a_, made);
    return made;
  }
  Draft d;
  d.version = a_.v1 ? 1 : 2;
  d.simple = a_.simple;
  if (a_.local || a_.unknown) d.command = Command::local;
  if (a_.local || a_.unknown || a_.unspec) {
    d.family = Family::unspec;
    d.transport = Transport::unspec;
  }
  if (a_.dgram) d.transport = Transport::dgram;
  if (!a_.unix_paths.empty()) {
    d.family = Family::unix_socket;
    std::tie(d.unix_source, d.unix_destination) = unix_pair(a_.unix_paths);
  }
  place_endpoints(d, real);
  apply_edits(a_, d);
  return d;
}

HeaderOptions HeaderOptions::without_addresses() const {
  HeaderOptions out = *this;
  if (!ready_made() && !a_.simple && !a_.unspec && a_.source.empty() && a_.destination.empty() && a_.unix_paths.empty())
    out.a_.local = true;
  return out;
}

bool HeaderOptions::datagram(std::uint64_t item) const {
  if (a_.simple) return true;
  const Parsed parsed = parse(bytes(item));
  const bool done = parsed.verdict.status == Status::done && parsed.header.version == 2;
  return done && parsed.header.transport() == static_cast<unsigned>(Transport::dgram);
}

std::vector<std::uint8_t> HeaderOptions::one(std::uint64_t item, const std::optional<Endpoints>& real, bool& mutated) const {
  std::vector<std::uint8_t> out = encode(draft(item, real));
  if (a_.mutations.empty()) return out;
  constexpr std::uint64_t apart_from_headers = 0x6d75746174696f6e;
  forge::Random random(a_.seed.value_or(0) ^ apart_from_headers, a_.index + item);
  for (const forge::Mutation* m : a_.mutations) mutated = m->apply(out, random) || mutated;
  return out;
}

std::vector<std::uint8_t> HeaderOptions::bytes(std::uint64_t item, const std::optional<Endpoints>& real) const {
  bool mutated = false;
  std::vector<std::uint8_t> out = one(item, real, mutated);
  const std::size_t size = out.size();
  out.resize(size * (1 + static_cast<std::size_t>(a_.chain)));
  for (std::size_t at = size; at < out.size(); at += size) std::copy_n(out.begin(), size, out.begin() + static_cast<std::ptrdiff_t>(at));
  return out;
}

bool HeaderOptions::plain_series() const noexcept {
  return a_.seed && a_.known_case == nullptr && read_.empty() && a_.mutations.empty() && a_.chain == 0 && a_.source.empty() &&
         a_.destination.empty() && !has_edits(a_);
}

Bytes HeaderOptions::bytes_in(std::vector<std::uint8_t>& room, std::uint64_t item) const {
  if (!plain_series()) {
    room = bytes(item);
    return room;
  }
  room.resize(forge::largest_header);
  const std::span<std::uint8_t, forge::largest_header> out(room.data(), forge::largest_header);
  return Bytes(room).first(forge::random_header(*a_.seed, a_.index + item, out, *a_.series));
}

}  // namespace pp::tool
