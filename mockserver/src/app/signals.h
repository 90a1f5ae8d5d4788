#ifndef TIMOCK_APP_SIGNALS_H_
#define TIMOCK_APP_SIGNALS_H_

#include <sys/types.h>

#include <csignal>

namespace timock::app {

/// The signals that end the program, and the mask that stood before they were blocked. Signals are
/// waited for, never handled, so no code runs inside a handler.
class SignalWaiter {
 public:
  struct Options {
    bool watch_child =
        false;  ///< SIGCHLD is waited for, too. Otherwise children are never zombies.
    bool watch_parent = false;  ///< The end of the parent process counts as a SIGTERM from it.
  };

  /// Blocks SIGTERM, SIGINT and SIGHUP in this thread and in those it starts later, and ignores
  /// SIGPIPE. A SIGHUP that was ignored, as under nohup, stays so. To be made before any thread.
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
