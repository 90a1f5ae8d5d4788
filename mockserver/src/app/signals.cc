#include "app/signals.h"

namespace timock::app {

SignalWaiter::SignalWaiter(Child child) {
  std::signal(SIGPIPE, SIG_IGN);
  sigemptyset(&waited_);
  sigaddset(&waited_, SIGTERM);
  sigaddset(&waited_, SIGINT);
  if (child == Child::kWatch) {
    // An inherited SIG_IGN would reap the child before its exit code can be read.
    std::signal(SIGCHLD, SIG_DFL);
    sigaddset(&waited_, SIGCHLD);
  }
  pthread_sigmask(SIG_BLOCK, &waited_, &original_mask_);
}

siginfo_t SignalWaiter::Wait() const {
  siginfo_t info{};
  while (sigwaitinfo(&waited_, &info) < 0) {  // EINTR
  }
  return info;
}

}  // namespace timock::app
