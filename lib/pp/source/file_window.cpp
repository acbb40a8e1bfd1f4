#include "pp/source/file_window.hpp"

#include <signal.h>
#include <sys/mman.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <utility>

namespace pp::source {
namespace {

constexpr std::size_t page = 4096;

/// What the signal handler knows: lock-free words alone.
struct Watch {
  std::atomic<std::uintptr_t> begin{0};
  std::atomic<std::uintptr_t> end{0};
  std::atomic<bool> taken{false};
  std::atomic<bool> hit{false};
};
static_assert(std::atomic<std::uintptr_t>::is_always_lock_free && std::atomic<bool>::is_always_lock_free);
std::array<Watch, 16> watches;
struct sigaction former;

/// Zeros in place of the rest of the mapping that the address lies in. Any other SIGBUS is what it would be without this.
void on_bus_error(int signal, siginfo_t* info, void* context) {
  const auto at = reinterpret_cast<std::uintptr_t>(info->si_addr);
  for (Watch& watch : watches) {
    const std::uintptr_t end = watch.end.load();
    if (at < watch.begin.load() || at >= end) continue;
    const std::uintptr_t from = at & ~std::uintptr_t{page - 1};
    void* const place = static_cast<char*>(info->si_addr) - (at - from);
    if (mmap(place, end - from, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) != MAP_FAILED) {
      watch.hit.store(true);
      return;
    }
  }
  if ((former.sa_flags & SA_SIGINFO) != 0 && former.sa_sigaction != nullptr) {
    former.sa_sigaction(signal, info, context);
    return;
  }
  // Restore the previous handler and return: the faulting instruction runs again and reaches it.
  sigaction(SIGBUS, &former, nullptr);
}

bool handle_bus_errors() noexcept {
  struct sigaction action {};
  action.sa_sigaction = on_bus_error;
  action.sa_flags = SA_SIGINFO;
  sigemptyset(&action.sa_mask);
  return sigaction(SIGBUS, &action, &former) == 0;
}

int take_watch() noexcept {
  static const bool handled = handle_bus_errors();
  if (!handled) return -1;
  for (std::size_t i = 0; i < watches.size(); ++i) {
    if (!watches[i].taken.exchange(true)) return static_cast<int>(i);
  }
  return -1;
}

Watch& watch_at(int index) noexcept { return watches[static_cast<std::size_t>(index)]; }

}  // namespace

FileWindow::FileWindow(FileWindow&& other) noexcept { *this = std::move(other); }

FileWindow& FileWindow::operator=(FileWindow&& other) noexcept {
  std::swap(pages_, other.pages_);
  std::swap(length_, other.length_);
  std::swap(skip_, other.skip_);
  std::swap(size_, other.size_);
  std::swap(watch_, other.watch_);
  std::swap(damaged_, other.damaged_);
  return *this;
}

bool FileWindow::open(int fd, std::uint64_t offset, std::size_t size) noexcept {
  unmap();
  if (watch_ < 0) watch_ = take_watch();
  if (watch_ < 0) return false;
  const std::size_t skip = static_cast<std::size_t>(offset % page);
  void* const pages = mmap(nullptr, skip + size, PROT_READ, MAP_PRIVATE | MAP_POPULATE, fd, static_cast<off_t>(offset - skip));
  if (pages == MAP_FAILED) return false;
  pages_ = static_cast<std::uint8_t*>(pages);
  length_ = skip + size;
  skip_ = skip;
  size_ = size;
  Watch& watch = watch_at(watch_);
  watch.begin.store(reinterpret_cast<std::uintptr_t>(pages_));
  watch.end.store(reinterpret_cast<std::uintptr_t>(pages_) + (length_ + page - 1) / page * page);
  return true;
}

void FileWindow::unmap() noexcept {
  damaged_ = damaged();
  if (watch_ >= 0) {
    watch_at(watch_).begin.store(0);
    watch_at(watch_).end.store(0);
    watch_at(watch_).hit.store(false);
  }
  if (length_ > 0) munmap(pages_, length_);
  pages_ = nullptr;
  length_ = skip_ = size_ = 0;
}

void FileWindow::close() noexcept {
  unmap();
  if (watch_ >= 0) watch_at(watch_).taken.store(false);
  watch_ = -1;
}

bool FileWindow::damaged() const noexcept { return damaged_ || (watch_ >= 0 && watch_at(watch_).hit.load()); }

}  // namespace pp::source
