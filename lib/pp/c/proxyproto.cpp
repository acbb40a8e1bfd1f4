// pp/proxyproto.h over the library: translates values, decides nothing.
#include "pp/proxyproto.h"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstring>

#include "pp/net/read_header.hpp"
#include "pp/wire/crc_judgement.hpp"
#include "pp/wire/encode.hpp"
#include "pp/wire/parse.hpp"
#include "pp/wire/tlv_layout.hpp"

namespace {

static_assert(PP_DONE == static_cast<int>(pp::Status::done) && PP_TRUNCATED == static_cast<int>(pp::Status::truncated));
static_assert(PP_MAX_HEADER == pp::max_header_bytes && PP_MAX_V1 == pp::v1_max_bytes);
static_assert(PP_UNIX == static_cast<int>(pp::Family::unix_socket) && PP_DGRAM == static_cast<int>(pp::Transport::dgram));
static_assert(PP_CRC_WRONG == static_cast<int>(pp::Crc::wrong));
static_assert(sizeof(pp_address) == 20 && sizeof(pp_header) == 88);

pp::Bytes bytes_of(const void* bytes, std::size_t size) { return {static_cast<const std::uint8_t*>(bytes), size}; }
std::span<std::uint8_t> room_of(void* out, std::size_t room) { return {static_cast<std::uint8_t*>(out), room}; }

pp_address address_of(const pp::IpAddress& ip, std::uint16_t port) {
  pp_address out{};
  std::copy(ip.bytes.begin(), ip.bytes.end(), out.bytes);
  out.size = ip.size;
  out.port = port;
  return out;
}

pp::Endpoint endpoint_of(const pp_address& address) {
  pp::Endpoint out;
  out.address.size = address.size == 4 || address.size == 16 ? address.size : std::uint8_t{0};
  std::copy_n(address.bytes, out.address.size, out.address.bytes.begin());
  out.port = address.port;
  return out;
}

void describe(const pp::Verdict& verdict, const pp::Header& h, pp_header& out) {
  out.version = h.version;
  out.fault = static_cast<std::uint32_t>(verdict.fault);
  out.offset = verdict.offset;
  out.size = verdict.size;
  if (verdict.status != pp::Status::done) return;
  out.is_local = h.is_local() ? 1 : 0;
  out.family = static_cast<std::uint8_t>(h.family());
  out.transport = static_cast<std::uint8_t>(h.transport());
  if (h.addresses == pp::Addresses::inet || h.addresses == pp::Addresses::inet6) {
    out.source = address_of(h.source, h.source_port);
    out.destination = address_of(h.destination, h.destination_port);
  }
  const pp::TlvArea area = pp::tlv_area(h);
  out.tlv_offset = area.offset;
  out.tlv_end = area.end;
}

std::int32_t status_of(pp::ReadStatus status) {
  switch (status) {
    case pp::ReadStatus::need_more: return PP_NEED_MORE;
    case pp::ReadStatus::done: return PP_DONE;
    case pp::ReadStatus::malformed: return PP_MALFORMED;
    case pp::ReadStatus::missing: return PP_MISSING;
    case pp::ReadStatus::truncated: return PP_TRUNCATED;
    case pp::ReadStatus::closed: return PP_CLOSED;
    case pp::ReadStatus::timeout: return PP_TIMEOUT;
    case pp::ReadStatus::too_long: return PP_TOO_LONG;
    case pp::ReadStatus::io: break;
  }
  return PP_IO;
}

const pp::FaultInfo* fault_info(std::uint32_t fault) { return fault < pp::fault_table.size() ? &pp::fault_table[fault] : nullptr; }

/// The tables' texts are literals, so a NUL follows each.
const char* text_of(const pp::FaultInfo* info, std::string_view text) { return info == nullptr ? "" : text.data(); }

pp::V2Options options_of(const void* tlvs, std::size_t size, int crc32c) {
  pp::V2Options out;
  out.tlvs = bytes_of(tlvs, size);
  out.crc32c = crc32c != 0;
  return out;
}

}  // namespace

int pp_parse(const void* bytes, std::size_t size, pp_header* header) {
  *header = {};
  const pp::Parsed parsed = pp::parse(bytes_of(bytes, size));
  describe(parsed.verdict, parsed.header, *header);
  return header->status = static_cast<std::int32_t>(parsed.verdict.status);
}

int pp_read_header(int descriptor, int timeout_ms, void* buffer, std::size_t room, pp_header* header) {
  *header = {};
  if (room < PP_MAX_V1) {
    header->error = EINVAL;
    return header->status = PP_IO;
  }
  pp::ReadOptions options;
  options.deadline = std::chrono::milliseconds(std::max(timeout_ms, 0));
  options.max_header = room;
  const pp::ReadResult result = pp::read_header(descriptor, options);
  describe(result.verdict(), result.header(), *header);
  header->error = result.error();
  header->size = static_cast<std::uint32_t>(result.bytes().size());
  std::copy(result.bytes().begin(), result.bytes().end(), static_cast<std::uint8_t*>(buffer));
  return header->status = status_of(result.status());
}

