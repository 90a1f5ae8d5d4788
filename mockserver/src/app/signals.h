#ifndef TIMOCK_APP_SIGNALS_H_
#define TIMOCK_APP_SIGNALS_H_

#include <csignal>

namespace timock::app {

/// The signals that end the program, and the mask that stood before they were blocked. Signals are
/// waited for, never handled, so no code runs inside a handler.
class SignalWaiter {
 public:
  enum class Child { kIgnore, kWatch };

  /// Blocks SIGTERM and SIGINT (and SIGCHLD when children are watched) in this thread and in those
  /// it starts later, and ignores SIGPIPE. To be made before any thread.
  explicit SignalWaiter(Child child = Child::kIgnore);

  /// Blocks until one of them arrives.
  siginfo_t Wait() const;

  /// The mask that a child process must get back.
  const sigset_t& original_mask() const { return original_mask_; }

 private:
  sigset_t waited_{};
  sigset_t original_mask_{};
};

}  // namespace timock::app

#endif  // TIMOCK_APP_SIGNALS_H_
