#include "interrupt.h"

#include <signal.h>

#include <atomic>

namespace timock::conformance {
namespace {

std::atomic<int> noted = 0;
static_assert(std::atomic<int>::is_always_lock_free);

constexpr int kSignals[] = {SIGINT, SIGTERM, SIGHUP};

void Install(void (*handler)(int)) {
  struct sigaction action {};
  action.sa_handler = handler;
  // No SA_RESTART: what waits is to return.
  action.sa_flags = static_cast<int>(SA_RESETHAND);
  for (const int number : kSignals) {
    struct sigaction before {};
    sigaction(number, &action, &before);
    // nohup
    if (number == SIGHUP && before.sa_handler == SIG_IGN) sigaction(number, &before, nullptr);
  }
}

}  // namespace

InterruptWatch::InterruptWatch() {
  noted = 0;
  Install([](int number) { noted = number; });
}

InterruptWatch::~InterruptWatch() { Install(SIG_DFL); }

int InterruptedBy() { return noted; }

void ClearInterrupt() { noted = 0; }

}  // namespace timock::conformance
