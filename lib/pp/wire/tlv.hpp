// Walking TLVs (2.2): type 1 byte, length 2 bytes big endian, value. Nothing is copied, nothing recursive.
#pragma once

#include <cstddef>
#include <cstdint>

#include "pp/base/bytes.hpp"
#include "pp/wire/fault.hpp"
#include "pp/wire/header.hpp"
#include "pp/wire/work_count.hpp"

namespace pp {

inline constexpr std::size_t tlv_head_bytes = 3;
inline constexpr std::size_t ssl_head_bytes = 5;  // client, verify (2.2.6)

struct Tlv {
  std::uint8_t type = 0;
  std::uint32_t offset = 0;  // of the type byte, from the header's first byte
  Bytes value;

  constexpr std::uint32_t value_offset() const noexcept { return offset + static_cast<std::uint32_t>(tlv_head_bytes); }
};

/// Visits the TLVs in header[from, to) in order. After next() has returned false, fault() says whether they fill the area
/// exactly (none), or what is wrong: v2_tlv_overrun with offset() at the length field, or v2_tlv_stray with
/// offset() at the stray bytes.
class TlvCursor {
 public:
  constexpr TlvCursor(Bytes header PP_LIFETIMEBOUND, std::size_t from, std::size_t to) noexcept
      : data_(header.data()), at_(from < to ? from : to), end_(to <= header.size() ? to : header.size()) {
    if (at_ > end_) at_ = end_;
  }

  constexpr bool next(Tlv& out) noexcept {
    const std::size_t left = end_ - at_;
    if (left < tlv_head_bytes) {
      if (left > 0) fault_ = Fault::v2_tlv_stray;
      return false;
    }
    const std::size_t length = load_be16(data_ + at_ + 1);
    if (length > left - tlv_head_bytes) {
      fault_ = Fault::v2_tlv_overrun;
      return false;
    }
    count_work(&WorkCount::tlvs);
    out.type = data_[at_];
    out.offset = static_cast<std::uint32_t>(at_);
    out.value = Bytes(data_ + at_ + tlv_head_bytes, length);
    at_ += tlv_head_bytes + length;
    return true;
  }

  constexpr Fault fault() const noexcept { return fault_; }
  /// Offset of the next TLV, or of the one at which the walk stopped.
  constexpr std::size_t position() const noexcept { return at_; }
  constexpr std::size_t offset() const noexcept { return fault_ == Fault::v2_tlv_overrun ? at_ + 1 : at_; }
  constexpr std::size_t left() const noexcept { return end_ - at_; }

 private:
  const std::uint8_t* data_;
  std::size_t at_;
  std::size_t end_;
  Fault fault_ = Fault::none;
};

/// The TLVs of a complete v2 header, after its address block; empty for v1.
constexpr TlvCursor tlvs(const Header& h) noexcept {
  return h.version == 2 ? TlvCursor(h.bytes, h.tlv_offset(), h.bytes.size()) : TlvCursor(h.bytes, 0, 0);
}

/// True when TLVs fill header[from, to) exactly. None fill an empty area.
constexpr bool walks(Bytes header, std::size_t from, std::size_t to) noexcept {
  TlvCursor cursor(header, from, to);
  Tlv tlv;
  while (cursor.next(tlv)) {
  }
  return cursor.fault() == Fault::none;
}

/// The value of an SSL TLV (2.2.6).
struct Ssl {
  bool complete = false;  // client and verify are there
  std::uint8_t client = 0;
  std::uint32_t verify = 0;
  std::uint32_t offset = 0;  // of the first sub-TLV, from the header's first byte
  std::uint32_t end = 0;

  static constexpr std::uint8_t client_ssl = 0x01;
  static constexpr std::uint8_t client_cert_conn = 0x02;
  static constexpr std::uint8_t client_cert_sess = 0x04;

  constexpr bool has_certificate() const noexcept { return (client & (client_cert_conn | client_cert_sess)) != 0; }
};

constexpr Ssl ssl(const Tlv& tlv) noexcept {
  Ssl s;
  s.end = tlv.value_offset() + static_cast<std::uint32_t>(tlv.value.size());
  s.offset = s.end;
  if (tlv.value.size() < ssl_head_bytes) return s;
  s.complete = true;
  s.client = tlv.value[0];
  s.verify = load_be32(tlv.value.data() + 1);
  s.offset = tlv.value_offset() + static_cast<std::uint32_t>(ssl_head_bytes);
  return s;
}

/// The sub-TLVs of an SSL TLV; their offsets count from the header's first byte too. An SSL TLV among them is opaque.
constexpr TlvCursor sub_tlvs(Bytes header PP_LIFETIMEBOUND, const Ssl& ssl) noexcept { return TlvCursor(header, ssl.offset, ssl.end); }

}  // namespace pp
