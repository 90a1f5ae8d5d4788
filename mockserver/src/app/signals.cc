#include "app/signals.h"

#include <unistd.h>

#include <cerrno>

namespace timock::app {

SignalWaiter::SignalWaiter(const Options& options) : parent_(options.watch_parent ? getppid() : 0) {
  std::signal(SIGPIPE, SIG_IGN);
  sigemptyset(&waited_);
  sigaddset(&waited_, SIGTERM);
  sigaddset(&waited_, SIGINT);
  // A signal that is blocked is not discarded for being ignored: sigtimedwait would return it.
  struct sigaction hangup {};
  if (sigaction(SIGHUP, nullptr, &hangup) == 0 && hangup.sa_handler != SIG_IGN) {
    sigaddset(&waited_, SIGHUP);
  }
  // SIG_IGN reaps whatever process 1 of a container adopts; it would also take the exit code of a
  // child that is waited for.
  std::signal(SIGCHLD, options.watch_child ? SIG_DFL : SIG_IGN);
  if (options.watch_child) sigaddset(&waited_, SIGCHLD);
  pthread_sigmask(SIG_BLOCK, &waited_, &original_mask_);
}

siginfo_t SignalWaiter::Wait() {
  // PR_SET_PDEATHSIG would do without a period, but it fires when the *thread* that started us
  // ends, and runtimes with thread pools start processes from any thread. A process whose parent
  // has ended gets another parent, so a change of getppid() is what to look for.
  constexpr timespec kPeriod{.tv_sec = 0, .tv_nsec = 200'000'000};
  for (;;) {
    siginfo_t info{};
    if (sigtimedwait(&waited_, &info, parent_ != 0 ? &kPeriod : nullptr) > 0) return info;
    if (parent_ != 0 && getppid() != parent_) {
      parent_ = 0;
      info.si_signo = SIGTERM;
      info.si_code = SI_USER;
      return info;
    }
  }
}

}  // namespace timock::app
