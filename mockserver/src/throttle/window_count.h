#ifndef TIMOCK_THROTTLE_WINDOW_COUNT_H_
#define TIMOCK_THROTTLE_WINDOW_COUNT_H_

#include <cstddef>
#include <cstdint>
#include <memory>

#include "timock/clock.h"

namespace timock {

/// Counts events in sliding windows of one length, for people to look at: in the window that ends
/// now, and in the fullest one so far. Not thread-safe. Allocates until the fullest window fits, at
/// most kMaxTicks times 8 bytes.
class WindowCount {
 public:
  static constexpr std::size_t kMaxTicks = 2'048;

  /// An event at `now`. Here, in Notice and in In, a `now` before the newest one that Add or Notice
  /// saw is what StepsBackBeyond says.
  void Add(Tick now, Tick window);
  /// It is `now`, with no event: where the clock went back by more than a window, what is ahead of
  /// it is forgotten.
  void Notice(Tick now, Tick window);

  /// Events in (now - window, now].
  std::uint64_t In(Tick now, Tick window) const;

  std::uint64_t total() const { return total_; }
  std::uint64_t worst() const { return worst_; }
  /// Whether a window had more events than can be remembered: In and worst may be too low.
  bool at_least() const { return at_least_; }

 private:
  void Push(std::int64_t tick);
  std::int64_t At(std::size_t i) const { return ticks_[(oldest_ + i) % capacity_]; }

  std::unique_ptr<std::int64_t[]> ticks_;  // a ring
  std::size_t capacity_ = 0;
  std::size_t oldest_ = 0;
  std::size_t size_ = 0;
  std::int64_t newest_ = Tick::min().count();
  std::uint64_t total_ = 0;
  std::uint64_t worst_ = 0;
  bool at_least_ = false;
};

}  // namespace timock

#endif  // TIMOCK_THROTTLE_WINDOW_COUNT_H_
