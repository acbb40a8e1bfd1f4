#include "ppgen/header.hpp"

#include <algorithm>
#include <stdexcept>
#include <tuple>

#include "ppgen/words.hpp"
#include "cli/option_words.hpp"
#include "pp/base/hex.hpp"
#include "pp/forge/catalogue.hpp"
#include "pp/forge/random.hpp"
#include "pp/source/capture_source.hpp"
#include "pp/source/file.hpp"
#include "pp/source/json_headers.hpp"
#include "pp/wire/header.hpp"
#include "pp/wire/parse.hpp"
#include "pp/wire/tlv.hpp"
#include "pp/wire/tlv_types.hpp"

namespace pp::tool {
namespace {

constexpr std::size_t longest_body = 65535;

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
  if (text.size() > unix_path_bytes) {
    refuse("--unix: path too long, " + std::to_string(text.size()) + " bytes where " + std::to_string(unix_path_bytes) + " are allowed");
  }
  std::string out = text;
  if (out.starts_with('@')) out[0] = '\0';
  return out;
}

std::pair<std::string, std::string> unix_pair(const std::string& text) {
  const std::size_t comma = text.find(',');
  if (comma == std::string::npos || text.find(',', comma + 1) != std::string::npos) {
    refuse("--unix " + in_quotes(text) + ": expected SRC,DST: two paths, or @NAME for abstract names");
  }
  return {unix_path(text.substr(0, comma)), unix_path(text.substr(comma + 1))};
}

}  // namespace

void HeaderOptions::load() {
  if (json_ == nullptr) return;
  constexpr std::size_t most = std::size_t{1} << 30;
  source::InputFile& file = *json_;
  source::BlockBuffer buffer = source::capture_buffer(file);
  const std::vector<std::uint8_t> text = source::read_rest(buffer, most);
  try {
    read_ = source::json_headers(std::string_view(reinterpret_cast<const char*>(text.data()), text.size()));
  } catch (const std::runtime_error& error) {
    throw std::runtime_error(file.name() + ": " + error.what());
  }
  if (read_.empty()) refuse("--from-json " + in_quotes(from_json_) + ": no header in it");
  if (index_ >= read_.size())
    refuse("--index " + std::to_string(index_) + ": " + in_quotes(from_json_) + " holds " + std::to_string(read_.size()) + " headers");
  const std::uint64_t left = read_.size() - index_;
  if (!counted_) count_ = left;
  if (count_ > left)
    refuse("--count " + std::to_string(count_) + ": only " + std::to_string(left) + " headers are left in " + in_quotes(from_json_));
  try_first();
}

