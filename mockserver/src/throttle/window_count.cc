#include "throttle/window_count.h"

#include <algorithm>

#include "base/ticks.h"

namespace timock {
namespace {

constexpr std::size_t kFirstCapacity = 8;

}  // namespace

void WindowCount::Add(Tick now, Tick window) {
  const auto length = static_cast<std::uint64_t>(window.count());
  Notice(now, window);
  while (size_ > 0 && ElapsedNs(At(0), newest_) >= length) {
    oldest_ = (oldest_ + 1) % capacity_;
    --size_;
  }
  Push(newest_);
  ++total_;
  worst_ = std::max<std::uint64_t>(worst_, size_);
}

void WindowCount::Notice(Tick now, Tick window) {
  if (StepsBackBeyond(static_cast<std::uint64_t>(window.count()), now.count(), &newest_)) {
    size_ = 0;
  }
}

void WindowCount::Push(std::int64_t tick) {
  if (size_ == capacity_ && capacity_ < kMaxTicks) {
    const std::size_t grown = std::max(kFirstCapacity, capacity_ * 2);
    auto ticks = std::make_unique<std::int64_t[]>(grown);
    for (std::size_t i = 0; i < size_; ++i) ticks[i] = At(i);
    ticks_ = std::move(ticks);
    capacity_ = grown;
    oldest_ = 0;
  } else if (size_ == capacity_) {
    oldest_ = (oldest_ + 1) % capacity_;
    --size_;
    at_least_ = true;
  }
  ticks_[(oldest_ + size_) % capacity_] = tick;
  ++size_;
}

std::uint64_t WindowCount::In(Tick now, Tick window) const {
  const auto length = static_cast<std::uint64_t>(window.count());
  std::int64_t newest = newest_;
  if (StepsBackBeyond(length, now.count(), &newest)) return 0;
  std::uint64_t count = 0;
  for (std::size_t i = 0; i < size_; ++i) {
    if (ElapsedNs(At(i), newest) < length) ++count;
  }
  return count;
}

}  // namespace timock
