#ifndef TIMOCK_CONFORMANCE_WIRE_CHILD_H_
#define TIMOCK_CONFORMANCE_WIRE_CHILD_H_

#include <sys/types.h>

#include <optional>
#include <string>
#include <thread>

namespace timock::conformance {

/// A shell command that runs as long as this lives: then it is asked to stop, with all that it
/// started, and killed when it does not within five seconds.
class Child {
 public:
  /// Throws std::runtime_error when it cannot be started.
  explicit Child(std::string command);
  ~Child();
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  /// The first URL on its standard output, without a slash at the end; empty when it ends or half a
  /// minute goes by without one. What it prints afterwards is dropped.
  std::optional<std::string> WaitForUrl();

 private:
  const std::string command_;
  pid_t pid_ = -1;
  int output_ = -1;
  std::thread drain_;
};

}  // namespace timock::conformance

#endif  // TIMOCK_CONFORMANCE_WIRE_CHILD_H_
