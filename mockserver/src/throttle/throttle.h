#ifndef TIMOCK_THROTTLE_THROTTLE_H_
#define TIMOCK_THROTTLE_THROTTLE_H_

#include <cstdint>
#include <memory>
#include <variant>

#include "timock/clock.h"
#include "timock/throttle.h"

namespace timock {

/// A throttle rule made ready for counting: integers only, limit known.
struct ThrottlePlan {
  ThrottleAlgorithm algorithm = ThrottleAlgorithm::kSlidingWindow;
  std::uint32_t limit = 100;               ///< 1 to 1,000,000.
  std::uint32_t burst = 100;               ///< 1 to 1,000,000.
  std::int64_t window_ns = 1'000'000'000;  ///< 1 ms to 1 h.
  bool count_refused = false;
  /// UNIX time minus ticks: where the aligned windows of kFixedWindow and kSlidingCounter lie.
  std::int64_t unix_minus_ticks_ns = 0;
  std::uint64_t generation = 0;  ///< Another one: counters of the plan before do not count on.
};

struct ThrottleDecision {
  bool admitted = true;
  /// The first tick at which a call would be admitted if none came in between; `now` (or the newest
  /// tick seen) when admitted. The greatest tick there is when it would lie beyond. PROTOCOL
  /// section 5.
  Tick next_free{};
};

/// Counts the calls of one scope key (an app and command, say). Holds no more memory than its
/// algorithm needs, and none of the heap before the first call. Not thread-safe: its app's lock
/// guards it. A counter is only ever used with one plan, until Reset. A copy counts on from the
/// same places, on its own.
///
/// PROTOCOL section 5 is the contract, exact to the nanosecond for every int64 tick. With W the
/// window and L the limit, a call at tick t is admitted when
///   kSlidingWindow    fewer than L calls took a place in (t - W, t]
///   kFixedWindow      fewer than L were admitted in the UNIX-aligned window that holds t
///   kWindowFromFirst  fewer than L were admitted in [s, s + W), s being the first call at or after
///                     the end of the window before
///   kSlidingCounter   p * (W - e) / W + c < L, where c calls took a place in the aligned window
///                     that holds t, p in the one before, and e has elapsed of the former
///   kTokenBucket      a token is left: `burst` at the start and at most, L more each W
/// Admitted calls take a place; refused ones do with count_refused, which lets a refused call empty
/// the bucket and changes nothing for the two algorithms that count admitted calls.
class ThrottleCounter {
 public:
  /// Decides on a call at `now` and counts it. A `now` before the newest tick seen counts as that
  /// tick; one more than a window before it empties the counter first. Allocates only under
  /// kSlidingWindow, until the places of the busiest window (at most `limit`, 8 bytes each) fit.
  ThrottleDecision Admit(const ThrottlePlan& plan, Tick now);

  /// Forgets everything, and gives the memory back.
  void Reset();

 private:
  // Each algorithm's Admit counts one call and returns the nanoseconds until the next would be
  // admitted, 0 when this one is. `newest` is its tick, `passed` the nanoseconds since the last's.

  /// kSlidingWindow: when the last places were taken, in a ring.
  struct Places {
    Places() = default;
    Places(const Places& other);
    Places& operator=(const Places&) = delete;
    Places(Places&&) = default;
    Places& operator=(Places&&) = default;
    ~Places() = default;

    std::uint64_t Admit(const ThrottlePlan& plan, std::int64_t newest);
    void Take(std::int64_t newest);
    void Grow(std::uint32_t limit);

    std::unique_ptr<std::int64_t[]> ticks;
    std::uint32_t capacity = 0;
    std::uint32_t size = 0;
    std::uint32_t oldest = 0;  ///< Index in `ticks`.
  };
  /// kFixedWindow and kSlidingCounter.
  struct AlignedWindows {
    void Advance(const ThrottlePlan& plan, std::uint64_t passed);
    std::uint64_t AdmitFixed(const ThrottlePlan& plan, std::uint64_t passed);
    std::uint64_t AdmitSliding(const ThrottlePlan& plan, std::uint64_t passed);

    std::uint64_t elapsed = 0;   ///< Nanoseconds of the current window, at the newest tick.
    std::uint32_t current = 0;   ///< Calls in the current window; stops at its greatest value.
    std::uint32_t previous = 0;  ///< Calls in the window before.
  };
  /// kWindowFromFirst.
  struct OpenedWindow {
    std::uint64_t Admit(const ThrottlePlan& plan, std::int64_t newest);

    std::int64_t start = 0;
    std::uint32_t calls = 0;
  };
  /// kTokenBucket, in units of which `window_ns` make a token and `limit` flow in each nanosecond.
  struct Bucket {
    std::uint64_t Admit(const ThrottlePlan& plan, std::uint64_t passed);

    std::uint64_t level = 0;
  };

  void Start(const ThrottlePlan& plan, std::int64_t tick);

  std::variant<std::monostate, Places, AlignedWindows, OpenedWindow, Bucket> state_;
  std::int64_t newest_ = 0;
};

}  // namespace timock

#endif  // TIMOCK_THROTTLE_THROTTLE_H_
