#include "http/deadline_queue.h"

#include <algorithm>
#include <utility>

namespace timock {

DeadlineQueue::DeadlineQueue(Loop& loop, const HttpLimits& limits)
    : durations_{limits.idle_time, limits.request_time, limits.write_time, kDrainTime, Tick{0}},
      timer_(loop) {}

void DeadlineQueue::Add(std::unique_ptr<Timed> item, Phase phase, Tick now) {
  Timed& added = *item;
  added.phase_ = phase;
  List& list = ListOf(phase);
  added.place_ = list.insert(list.end(), std::move(item));
  ++size_;
  Enter(added, phase, now);
}

void DeadlineQueue::Enter(Timed& item, Phase phase, Tick now) {
  List& to = ListOf(phase);
  to.splice(to.end(), ListOf(item.phase_), item.place_);
  item.phase_ = phase;
  if (phase == Phase::kHeld) return;
  item.deadline_ = now + durations_[static_cast<std::size_t>(phase)];
  if (item.deadline_ < armed_at_) Arm(item.deadline_, now);
}

void DeadlineQueue::End(Timed& item) {
  ListOf(item.phase_).erase(item.place_);
  --size_;
}

void DeadlineQueue::Arm(Tick at, Tick now) {
  armed_at_ = at;
  timer_.Start(at - now, [this] { Expire(); });
}

/// An item whose deadline has passed leaves the front of its list, because OnDeadline makes it
/// enter a phase with a deadline after `now`, or end. So each loop ends.
void DeadlineQueue::Expire() {
  const Tick now = clock_.Ticks();
  armed_at_ = Tick::max();
  Tick next = Tick::max();
  for (std::size_t phase = 0; phase < static_cast<std::size_t>(Phase::kHeld); ++phase) {
    List& list = lists_[phase];
    while (!list.empty() && list.front()->deadline_ <= now) list.front()->OnDeadline();
  }
  for (std::size_t phase = 0; phase < static_cast<std::size_t>(Phase::kHeld); ++phase) {
    if (!lists_[phase].empty()) next = std::min(next, lists_[phase].front()->deadline_);
  }
  if (next < armed_at_) Arm(next, now);
}

}  // namespace timock
