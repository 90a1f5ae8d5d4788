#include "http/deadline_queue.h"

#include <algorithm>

#include "http/limits.h"

namespace timock {

DeadlineQueue::DeadlineQueue(boost::asio::io_context& io, const HttpLimits& limits)
    : durations_{limits.idle_time, limits.request_time, limits.write_time, kDrainTime, Tick{0},
                 Tick{0}},
      timer_(io) {}

DeadlineQueue::~DeadlineQueue() {
  for (List& list : lists_) {
    list.clear_and_dispose([](Timed* item) { delete item; });
  }
}

void DeadlineQueue::Add(Timed& item, Tick now) {
  ++size_;
  ListOf(item.phase_).push_back(item);
  Enter(item, item.phase_, now);
}

void DeadlineQueue::Enter(Timed& item, Phase phase, Tick now) {
  List& from = ListOf(item.phase_);
  List& to = ListOf(phase);
  to.splice(to.end(), from, List::s_iterator_to(item));
  item.phase_ = phase;
  if (phase >= Phase::kHeld) return;
  item.deadline_ = now + durations_[static_cast<std::size_t>(phase)];
  if (item.deadline_ < armed_at_) Arm(item.deadline_);
}

void DeadlineQueue::Remove(Timed& item) {
  ListOf(item.phase_).erase(List::s_iterator_to(item));
  --size_;
}

void DeadlineQueue::Arm(Tick at) {
  armed_at_ = at;
  timer_.expires_at(std::chrono::steady_clock::time_point(at));
  timer_.async_wait([this](const boost::system::error_code& error) {
    if (!error) Expire();
  });
}

void DeadlineQueue::Expire() {
  const Tick now = clock_.Ticks();
  armed_at_ = Tick::max();
  Tick next = Tick::max();
  for (std::size_t phase = 0; phase < static_cast<std::size_t>(Phase::kHeld); ++phase) {
    List& list = lists_[phase];
    while (!list.empty() && list.front().deadline_ <= now) list.front().OnDeadline();
  }
  for (std::size_t phase = 0; phase < static_cast<std::size_t>(Phase::kHeld); ++phase) {
    if (!lists_[phase].empty()) next = std::min(next, lists_[phase].front().deadline_);
  }
  if (next < armed_at_) Arm(next);
}

}  // namespace timock
