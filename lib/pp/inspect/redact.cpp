#include "pp/inspect/redact.hpp"

#include "pp/base/keyed_hash.hpp"
#include "pp/inspect/record.hpp"

namespace pp::inspect {

IpAddress Redactor::pseudonym(const IpAddress& a) const noexcept {
  if (a.size == 0) return a;
  const std::uint64_t hash = hash_address(a, 0, key_);
  IpAddress out;
  out.size = a.size;
  if (a.is_v4()) {
    for (std::size_t i = 0; i < 4; ++i) out.bytes[i] = static_cast<std::uint8_t>(hash >> (24 - 8 * i));
    out.bytes[0] |= 0xf0U;
  } else {
    out.bytes[0] = 0x01;
    for (std::size_t i = 0; i < 8; ++i) out.bytes[8 + i] = static_cast<std::uint8_t>(hash >> (56 - 8 * i));
  }
  return out;
}

void Redactor::conceal(Record& r) const {
  r.redactor = this;
  r.flow.source = pseudonym(r.flow.source);
  r.flow.destination = pseudonym(r.flow.destination);
  r.reaction.text.clear();
  r.reaction.before.text.clear();
  // A listener's input is its own address or path, as real as the flow's destination.
  if (r.flow.listened) r.input = r.flow.unix_socket ? "unix:(path)" : "(listener)";
  r.reason.clear();
}

void Redactor::conceal(Header& h) const noexcept {
  h.source = pseudonym(h.source);
  h.destination = pseudonym(h.destination);
}

void Redactor::conceal_names(Record& r) {
  r.payload.line.clear();
  r.payload.host.clear();
  r.payload.sni.clear();
  r.payload.alpn.clear();
}

Parsed Record::parsed() const noexcept {
  Parsed out = as_sent();
  if (redactor != nullptr) redactor->conceal(out.header);
  return out;
}

}  // namespace pp::inspect