void HeaderOptions::check() {
  if (case_ != nullptr && !from_json_.empty()) refuse("--case and --from-json exclude each other");
  // With --mutate the seed is that of the damage.
  if (seed_ && (case_ != nullptr || !from_json_.empty()) && mutations_.empty()) refuse("--case, --seed and --from-json exclude each other");
  if (ready_made() && (v1_ || v2_ || local_ || unknown_ || unspec_ || dgram_ || simple_ || !unix_.empty())) {
    refuse(
        "--case, --seed and --from-json say what kind of header it is: -1, -2, --local, --unknown, --unspec, --dgram, --spp and --unix do not go with them");
  }
  if (!from_json_.empty() && (!source_.empty() || !destination_.empty() || !tlvs_.empty() || !crc_.empty() || !pad_to_.empty() ||
                              !sets_.empty() || !patches_.empty() || !truncate_.empty())) {
    refuse("--from-json gives bytes as they were: only --append, --chain, --mutate, --index and --count go with it");
  }
  if (index_ != 0 && !seed_ && from_json_.empty() && mutations_.empty()) refuse("--index goes with --seed or --from-json");
  if (v1_ && v2_) refuse("-1 and -2 exclude each other");
  if (unknown_ && v2_) refuse("--unknown is version 1; version 2 has --local and --unspec");
  if (unknown_) v1_ = true;
  if (simple_ && (v1_ || v2_ || local_ || unspec_ || dgram_ || !unix_.empty() || !tlvs_.empty() || !crc_.empty() || !pad_to_.empty() ||
                  !sets_.empty())) {
    refuse("--spp is a format of its own: it goes with --src, --dst, --patch, --truncate, --append and --chain only");
  }
  if (v1_) {
    if (!tlvs_.empty() || !crc_.empty() || !pad_to_.empty())
      refuse("version 1 has no TLVs: --tlv, --ssl, --crc32c and --pad-to go with version 2");
    if (!unix_.empty()) refuse("version 1 has no UNIX addresses: --unix goes with version 2");
    if (dgram_) refuse("version 1 has no transport: --dgram goes with version 2");
    if (unspec_) refuse("--unspec is version 2; version 1 has --unknown");
  }
  if (!unix_.empty() && (!source_.empty() || !destination_.empty())) refuse("family mix: --unix excludes --src and --dst");
  if ((local_ || unknown_ || unspec_) && !(source_.empty() && destination_.empty() && unix_.empty())) {
    refuse("--local, --unknown and --unspec announce no addresses: --src, --dst and --unix do not go with them");
  }
  if (unspec_ && dgram_) refuse("--unspec excludes --dgram");
  if (!source_.empty() && !destination_.empty()) {
    const AddressWord a = address_word("--src", source_);
    const AddressWord b = address_word("--dst", destination_);
    if (!simple_ && a.address.size != b.address.size) {
      refuse("family mix: --src " + to_string(a.address) + " and --dst " + to_string(b.address) + " are of different families");
    }
  }
  if (from_json_.empty()) {
    try_first();
  } else {
    json_ = std::make_shared<source::InputFile>(from_json_);
  }
}

void HeaderOptions::try_first() const {
  bool mutated = mutations_.empty();
  one(0, std::nullopt, mutated);  // refuses what cannot be encoded
  if (!mutated && count_ == 1) refuse("--mutate " + std::string(mutations_.back()->name) + ": nothing of that kind in this header");
}

void HeaderOptions::place_endpoints(Draft& d, const std::optional<Endpoints>& real) const {
  std::optional<AddressWord> source, destination;
  if (!source_.empty()) source = address_word("--src", source_);
  if (!destination_.empty()) destination = address_word("--dst", destination_);
  const bool v6 = (source && source->address.is_v6()) || (destination && destination->address.is_v6()) ||
                  (real && !source && real->source.address.is_v6()) || (real && !destination && real->destination.address.is_v6());
  const Endpoints base = real.value_or(documentation(v6));
  d.source = base.source;
  d.destination = base.destination;
  if (source) d.source = {source->address, source->port.value_or(base.source.port)};
  if (destination) d.destination = {destination->address, destination->port.value_or(base.destination.port)};
  if (v6 && !simple_) {
    for (Endpoint* side : {&d.source, &d.destination}) {
      if (side->address.is_v4()) side->address = mapped(side->address);
    }
  }
  if (d.family == Family::inet || d.family == Family::inet6) d.family = v6 ? Family::inet6 : Family::inet;
}

void HeaderOptions::take_set(const std::string& word, Draft& d) const {
  const std::pair<std::string, std::string> parts = name_and_value("--set", word, "FIELD=VALUE, such as len=8 or ver=3");
  const std::string& field = parts.first;
  const std::string& text = parts.second;
  const std::string option = "--set " + field;
  const auto nibble = [&](std::uint8_t byte, unsigned shift) {
    const auto value = static_cast<unsigned>(number_word(option, text, 15));
    return static_cast<std::uint8_t>((byte & (0xf0U >> shift)) | value << shift);
  };
  const auto raw = [&] {
    const std::vector<std::uint8_t> bytes = value_word(option, text);
    return std::string(bytes.begin(), bytes.end());
  };
  if (field == "sig") {
    d.signature = hex_word(option, text);
  } else if (d.version == 1) {
    if (field == "proto")
      d.v1_protocol = raw();
    else if (field == "src")
      d.v1_source = raw();
    else if (field == "dst")
      d.v1_destination = raw();
    else if (field == "sport")
      d.v1_source_port = raw();
    else if (field == "dport")
      d.v1_destination_port = raw();
    else if (field == "rest")
      d.v1_rest = raw();
    else if (field == "eol")
      d.v1_line_end = raw();
    else
      refuse("--set " + in_quotes(field) + " is none of sig, proto, src, dst, sport, dport, rest, eol, which version 1 has");
  } else if (field == "len") {
    d.length = static_cast<std::uint16_t>(number_word(option, text, 65535));
  } else if (field == "ver") {
    d.version_command = nibble(d.version_command.value_or(d.command == Command::local ? 0x20 : 0x21), 4);
  } else if (field == "cmd") {
    d.version_command = nibble(d.version_command.value_or(0x20), 0);
  } else if (field == "fam") {
    d.family_transport = static_cast<std::uint8_t>(number_word(option, text, 255));
  } else {
    refuse("--set " + in_quotes(field) + " is none of len, ver, cmd, fam, sig, which version 2 has");
  }
}

