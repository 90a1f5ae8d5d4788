#ifndef TIMOCK_TESTS_UNIT_THROTTLE_REFERENCE_H_
#define TIMOCK_TESTS_UNIT_THROTTLE_REFERENCE_H_

#include <limits>
#include <vector>

#include "throttle/throttle.h"

namespace timock {

/// PROTOCOL section 5 to the letter and as slow as it likes: remembers each call, and answers each
/// question by reading all of them again in 128 bit integers.
class ThrottleReference {
 public:
  __extension__ using Wide = __int128;

  explicit ThrottleReference(const ThrottlePlan& plan)
      : plan_(plan), window_(plan.window_ns), limit_(plan.limit) {}

  /// Counts a call at `now`; returns whether it is admitted.
  bool Admit(Tick now) {
    const Wide tick = now.count();
    if (newest_ - tick > window_) calls_.clear();
    if (calls_.empty() || tick > newest_) newest_ = tick;
    const bool admitted = WouldAdmit(newest_);
    calls_.push_back({.tick = newest_, .admitted = admitted});
    return admitted;
  }

  /// Whether a call at `tick`, no earlier than newest(), would be admitted, as things stand.
  bool WouldAdmit(Wide tick) const {
    switch (plan_.algorithm) {
      case ThrottleAlgorithm::kSlidingWindow:
        return SlidingWindow(tick);
      case ThrottleAlgorithm::kFixedWindow:
        return FixedWindow(tick);
      case ThrottleAlgorithm::kWindowFromFirst:
        return WindowFromFirst(tick);
      case ThrottleAlgorithm::kSlidingCounter:
        return SlidingCounter(tick);
      case ThrottleAlgorithm::kTokenBucket:
        return TokenBucket(tick);
    }
    return false;
  }

  /// Whether `next_free` is the first tick at which a call would be admitted. Two questions settle
  /// it, since under each algorithm a call once admissible stays so while none comes in between.
  bool IsFirstFree(Tick next_free) const {
    const Wide tick = next_free.count();
    if (tick < newest_) return false;
    if (tick > newest_ && WouldAdmit(tick - 1)) return false;
    return WouldAdmit(tick) || tick == std::numeric_limits<std::int64_t>::max();
  }

  Wide newest() const { return newest_; }

 private:
  struct Call {
    Wide tick;
    bool admitted;
  };

  bool TakesAPlace(const Call& call) const { return call.admitted || plan_.count_refused; }

  bool SlidingWindow(Wide tick) const {
    Wide taken = 0;
    for (const Call& call : calls_) taken += TakesAPlace(call) && call.tick > tick - window_;
    return taken < limit_;
  }

  Wide UnixWindow(Wide tick) const {
    const Wide unix_time = tick + plan_.unix_minus_ticks_ns;
    return (unix_time - ElapsedOfUnixWindow(tick)) / window_;
  }

  Wide ElapsedOfUnixWindow(Wide tick) const {
    const Wide remainder = (tick + plan_.unix_minus_ticks_ns) % window_;
    return remainder < 0 ? remainder + window_ : remainder;
  }

  bool FixedWindow(Wide tick) const {
    Wide admitted = 0;
    for (const Call& call : calls_) {
      admitted += call.admitted && UnixWindow(call.tick) == UnixWindow(tick);
    }
    return admitted < limit_;
  }

  bool WindowFromFirst(Wide tick) const {
    bool open = false;
    Wide start = 0;
    Wide admitted = 0;
    for (const Call& call : calls_) {
      if (!open || call.tick >= start + window_) {
        open = true;
        start = call.tick;
        admitted = 0;
      }
      admitted += call.admitted;
    }
    return !open || tick >= start + window_ || admitted < limit_;
  }

  bool SlidingCounter(Wide tick) const {
    Wide previous = 0;
    Wide current = 0;
    for (const Call& call : calls_) {
      previous += TakesAPlace(call) && UnixWindow(call.tick) == UnixWindow(tick) - 1;
      current += TakesAPlace(call) && UnixWindow(call.tick) == UnixWindow(tick);
    }
    const Wide left = window_ - ElapsedOfUnixWindow(tick);
    return previous * left + current * window_ < limit_ * window_;
  }

  bool TokenBucket(Wide tick) const {
    const Wide capacity = plan_.burst * window_;
    Wide level = capacity;
    Wide at = calls_.empty() ? tick : calls_.front().tick;
    const auto refill = [&](Wide until) {
      level += (until - at) * limit_;
      if (level > capacity) level = capacity;
      at = until;
    };
    for (const Call& call : calls_) {
      refill(call.tick);
      if (call.admitted) {
        level -= window_;
      } else if (plan_.count_refused) {
        level = 0;
      }
    }
    refill(tick);
    return level >= window_;
  }

  ThrottlePlan plan_;
  Wide window_;
  Wide limit_;
  Wide newest_ = std::numeric_limits<std::int64_t>::min();
  std::vector<Call> calls_;
};

}  // namespace timock

#endif  // TIMOCK_TESTS_UNIT_THROTTLE_REFERENCE_H_
