#include "wire/interrupt.h"

#include <signal.h>

#include <atomic>

namespace timock::conformance {
namespace {

std::atomic<int> noted = 0;
std::atomic<int> first_noted = 0;
std::atomic<bool> listening = false;
std::atomic<bool> shielded = false;
std::atomic<int> signal_held_back = 0;  // came while shielded
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
  first_noted = 0;
  listening = true;
  Install([](int number) { NoteInterrupt(number); });
}

InterruptWatch::~InterruptWatch() {
  Install(SIG_DFL);
  listening = false;
  noted = 0;
}

int InterruptedBy() { return noted; }

int FirstInterrupt() { return first_noted; }

void NoteInterrupt(int signal) {
  if (!listening) return;
  (shielded ? signal_held_back : noted) = signal;
  int none = 0;
  first_noted.compare_exchange_strong(none, signal);
}

InterruptShield::InterruptShield() {
  signal_held_back = noted.load();
  shielded = true;
  noted = 0;
}

InterruptShield::~InterruptShield() {
  shielded = false;
  noted = signal_held_back.exchange(0);
}

void ClearInterrupt() {
  listening = false;
  noted = 0;
}

}  // namespace timock::conformance
