#ifndef TIMOCK_CONFORMANCE_WIRE_PACER_H_
#define TIMOCK_CONFORMANCE_WIRE_PACER_H_

#include <chrono>

namespace timock::conformance {

/// Keeps messages apart, over all connections that share it. Not thread-safe.
class Pacer {
 public:
  explicit Pacer(double messages_a_second);

  /// Waits until the next message may go.
  void Await();

 private:
  const std::chrono::nanoseconds between_;
  std::chrono::nanoseconds next_{0};
};

}  // namespace timock::conformance

#endif  // TIMOCK_CONFORMANCE_WIRE_PACER_H_
