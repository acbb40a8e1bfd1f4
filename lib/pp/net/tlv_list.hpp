// The TLVs of a header as a range: `for (const pp::Tlv& tlv : result.tlvs())`. Order and duplicates are kept (2.2).
#pragma once

#include <cstddef>
#include <iterator>

#include "pp/base/bytes.hpp"
#include "pp/wire/fault.hpp"
#include "pp/wire/tlv.hpp"

namespace pp {

/// Borrows the header's bytes. Iteration stops at the first TLV that does not fit; fault() is set then.
class TlvList {
 public:
  class Iterator {
   public:
    using value_type = Tlv;
    using difference_type = std::ptrdiff_t;
    using iterator_concept = std::input_iterator_tag;

    explicit constexpr Iterator(TlvCursor cursor) noexcept : cursor_(cursor), there_(cursor_.next(tlv_)) {}
    constexpr const Tlv& operator*() const noexcept { return tlv_; }
    constexpr const Tlv* operator->() const noexcept { return &tlv_; }
    constexpr Iterator& operator++() noexcept {
      there_ = cursor_.next(tlv_);
      return *this;
    }
    constexpr void operator++(int) noexcept { ++*this; }
    constexpr bool operator==(std::default_sentinel_t) const noexcept { return !there_; }

   private:
    TlvCursor cursor_;
    Tlv tlv_;
    bool there_;
  };

  constexpr TlvList(Bytes header PP_LIFETIMEBOUND, std::size_t from, std::size_t to) noexcept : header_(header), from_(from), to_(to) {}

  constexpr Iterator begin() const noexcept { return Iterator(cursor()); }
  static constexpr std::default_sentinel_t end() noexcept { return {}; }
  constexpr bool empty() const noexcept { return begin() == end(); }

  /// none when the area consists of whole TLVs, else the fault at which the walk ends (receivers may skip such a rest).
  constexpr Fault fault() const noexcept {
    TlvCursor walk = cursor();
    Tlv tlv;
    while (walk.next(tlv)) {
    }
    return walk.fault();
  }
  constexpr TlvCursor cursor() const noexcept { return TlvCursor(header_, from_, to_); }

 private:
  Bytes header_;
  std::size_t from_;
  std::size_t to_;
};

}  // namespace pp
