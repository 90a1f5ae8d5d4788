#ifndef TIMOCK_CONFORMANCE_LIMITER_PROBE_CALLS_H_
#define TIMOCK_CONFORMANCE_LIMITER_PROBE_CALLS_H_

#include <chrono>
#include <cstddef>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "limiter/probe.h"

namespace timock::conformance {

/// The ways in which a probe calls its subject. Notes each call in the finding's last experiment.
class ProbeCalls {
 public:
  /// What is known so far; what is late, and how long a rest is, depends on it.
  struct Size {
    std::size_t limit;
    std::chrono::nanoseconds window;
    std::size_t places = 1;  ///< That pass at once.
  };

  ProbeCalls(const ProbeSubject& subject, const Size& size, ProbeFinding* finding)
      : subject_(subject), size_(size), finding_(*finding) {}

  /// An experiment, and again while the client was too late in it; then the finding is invalid.
  void Attempt(const std::string& name, const std::function<void()>& body);

  std::chrono::nanoseconds Now() const { return subject_.now(); }

  /// When 3.3 windows have gone by and some eighths of another one: another phase of windows that
  /// are aligned to a clock.
  std::chrono::nanoseconds Rested(std::size_t eighths = 0) const;

  /// Between single calls: a fiftieth of a window, or so much that half of the limit is not
  /// reached, where throttled calls count.
  std::chrono::nanoseconds Step() const;

  std::vector<Shot> AtOnce(std::size_t calls, std::chrono::nanoseconds at);
  Shot One(std::chrono::nanoseconds at);
  /// Evenly, beginning at `at`.
  std::vector<Shot> Stream(std::size_t calls, std::chrono::nanoseconds at,
                           std::chrono::nanoseconds over);

  /// Uses the limit up from `at` on; the first that passed and the first that was throttled.
  std::pair<Shot, Shot> UseUp(std::chrono::nanoseconds at);
  /// Uses it up. A throttled call, and none before it is still on its way.
  Shot Empty();
  /// Single calls, the first at `at`, until one passes; the last two of them. After four windows
  /// ever slower, until twenty are over.
  std::pair<Shot, Shot> AwaitPass(Shot refused, std::chrono::nanoseconds at);

  /// Calls of the experiment in which the client was late.
  std::size_t late() const { return late_; }
  void ForgiveLate() { late_ = 0; }

 private:
  std::vector<Shot> Fire(const std::vector<std::chrono::nanoseconds>& at);

  const ProbeSubject& subject_;
  const Size& size_;
  ProbeFinding& finding_;
  std::size_t late_ = 0;
};

/// How many of them passed.
std::size_t CountPassed(const std::vector<Shot>& shots);

}  // namespace timock::conformance

#endif  // TIMOCK_CONFORMANCE_LIMITER_PROBE_CALLS_H_
