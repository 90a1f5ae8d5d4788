#ifndef TIMOCK_HTTP_DEADLINE_QUEUE_H_
#define TIMOCK_HTTP_DEADLINE_QUEUE_H_

#include <array>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/intrusive/list.hpp>
#include <cstddef>
#include <cstdint>

#include "timock/clock.h"
#include "timock/server.h"

namespace timock {

/// What a connection waits for; each phase but the last two has a bound on its time.
enum class Phase : std::uint8_t {
  kIdle,     ///< A request: HttpLimits::idle_time.
  kRequest,  ///< The rest of a request: HttpLimits::request_time.
  kWrite,    ///< The client to take an answer: HttpLimits::write_time.
  kDrain,    ///< The client to close after its last answer: kDrainTime.
  kHeld,     ///< Its own timer: an answer is held back.
  kClosing,  ///< Its own last completion handler.
};
inline constexpr std::size_t kPhases = 6;

/// What a DeadlineQueue holds: it is in exactly one phase while it lives.
class Timed : public boost::intrusive::list_base_hook<> {
 public:
  Timed() = default;
  virtual ~Timed() = default;
  Timed(const Timed&) = delete;
  Timed& operator=(const Timed&) = delete;

  /// Must enter another phase, or the same one anew.
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
};

/// The connections of one loop and their deadlines: a list for each phase, in order of time because
/// a phase always lasts equally long. Entering a phase is a few pointers; the one timer is armed
/// only for a deadline nearer than the armed one, so hardly ever by a request.
class DeadlineQueue {
 public:
  DeadlineQueue(boost::asio::io_context& io, const HttpLimits& limits);
  ~DeadlineQueue();

  void Add(Timed& item, Tick now);
  void Enter(Timed& item, Phase phase, Tick now);
  void Remove(Timed& item);
  bool empty() const { return size_ == 0; }

  /// Calls `visit` for each item once, if it enters no earlier phase and does not remove itself.
  template <typename Visit>
  void ForEach(Visit visit) {
    for (auto list = lists_.rbegin(); list != lists_.rend(); ++list) {
      List items;
      items.swap(*list);
      while (!items.empty()) {
        Timed& item = items.front();
        items.pop_front();
        list->push_back(item);
        visit(item);
      }
    }
  }

 private:
  using List = boost::intrusive::list<Timed>;

  List& ListOf(Phase phase) { return lists_[static_cast<std::size_t>(phase)]; }
  void Arm(Tick at);
  void Expire();

  std::array<List, kPhases> lists_;
  std::array<Tick, kPhases> durations_;
  std::size_t size_ = 0;
  boost::asio::steady_timer timer_;
  Tick armed_at_ = Tick::max();
  SystemClock clock_;
};

}  // namespace timock

#endif  // TIMOCK_HTTP_DEADLINE_QUEUE_H_
