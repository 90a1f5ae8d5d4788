#include "http/loop.h"

#include <utility>

namespace timock {

Loop::Memory::Memory(Loop* owner) : uv_loop_t{} {
  Check(uv_loop_init(this));
  data = owner;
}

/// All handles are closed by now, but their closing callbacks are still due.
Loop::Memory::~Memory() {
  while (uv_loop_close(this) == UV_EBUSY) uv_run(this, UV_RUN_NOWAIT);
}

Loop::Loop(Handler on_wake, Handler on_exception)
    : on_wake_(std::move(on_wake)),
      on_exception_(std::move(on_exception)),
      loop_(this),
      wake_(MakeHandle<uv_async_t>(this, [this](uv_async_t* wake) {
        return uv_async_init(&loop_, wake, [](uv_async_t* woken) {
          Loop& loop = *static_cast<Loop*>(woken->data);
          loop.Call(loop.on_wake_);
        });
      })) {}

Timer::Timer(Loop& loop)
    : timer_(MakeHandle<uv_timer_t>(
          this, [&loop](uv_timer_t* timer) { return uv_timer_init(loop.uv(), timer); })) {}

void Timer::Start(std::chrono::nanoseconds time, Loop::Handler handler) {
  handler_ = std::move(handler);
  // The loop's clock is in whole milliseconds, rounded down, and was read some time ago: so read it
  // now, and wait one millisecond longer, or the timer could expire early.
  uv_update_time(timer_->loop);
  const auto whole = std::chrono::ceil<std::chrono::milliseconds>(time).count();
  const auto timeout = whole > 0 ? static_cast<std::uint64_t>(whole) + 1 : 0;
  const auto expire = [](uv_timer_t* timer) {
    const Loop::Handler expired = std::move(static_cast<Timer*>(timer->data)->handler_);
    Loop::Of(timer->loop).Call(expired);
  };
  uv_timer_start(timer_.get(), expire, timeout, 0);
}

}  // namespace timock