bool HeaderOptions::edits() const noexcept {
  return !(tlvs_.empty() && crc_.empty() && sets_.empty() && pad_to_.empty() && patches_.empty() && truncate_.empty() && append_.empty());
}

void HeaderOptions::edit(Draft& d) const {
  if (!edits()) return;
  d.tlvs.insert(d.tlvs.end(), tlvs_.begin(), tlvs_.end());
  if (crc_ == "good") {
    d.crc = DraftCrc::good;
  } else if (crc_ == "bad") {
    d.crc = DraftCrc::bad;
  } else if (!crc_.empty()) {
    const std::vector<std::uint8_t> value = hex_word("--crc32c", crc_);
    if (value.size() != 4) refuse("--crc32c " + in_quotes(crc_) + ": expected 'bad' or 8 hexadecimal digits");
    d.crc = DraftCrc::value;
    d.crc_value = load_be32(value.data());
  }
  for (const std::string& set : sets_) take_set(set, d);
  if (!pad_to_.empty()) pad(d);
  std::size_t body = 0;
  if (d.version == 2 && !d.simple) body = encode(d).size();
  if (body > v2_fixed_bytes + longest_body && !d.length) {
    refuse("the header is too long: " + std::to_string(body - v2_fixed_bytes) +
           " bytes behind the length field, which counts to 65535; --set len= says otherwise");
  }
  const std::size_t size = patches_.empty() ? 0 : encode(d).size();
  for (const std::string& patch : patches_) {
    const auto [offset, hex] = name_and_value("--patch", patch, "OFFSET=HEX, such as 12=31");
    const std::uint64_t at = number_word("--patch offset", offset, UINT32_MAX);
    std::vector<std::uint8_t> with = hex_word("--patch " + offset, hex);
    if (at + with.size() > size)
      refuse("--patch " + in_quotes(patch) + " reaches past the header's " + std::to_string(size) + " bytes; --append adds some");
    d.patches.push_back({static_cast<std::size_t>(at), std::move(with)});
  }
  if (!truncate_.empty()) d.truncate = static_cast<std::size_t>(number_word("--truncate", truncate_, UINT32_MAX));
  if (!append_.empty()) {
    const std::vector<std::uint8_t> more = hex_word("--append", append_);
    d.append.insert(d.append.end(), more.begin(), more.end());
  }
}

void HeaderOptions::pad(Draft& d) const {
  const std::size_t wanted = static_cast<std::size_t>(number_word("--pad-to", pad_to_, v2_fixed_bytes + longest_body));
  const std::size_t size = encode(d).size();
  if (size == wanted) return;
  if (size + tlv_head_bytes > wanted) {
    refuse("--pad-to " + pad_to_ + ": the header has " + std::to_string(size) + " bytes already, and a NOOP TLV takes at least 3 more");
  }
  d.tlvs.push_back({tlv_type::noop, std::vector<std::uint8_t>(wanted - size - tlv_head_bytes), std::nullopt});
}

