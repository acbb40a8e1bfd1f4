// All forms by name: under AddressSanitizer the array and nothrow forms do not come down to the plain one.
#include "new_counter.hpp"

#include <atomic>
#include <cstdlib>
#include <new>

namespace {
std::atomic<std::size_t> count{0};
std::atomic<std::size_t> failing{0};  // the count of the call that gets nothing; 0: none

void* allocate(std::size_t size) noexcept {
  if (++count == failing) return nullptr;
  return std::malloc(size > 0 ? size : 1);
}
void* allocate_or_throw(std::size_t size) {
  if (void* p = allocate(size)) return p;
  throw std::bad_alloc();
}
}  // namespace

std::size_t new_count() noexcept { return count.load(); }
void fail_new(std::size_t calls) noexcept { failing = calls == 0 ? 0 : count.load() + calls; }

void* operator new(std::size_t size) { return allocate_or_throw(size); }
void* operator new[](std::size_t size) { return allocate_or_throw(size); }
void* operator new(std::size_t size, const std::nothrow_t&) noexcept { return allocate(size); }
void* operator new[](std::size_t size, const std::nothrow_t&) noexcept { return allocate(size); }
void operator delete(void* p) noexcept { std::free(p); }
void operator delete[](void* p) noexcept { std::free(p); }
void operator delete(void* p, std::size_t) noexcept { std::free(p); }
void operator delete[](void* p, std::size_t) noexcept { std::free(p); }
