#include "cli/interrupt.hpp"

#include <unistd.h>

#include <csignal>

namespace pp::tool {
namespace {

volatile std::sig_atomic_t interrupts = 0;
volatile std::sig_atomic_t reports = 0;

void on_interrupt(int) {
  constexpr int second_interrupt = 130;
  if (interrupts > 0) _exit(second_interrupt);
  interrupts = 1;
}

void on_report(int) { reports = 1; }

void handle(int signal, void (*handler)(int)) {
  struct sigaction action {};
  action.sa_handler = handler;
  sigemptyset(&action.sa_mask);
  sigaction(signal, &action, nullptr);
}

}  // namespace

void catch_signals() {
  handle(SIGINT, on_interrupt);
  handle(SIGTERM, on_interrupt);
  handle(SIGUSR1, on_report);
  std::signal(SIGPIPE, SIG_IGN);
}

bool interrupted() noexcept { return interrupts > 0; }

bool report_wanted() noexcept {
  // Clear only when set: clearing unconditionally could lose a signal that arrives between the test and the store.
  if (reports == 0) return false;
  reports = 0;
  return true;
}

}  // namespace pp::tool