/// What --case, --seed or --from-json say, before any edit. Their addresses are theirs.
Draft HeaderOptions::base(std::uint64_t item) const {
  Draft d;
  if (!read_.empty()) {
    d.truncate = 0;
    d.append = read_[static_cast<std::size_t>(index_ + item) % read_.size()];
    return d;
  }
  d = case_ != nullptr ? case_->draft : forge::random_draft(*seed_, index_ + item);
  if (source_.empty() && destination_.empty()) return d;
  const bool ip = d.family == Family::inet || d.family == Family::inet6;
  for (const auto& [option, text, side] : {std::tuple("--src", &source_, &d.source), std::tuple("--dst", &destination_, &d.destination)}) {
    if (text->empty()) continue;
    const AddressWord word = address_word(option, *text);
    if (!ip || word.address.size != side->address.size)
      refuse(std::string("family mix: ") + option + " " + to_string(word.address) +
             " does not fit the family of the header that is asked for");
    *side = {word.address, word.port.value_or(side->port)};
  }
  return d;
}

Draft HeaderOptions::draft(std::uint64_t item, const std::optional<Endpoints>& real) const {
  if (ready_made()) {
    Draft made = base(item);
    if (made.version == 1 && (!tlvs_.empty() || !crc_.empty() || !pad_to_.empty())) {
      refuse("version 1 has no TLVs: --tlv, --ssl, --crc32c and --pad-to go with version 2");
    }
    edit(made);
    return made;
  }
  Draft d;
  d.version = v1_ ? 1 : 2;
  d.simple = simple_;
  if (local_ || unknown_) d.command = Command::local;
  if (local_ || unknown_ || unspec_) {
    d.family = Family::unspec;
    d.transport = Transport::unspec;
  }
  if (dgram_) d.transport = Transport::dgram;
  if (!unix_.empty()) {
    d.family = Family::unix_socket;
    std::tie(d.unix_source, d.unix_destination) = unix_pair(unix_);
  }
  place_endpoints(d, real);
  edit(d);
  return d;
}

HeaderOptions HeaderOptions::without_addresses() const {
  HeaderOptions out = *this;
  if (!ready_made() && !simple_ && !unspec_ && source_.empty() && destination_.empty() && unix_.empty()) out.local_ = true;
  return out;
}

bool HeaderOptions::datagram(std::uint64_t item) const {
  if (simple_) return true;
  const Parsed parsed = parse(bytes(item));
  const bool done = parsed.verdict.status == Status::done && parsed.header.version == 2;
  return done && parsed.header.transport() == static_cast<unsigned>(Transport::dgram);
}

std::vector<std::uint8_t> HeaderOptions::one(std::uint64_t item, const std::optional<Endpoints>& real, bool& mutated) const {
  std::vector<std::uint8_t> out = encode(draft(item, real));
  if (mutations_.empty()) return out;
  constexpr std::uint64_t apart_from_headers = 0x6d75746174696f6e;
  forge::Random random(seed_.value_or(0) ^ apart_from_headers, index_ + item);
  for (const forge::Mutation* m : mutations_) mutated = m->apply(out, random) || mutated;
  return out;
}

std::vector<std::uint8_t> HeaderOptions::bytes(std::uint64_t item, const std::optional<Endpoints>& real) const {
  bool mutated = false;
  std::vector<std::uint8_t> out = one(item, real, mutated);
  const std::size_t size = out.size();
  out.resize(size * (1 + static_cast<std::size_t>(chain_)));
  for (std::size_t at = size; at < out.size(); at += size) std::copy_n(out.begin(), size, out.begin() + static_cast<std::ptrdiff_t>(at));
  return out;
}

bool HeaderOptions::plain_series() const noexcept {
  return seed_ && case_ == nullptr && read_.empty() && mutations_.empty() && chain_ == 0 && source_.empty() && destination_.empty() &&
         !edits();
}

Bytes HeaderOptions::bytes_in(std::vector<std::uint8_t>& room, std::uint64_t item) const {
  if (!plain_series()) {
    room = bytes(item);
    return room;
  }
  room.resize(forge::largest_header);
  const std::span<std::uint8_t, forge::largest_header> out(room.data(), forge::largest_header);
  return Bytes(room).first(forge::random_header(*seed_, index_ + item, out));
}

}  // namespace pp::tool
