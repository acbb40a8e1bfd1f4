#include "pp/wire/draft.hpp"

#include <algorithm>

#include "pp/wire/crc32c.hpp"
#include "pp/wire/header.hpp"
#include "pp/wire/tlv_types.hpp"

namespace pp {
namespace {

using Buffer = std::vector<std::uint8_t>;

void put(Buffer& out, Bytes bytes) { out.insert(out.end(), bytes.begin(), bytes.end()); }
void put(Buffer& out, const std::string& text) { out.insert(out.end(), text.begin(), text.end()); }
void put16(Buffer& out, std::uint16_t v) {
  out.push_back(static_cast<std::uint8_t>(v >> 8));
  out.push_back(static_cast<std::uint8_t>(v));
}
void put_path(Buffer& out, const std::string& path) {
  const std::size_t start = out.size();
  put(out, path.substr(0, unix_path_bytes));
  out.resize(start + unix_path_bytes, 0);
}

void put_tlv(Buffer& out, const DraftTlv& tlv) {
  out.push_back(tlv.type);
  put16(out, tlv.length.value_or(static_cast<std::uint16_t>(tlv.value.size())));
  put(out, tlv.value);
}

/// Puts the address into the block with `size` bytes; an address of the other family is truncated or zero-filled.
void put_address(Buffer& out, const IpAddress& address, std::size_t size) {
  out.insert(out.end(), address.bytes.begin(), address.bytes.begin() + static_cast<std::ptrdiff_t>(size));
}

void put_block(Buffer& out, const Draft& d) {
  if (d.block) return put(out, *d.block);
  switch (d.family) {
    case Family::unspec: return;
    case Family::unix_socket:
      put_path(out, d.unix_source);
      put_path(out, d.unix_destination);
      return;
    case Family::inet:
    case Family::inet6: {
      const std::size_t size = d.family == Family::inet ? 4 : 16;
      put_address(out, d.source.address, size);
      put_address(out, d.destination.address, size);
      put16(out, d.source.port);
      put16(out, d.destination.port);
      return;
    }
  }
}

Buffer encode_v2_draft(const Draft& d) {
  std::size_t values = 0;
  for (const DraftTlv& tlv : d.tlvs) values += 3 + tlv.value.size();
  Buffer out;
  out.reserve(v2_fixed_bytes + (d.block ? d.block->size() : address_block_bytes(static_cast<unsigned>(d.family))) + values + 7 +
              d.append.size());
  put(out, d.signature ? Bytes(*d.signature) : Bytes(v2_signature));
  const unsigned command = d.command == Command::proxy ? 1 : 0;
  out.push_back(d.version_command.value_or(static_cast<std::uint8_t>(0x20U | command)));
  out.push_back(
      d.family_transport.value_or(static_cast<std::uint8_t>(static_cast<unsigned>(d.family) << 4 | static_cast<unsigned>(d.transport))));
  const std::size_t length_at = out.size();
  put16(out, 0);
  const std::size_t body = out.size();
  // LOCAL should have no block (2.2), but one given by `block` is written.
  if (d.command == Command::proxy || d.block) put_block(out, d);
  for (const DraftTlv& tlv : d.tlvs) put_tlv(out, tlv);
  if (d.crc != DraftCrc::none) put_tlv(out, {tlv_type::crc32c, Buffer(4, 0), std::nullopt});
  store_be16(&out[length_at], d.length.value_or(static_cast<std::uint16_t>(out.size() - body)));
  if (d.crc != DraftCrc::none) {
    const std::uint32_t right = crc32c(out);
    const std::uint32_t said = d.crc == DraftCrc::value ? d.crc_value : d.crc == DraftCrc::bad ? ~right : right;
    store_be32(&out[out.size() - 4], said);
  }
  return out;
}

std::string v1_address(const IpAddress& address) {
  // A mapped address in hexadecimal, as 2.1 writes them.
  std::uint8_t line[v1_max_bytes];
  const std::size_t size = encode_v1({address, 0}, {address, 0}, line);
  if (size == 0) return to_string(address);
  const std::uint8_t* const start = line + 11;
  const std::uint8_t* const end = line + size;
  return std::string(start, std::find(start, end, static_cast<std::uint8_t>(' ')));
}

Buffer encode_v1_draft(const Draft& d) {
  Buffer out;
  const bool unknown = d.command == Command::local || d.family == Family::unspec || d.family == Family::unix_socket;
  put(out, d.signature ? std::string(d.signature->begin(), d.signature->end()) : std::string("PROXY"));
  out.push_back(' ');
  put(out, d.v1_protocol.value_or(unknown ? "UNKNOWN" : d.family == Family::inet6 ? "TCP6" : "TCP4"));
  if (!unknown) {
    for (const std::string& field :
         {d.v1_source.value_or(v1_address(d.source.address)), d.v1_destination.value_or(v1_address(d.destination.address)),
          d.v1_source_port.value_or(std::to_string(d.source.port)), d.v1_destination_port.value_or(std::to_string(d.destination.port))}) {
      out.push_back(' ');
      put(out, field);
    }
  }
  put(out, d.v1_rest);
  put(out, d.v1_line_end);
  return out;
}

Buffer encode_simple_draft(const Draft& d) {
  Buffer out(simple_bytes);
  encode_simple(d.source, d.destination, out);
  return out;
}

}  // namespace

std::vector<std::uint8_t> ssl_value(std::uint8_t client, std::uint32_t verify, const std::vector<DraftTlv>& sub_tlvs) {
  Buffer out{client, 0, 0, 0, 0};
  store_be32(&out[1], verify);
  for (const DraftTlv& tlv : sub_tlvs) put_tlv(out, tlv);
  return out;
}

std::vector<std::uint8_t> encode(const Draft& draft) {
  Buffer out = draft.simple ? encode_simple_draft(draft) : draft.version == 1 ? encode_v1_draft(draft) : encode_v2_draft(draft);
  for (const DraftPatch& patch : draft.patches) {
    for (std::size_t i = 0; i < patch.bytes.size() && patch.offset + i < out.size(); ++i) out[patch.offset + i] = patch.bytes[i];
  }
  if (draft.truncate && *draft.truncate < out.size()) out.resize(*draft.truncate);
  put(out, draft.append);
  return out;
}

}  // namespace pp
