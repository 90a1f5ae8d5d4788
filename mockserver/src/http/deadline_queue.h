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

/// What a DeadlineQueue holds and owns: it is in exactly one phase while it lives.
class Timed {
 public:
  Timed() = default;
  virtual ~Timed() = default;
  Timed(const Timed&) = delete;
  Timed& operator=(const Timed&) = delete;

  /// Must enter another phase, or the same one anew, or end.
  virtual void OnDeadline() = 0;
  /// The server stops: nothing more than what has begun is served.
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

/// The connections of one loop and their deadlines: a list for each phase, in order of time because
/// a phase always lasts equally long. Entering a phase is a few pointers; the one timer is started
/// only for a deadline nearer than its own, so hardly ever by a request.
class DeadlineQueue {
 public:
  DeadlineQueue(Loop& loop, const HttpLimits& limits);

  /// In its first phase.
  void Add(std::unique_ptr<Timed> item, Phase phase, Tick now);
  void Enter(Timed& item, Phase phase, Tick now);
  /// Destroys it.
  void End(Timed& item);
  bool empty() const { return size_ == 0; }

  /// Calls `visit` for each item once, if it enters no earlier phase. It may end.
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
