#include "pp/explain/evidence.hpp"

#include <algorithm>

#include "pp/wire/tlv.hpp"
#include "pp/wire/tlv_layout.hpp"
#include "pp/wire/tlv_types.hpp"

namespace pp::explain {

using namespace inspect;

namespace {

Example example_of(const Record& r) noexcept { return {r.flow.connection, r.flow.frame, r.flow.time_ns}; }

void add_first(Example& known, const Example& other) noexcept {
  const bool earlier = other.frame != 0 && (known.frame == 0 || other.frame < known.frame);
  if (earlier) known = other;
}

void add_one(Treatments& to, Treatment treatment, const Record& r) noexcept {
  switch (treatment) {
    case Treatment::unknown: return;
    case Treatment::taken:
      if (++to.taken == 1) to.first_taken = example_of(r);
      return;
    case Treatment::refused:
      if (++to.refused == 1) to.first_refused = example_of(r);
      return;
  }
}

bool is_sound(const Record& r) noexcept { return r.outcome == Outcome::valid || r.outcome == Outcome::warning; }

/// True when headers of this shape have the value.
bool has_value(const Shape& s, Property property, std::uint32_t value) noexcept {
  switch (property) {
    case Property::version: return s.version == value;
    case Property::command: return s.local == (value != 0);
    case Property::family: return s.family == value;
    case Property::size: return s.size == value;
    case Property::pieces: return s.pieces == (value != 0);
    case Property::checksum: return s.checksum == (value != 0);
    case Property::tlv: return value < 256 && s.has_tlv(static_cast<std::uint8_t>(value));
    case Property::sender: return false;
  }
  return false;
}

template <class Visit>
void each_tlv(const Shape& s, const Visit& visit) {
  for (std::size_t word = 0; word < s.tlvs.size(); ++word) {
    for (std::uint64_t bits = s.tlvs[word]; bits != 0; bits &= bits - 1) {
      visit(static_cast<std::uint32_t>(64 * word + static_cast<std::size_t>(__builtin_ctzll(bits))));
    }
  }
}

/// Every property of the shape but the sender, which it does not know.
template <class Visit>
void each_value(const Shape& s, const Visit& visit) {
  visit(Property::version, std::uint32_t{s.version});
  visit(Property::command, std::uint32_t{s.local});
  visit(Property::family, std::uint32_t{s.family});
  visit(Property::size, std::uint32_t{s.size});
  visit(Property::pieces, std::uint32_t{s.pieces});
  visit(Property::checksum, std::uint32_t{s.checksum});
  each_tlv(s, [&](std::uint32_t type) { visit(Property::tlv, type); });
}

}  // namespace

void Treatments::add(const Treatments& o) noexcept {
  taken += o.taken;
  refused += o.refused;
  add_first(first_taken, o.first_taken);
  add_first(first_refused, o.first_refused);
}

std::uint8_t size_class(std::size_t header_bytes) noexcept {
  const auto limit = std::lower_bound(size_limits.begin(), size_limits.end() - 1, header_bytes);
  return static_cast<std::uint8_t>(limit - size_limits.begin());
}

Shape shape_of(const Record& r, const Header& h) noexcept {
  Shape s;
  s.version = h.version;
  s.local = h.is_local();
  s.family = h.family_transport;
  s.size = size_class(h.bytes.size());
  s.pieces = r.flow.segments > 1;
  if (h.version != 2 || h.bytes.size() <= v2_fixed_bytes) return s;
  TlvCursor cursor = tlvs_in(h, tlv_area(h));
  for (Tlv tlv; cursor.next(tlv);) s.tlvs[tlv.type >> 6U] |= std::uint64_t{1} << (tlv.type & 63U);
  s.checksum = s.has_tlv(tlv_type::crc32c);
  return s;
}

Treatment treatment_of(const Record& r) noexcept {
  const Reaction& reaction = r.reaction;
  switch (reaction.kind) {
    case ReactionKind::data: return reaction.is_refusal() ? Treatment::refused : Treatment::taken;
    case ReactionKind::fin:
    case ReactionKind::rst: break;
    case ReactionKind::unknown:
    case ReactionKind::none: return Treatment::unknown;
  }
  // A connection without a client, or without a byte, has nothing to answer: closing it is how a check ends.
  const bool idle = r.bytes.empty() || (r.complete && r.as_sent().header.is_local() && r.payload.kind == PayloadKind::nothing);
  return reaction.by == Side::receiver && !idle ? Treatment::refused : Treatment::unknown;
}

Cidr network_of(const IpAddress& a) noexcept {
  Cidr out{a, a.is_v4() ? 24U : 64U};
  std::fill(out.network.bytes.begin() + out.prefix / 8, out.network.bytes.end(), std::uint8_t{0});
  return out;
}

void PortEvidence::add(const Record& r, const Header& h) {
  if (!r.flow.established) return;
  Sender& from = sender_of(r.flow.source);
  assumed_ |= r.flow.assumed;
  if (r.is_header() && h.version != 0) {
    ++with_header_;
    if (++from.headers == 1 || &from == &others_) add_network(r.flow.source, r.redactor != nullptr);
  } else {
    ++without_header_;
    ++from.headerless;
  }
  count(r, h, from);
}

void PortEvidence::add_early(const EarlyConnections& early) {
  early_ = early;
  without_header_ += early.count;
  headerless_.taken += early.answered;
  if (early.answered > 0) headerless_.first_taken = {0, early.first_frame, early.first_time_ns};
}

void PortEvidence::add_reaction(const Record& r, const Header& h) { count(r, h, sender_of(r.flow.source)); }

void PortEvidence::count(const Record& r, const Header& h, Sender& from) {
  const Treatment treatment = treatment_of(r);
  if (treatment == Treatment::unknown) return;
  if (!r.is_header() || h.version == 0) return add_one(headerless_, treatment, r);
  if (!is_sound(r)) return add_one(malformed_, treatment, r);
  add_one(headers_, treatment, r);
  if (treatment == Treatment::refused && r.reaction.proof == inspect::Proof::recognised) ++recognised_;
  const Shape shape = shape_of(r, h);
  add_one(row_of(shape), treatment, r);
  const auto size = static_cast<std::uint32_t>(h.bytes.size());
  if (treatment == Treatment::taken) {
    ++from.taken;
    longest_taken_ = std::max(longest_taken_, size);
    return;
  }
  ++from.refused;
  if (refused_sizes_.empty()) refused_sizes_.resize(size_limits.size());
  std::uint32_t& shortest = refused_sizes_[shape.size];
  shortest = shortest == 0 ? size : std::min(shortest, size);
}

Treatments& PortEvidence::row_of(const Shape& shape) {
  if (latest_shape_ < shapes_.size() && shapes_[latest_shape_].shape == shape) return shapes_[latest_shape_].treatments;
  const auto known = std::find_if(shapes_.begin(), shapes_.end(), [&](const Row& row) { return row.shape == shape; });
  latest_shape_ = static_cast<std::size_t>(known - shapes_.begin());
  if (known != shapes_.end()) return known->treatments;
  if (shapes_.size() == most_shapes) {
    const auto rarest = std::min_element(shapes_.begin(), shapes_.end(),
                                         [](const Row& a, const Row& b) { return a.treatments.all() < b.treatments.all(); });
    fold(*rarest);
    shapes_.erase(rarest);
    latest_shape_ = shapes_.size();
  }
  return shapes_.emplace_back(Row{shape, {}}).treatments;
}

void PortEvidence::fold(const Row& row) {
  each_value(row.shape, [&](Property property, std::uint32_t value) {
    auto at = std::find_if(folded_.begin(), folded_.end(), [&](const Folded& f) { return f.property == property && f.value == value; });
    if (at == folded_.end()) at = folded_.insert(at, Folded{property, value, {}});
    at->treatments.add(row.treatments);
  });
}

Treatments PortEvidence::with(Property property, std::uint32_t value) const noexcept {
  Treatments out;
  for (const Row& row : shapes_) {
    if (has_value(row.shape, property, value)) out.add(row.treatments);
  }
  for (const Folded& f : folded_) {
    if (f.property == property && f.value == value) out.add(f.treatments);
  }
  return out;
}

Treatments PortEvidence::of(const Shape& shape) const noexcept {
  for (const Row& row : shapes_) {
    if (row.shape == shape) return row.treatments;
  }
  return {};
}

std::uint32_t PortEvidence::shortest_refused_above() const noexcept {
  std::uint32_t shortest = 0;
  for (const std::uint32_t size : refused_sizes_) {
    if (size > longest_taken_ && (shortest == 0 || size < shortest)) shortest = size;
  }
  return shortest;
}

std::vector<Difference> PortEvidence::differences(const Record& r, const Header& h) const {
  std::vector<Difference> out;
  if (headers_.taken == 0) return out;
  const Shape shape = shape_of(r, h);
  if (h.bytes.size() > longest_taken_ && shape.size > size_class(longest_taken_)) out.push_back({Property::size, longest_taken_});
  each_value(shape, [&](Property property, std::uint32_t value) {
    const bool absent = value == 0 && (property == Property::pieces || property == Property::checksum);
    if (property == Property::size || absent || with(property, value).taken > 0) return;
    // A checksum is a TLV as well: said once.
    if (property == Property::tlv && value == tlv_type::crc32c) return;
    out.push_back({property, value});
  });
  const Sender* from = sender(r.flow.source);
  if (from != nullptr && from->taken == 0 && others_.taken == 0) out.push_back({Property::sender, 1});
  return out;
}

const Sender* PortEvidence::sender(const IpAddress& address) const noexcept {
  const auto at = std::find_if(senders_.begin(), senders_.end(), [&](const Sender& s) { return s.address == address; });
  return at == senders_.end() ? nullptr : &*at;
}

Sender& PortEvidence::sender_of(const IpAddress& address) {
  if (latest_sender_ < senders_.size() && senders_[latest_sender_].address == address) return senders_[latest_sender_];
  const auto at = std::find_if(senders_.begin(), senders_.end(), [&](const Sender& s) { return s.address == address; });
  latest_sender_ = static_cast<std::size_t>(at - senders_.begin());
  if (at != senders_.end()) return *at;
  if (senders_.size() == most_senders) return others_;
  return senders_.emplace_back(Sender{address});
}

void PortEvidence::add_network(const IpAddress& address, bool pseudonym) {
  const Cidr network = pseudonym ? Cidr{address, address.is_v4() ? 32U : 128U} : network_of(address);
  for (const Cidr& known : networks_) {
    if (known.prefix == network.prefix && known.network == network.network) return;
  }
  if (networks_.size() == most_networks) {
    networks_complete_ = false;
    return;
  }
  networks_.push_back(network);
}

bool PortEvidence::has_network_of(const IpAddress& address) const noexcept {
  return std::any_of(networks_.begin(), networks_.end(), [&](const Cidr& n) { return n.contains(address); });
}

}  // namespace pp::explain
