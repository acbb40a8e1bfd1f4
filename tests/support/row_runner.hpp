// Runs one row of bytes in every way that has found bugs elsewhere: whole, at each prefix, in a heap block of exactly its
// size, and against a page that must not be touched, right behind the bytes.
#pragma once

#include <sys/mman.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>
#include <memory>
#include <new>
#include <string>

#include "parse_laws.hpp"

namespace rows {

/// Memory whose end is the end of the readable world.
class GuardedEnd {
 public:
  explicit GuardedEnd(std::size_t capacity) : page_(static_cast<std::size_t>(sysconf(_SC_PAGESIZE))) {
    room_ = (capacity / page_ + 1) * page_;
    void* p = mmap(nullptr, room_ + page_, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (p == MAP_FAILED) throw std::bad_alloc();
    base_ = static_cast<std::uint8_t*>(p);
    if (mprotect(base_ + room_, page_, PROT_NONE) != 0) throw std::bad_alloc();
  }
  ~GuardedEnd() { munmap(base_, room_ + page_); }
  GuardedEnd(const GuardedEnd&) = delete;
  GuardedEnd& operator=(const GuardedEnd&) = delete;

  pp::Bytes place(pp::Bytes bytes) {
    std::uint8_t* const start = base_ + room_ - bytes.size();
    if (!bytes.empty()) std::memcpy(start, bytes.data(), bytes.size());
    return pp::Bytes(start, bytes.size());
  }

 private:
  std::size_t page_;
  std::size_t room_ = 0;
  std::uint8_t* base_ = nullptr;
};

inline pp::Parsed parse_in_exact_block(pp::Bytes bytes) {
  const std::unique_ptr<std::uint8_t, decltype(&std::free)> block(static_cast<std::uint8_t*>(std::malloc(bytes.size())), &std::free);
  if (!bytes.empty()) std::memcpy(block.get(), bytes.data(), bytes.size());
  pp::Parsed p = pp::parse(pp::Bytes(block.get(), bytes.size()));
  p.header.bytes = {};
  return p;
}

/// Empty when all is well, else what is not. Prefixes of rows above 2 KiB are taken at both ends and thinly between.
inline std::string run(pp::Bytes row) {
  const pp::Parsed whole = pp::parse(row);
  GuardedEnd guarded(row.size());
  for (std::size_t n = 0; n <= row.size(); ++n) {
    if (row.size() > 2048 && n > 600 && n + 40 < row.size() && n % 251 != 0) continue;
    const pp::Bytes prefix = row.first(n);
    const std::string at = " (at " + std::to_string(n) + " bytes)";
    const pp::Parsed p = pp::parse(prefix);
    if (!laws::same(parse_in_exact_block(prefix), p)) return "another result in a block of exact size" + at;
    const pp::Bytes placed = guarded.place(prefix);
    if (!laws::same(pp::parse(placed), p)) return "another result before a guard page" + at;
    if (const char* law = laws::broken_by_verdict(placed)) return law + at;
    if (n < row.size()) {
      if (const char* law = laws::broken_by_cut(row, whole, n)) return law + at;
    }
  }
  constexpr pp::ByteLiteral junk("\r\nPROXY TCP4 1.1.1.1 2.2.2.2 3 4\r\n");
  if (const char* law = laws::broken_by_junk(row, junk)) return law;
  return {};
}

}  // namespace rows