std::size_t pp_unix_path(const pp_header* header, const void* bytes, int which, const char** path) {
  if (header->status != PP_DONE || header->family != PP_UNIX || header->is_local != 0) return 0;
  const char* begin = static_cast<const char*>(bytes) + pp::v2_fixed_bytes + (which == 0 ? 0 : pp::unix_path_bytes);
  const std::string_view block(begin, pp::unix_path_bytes);
  *path = begin;
  if (block.front() != '\0') return std::min(block.find('\0'), block.size());
  return block.find_last_not_of('\0') + 1;  // npos + 1 is 0
}

const char* pp_fault_code(std::uint32_t fault) {
  const pp::FaultInfo* info = fault_info(fault);
  return text_of(info, info == nullptr ? "" : info->code);
}
const char* pp_fault_section(std::uint32_t fault) {
  const pp::FaultInfo* info = fault_info(fault);
  return text_of(info, info == nullptr ? "" : info->section.number());
}
const char* pp_fault_rule(std::uint32_t fault) {
  const pp::FaultInfo* info = fault_info(fault);
  return text_of(info, info == nullptr ? "" : info->description);
}

void pp_tlvs(const pp_header* header, const void* bytes, pp_tlv_walk* walk) {
  const bool any = header->status == PP_DONE && header->tlv_offset < header->tlv_end;
  *walk = {static_cast<const std::uint8_t*>(bytes), any ? header->tlv_offset : 0, any ? header->tlv_end : 0};
}

int pp_tlv_next(pp_tlv_walk* walk, pp_tlv* tlv) {
  pp::TlvCursor cursor(bytes_of(walk->bytes, walk->end), walk->at, walk->end);
  pp::Tlv next;
  if (!cursor.next(next)) {
    walk->at = walk->end;
    return cursor.fault() == pp::Fault::none ? 0 : -1;
  }
  *tlv = {};
  tlv->value = next.value.data();
  tlv->length = static_cast<std::uint32_t>(next.value.size());
  tlv->offset = next.offset;
  tlv->type = next.type;
  walk->at = static_cast<std::uint32_t>(cursor.position());
  return 1;
}

int pp_ssl_tlvs(const pp_tlv* tlv, const void* bytes, pp_ssl* ssl, pp_tlv_walk* walk) {
  const pp::Ssl parts = pp::ssl({tlv->type, tlv->offset, bytes_of(tlv->value, tlv->length)});
  *ssl = {};
  ssl->client = parts.client;
  ssl->verify = parts.verify;
  *walk = {static_cast<const std::uint8_t*>(bytes), parts.offset, parts.end};
  return parts.complete ? 1 : 0;
}

int pp_crc32c(const pp_header* header, const void* bytes) {
  if (header->status != PP_DONE) return PP_CRC_ABSENT;
  const pp::Parsed parsed = pp::parse(bytes_of(bytes, header->size));
  return static_cast<int>(pp::judge_tlvs(parsed.header).crc.verdict());
}

std::size_t pp_encode_v1(const pp_address* source, const pp_address* destination, void* out, std::size_t room) {
  return pp::encode_v1(endpoint_of(*source), endpoint_of(*destination), room_of(out, room));
}
std::size_t pp_encode_v1_unknown(void* out, std::size_t room) { return pp::encode_v1_unknown(room_of(out, room)); }

std::size_t pp_encode_v2(const pp_address* source, const pp_address* destination, int transport, const void* tlvs, std::size_t tlvs_size,
                         int crc32c, void* out, std::size_t room) {
  if (transport < 0 || transport > PP_DGRAM) return 0;
  pp::V2Options options = options_of(tlvs, tlvs_size, crc32c);
  options.transport = static_cast<pp::Transport>(transport);
  return pp::encode_v2(endpoint_of(*source), endpoint_of(*destination), options, room_of(out, room));
}
std::size_t pp_encode_v2_local(const void* tlvs, std::size_t tlvs_size, int crc32c, void* out, std::size_t room) {
  return pp::encode_v2_local(options_of(tlvs, tlvs_size, crc32c), room_of(out, room));
}
std::size_t pp_encode_tlv(std::uint8_t type, const void* value, std::size_t length, void* out, std::size_t room) {
  return pp::encode_tlv(type, bytes_of(value, length), room_of(out, room));
}

int pp_address_from_text(const char* text, std::uint16_t port, pp_address* address) {
  const auto ip = pp::parse_ip(text);
  *address = ip ? address_of(*ip, port) : pp_address{};
  return ip ? 1 : 0;
}

std::size_t pp_address_text(const pp_address* address, char* out, std::size_t room) {
  char text[pp::max_ip_text];
  const std::size_t size = pp::format_ip(endpoint_of(*address).address, text);
  if (size == 0 || size + 1 > room) return 0;
  std::memcpy(out, text, size);
  out[size] = '\0';
  return size;
}
