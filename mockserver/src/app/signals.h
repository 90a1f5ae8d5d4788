#ifndef TIMOCK_APP_SIGNALS_H_
#define TIMOCK_APP_SIGNALS_H_

#include <sys/types.h>

#include <csignal>

namespace timock::app {

/// The signals that end the program, and the mask from before they were blocked. A signal is never
/// handled: it is blocked in every thread, so that it stays pending until Wait takes it, and no
/// code runs inside a handler, where hardly any function may be called.
class SignalWaiter {
 public:
  struct Options {
    /// Waits for SIGCHLD as well. Otherwise children are never zombies.
    bool watch_child = false;
    /// The end of the parent process counts as a SIGTERM from it.
    bool watch_parent = false;
  };

  /// Blocks SIGTERM, SIGINT and SIGHUP in this thread and in those it starts later, and ignores
  /// SIGPIPE. A SIGHUP that was ignored, as under nohup, stays ignored. To be made before any
  /// thread: one that does not block a signal would be ended by it.
  explicit SignalWaiter(const Options& options);

  /// Blocks until one of them arrives.
  siginfo_t Wait();

  /// The mask that a child process must get back.
  const sigset_t& original_mask() const { return original_mask_; }

 private:
  sigset_t waited_{};
  sigset_t original_mask_{};
  pid_t parent_ = 0;  // 0: not watched
};

}  // namespace timock::app

#endif  // TIMOCK_APP_SIGNALS_H_
