#ifndef TIMOCK_HTTP_DEADLINE_QUEUE_H_
#define TIMOCK_HTTP_DEADLINE_QUEUE_H_

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <list>
#include <memory>

#include "http/loop.h"
#include "timock/clock.h"
#include "timock/server.h"

namespace timock {

/// How long a connection drains after its last answer.
inline constexpr std::chrono::seconds kDrainTime{5};

/// What a connection waits for; each phase but the last has a bound on its time.
enum class Phase : std::uint8_t {
  kIdle,     ///< A request: HttpLimits::idle_time.
  kRequest,  ///< The rest of a request: HttpLimits::request_time.
  kWrite,    ///< The client to take an answer: HttpLimits::write_time.
  kDrain,    ///< The client to close after its last answer: kDrainTime.
  kHeld,     ///< Its own timer: an answer is held back.
};
inline constexpr std::size_t kPhases = 5;

/// What a DeadlineQueue owns. It is in exactly one phase at any time.
class Timed {
 public:
  Timed() = default;
  virtual ~Timed() = default;
  Timed(const Timed&) = delete;
  Timed& operator=(const Timed&) = delete;

  /// Must enter a phase, possibly the same one again, or end.
  virtual void OnDeadline() = 0;
  /// The server stops: only requests that have begun to arrive are still served.
  virtual void OnStop() = 0;
  /// kStopGrace is over.
  virtual void OnGraceOver() = 0;

  Phase phase() const { return phase_; }

 private:
  friend class DeadlineQueue;
  Phase phase_ = Phase::kIdle;
  Tick deadline_{0};
  std::list<std::unique_ptr<Timed>>::iterator place_;
};

/// The connections of one loop and their deadlines, with constant time for every operation and one
/// timer for all of them.
///
/// Invariant 1: each list is sorted by deadline. All items of a list are in the same phase, and a
/// phase lasts equally long for every item, so an item that enters later has a later deadline; it
/// is appended. `now` must therefore not decrease from one call to the next, except by what passes
/// within one step of the loop; an item is then late by as much, never lost.
///
/// Invariant 2: the timer is armed for a moment no later than the first deadline of any list. Enter
/// moves it only when the new deadline is earlier. When the first item leaves its list the timer
/// stays as it is, too early: Expire then finds nothing due, and arms it for the first deadline
/// that there is. So a connection that reads, answers and waits again moves list nodes but almost
/// never the timer, at the price of a needless expiry now and then.
///
/// An item is destroyed only by End, and only by itself: no call here keeps a pointer to an item
/// across a call of one of its functions.
class DeadlineQueue {
 public:
  DeadlineQueue(Loop& loop, const HttpLimits& limits);

  /// Takes ownership of `item` and puts it into its first phase.
  void Add(std::unique_ptr<Timed> item, Phase phase, Tick now);
  void Enter(Timed& item, Phase phase, Tick now);
  /// Destroys `item`.
  void End(Timed& item);
  bool empty() const { return size_ == 0; }

  /// Calls `visit` once for each item, which may enter the same phase, a later one, or end. The
  /// lists are visited from the last phase to the first, and each is emptied before its items are
  /// visited and put back, so an item that moves lands where it will not be visited again.
  template <typename Visit>
  void ForEach(Visit visit) {
    for (auto list = lists_.rbegin(); list != lists_.rend(); ++list) {
      List items;
      items.swap(*list);
      while (!items.empty()) {
        Timed& item = *items.front();
        list->splice(list->end(), items, items.begin());
        visit(item);
      }
    }
  }

 private:
  using List = std::list<std::unique_ptr<Timed>>;

  List& ListOf(Phase phase) { return lists_[static_cast<std::size_t>(phase)]; }
  void Arm(Tick at, Tick now);
  void Expire();

  std::array<Tick, kPhases> durations_;
  std::size_t size_ = 0;
  Tick armed_at_ = Tick::max();
  SystemClock clock_;
  Timer timer_;
  std::array<List, kPhases> lists_;
};

}  // namespace timock

#endif  // TIMOCK_HTTP_DEADLINE_QUEUE_H_
