#ifndef TIMOCK_HTTP_LOOP_H_
#define TIMOCK_HTTP_LOOP_H_

#include <uv.h>

#include <chrono>
#include <functional>
#include <memory>
#include <system_error>

namespace timock {

/// Closes a handle of libuv. The loop uses its memory until it calls the function that uv_close was
/// given, some time later, but calls no other function of the handle from now on.
struct CloseHandle {
  template <typename T>
  void operator()(T* handle) const {
    uv_close(reinterpret_cast<uv_handle_t*>(handle),
             [](uv_handle_t* closed) { delete reinterpret_cast<T*>(closed); });
  }
};

/// Owns a handle of libuv.
template <typename T>
using Handle = std::unique_ptr<T, CloseHandle>;

/// Throws std::system_error when `error`, which a function of libuv returned, is one.
inline void Check(int error) {
  if (error < 0) throw std::system_error(-error, std::generic_category());
}

/// `init` calls libuv's init function for the new handle. Throws std::system_error when that fails.
template <typename T, typename Init>
Handle<T> MakeHandle(void* data, Init init) {
  auto made = std::make_unique<T>();
  made->data = data;
  Check(init(made.get()));
  return Handle<T>(made.release());
}

/// The event loop of one thread: libuv's. Only Wake may be called from another thread. It must
/// outlive the timers and sockets in it.
///
/// libuv is C: it must not see an exception, and it uses a handle's memory until some time after
/// the handle was closed. Both are dealt with here, once. Every callback that libuv gets goes
/// through Call, which catches; and every handle is owned by a Handle, which closes it at once (no
/// callback follows) and frees it in libuv's closing callback. That needs the loop to run once
/// more, so ~Memory runs it until it has nothing to free.
class Loop {
 public:
  using Handler = std::function<void()>;

  /// `on_wake` is called in the loop after Wake; `on_exception` in the catch block when a handler
  /// has thrown. Throws std::system_error when the process has no descriptor left.
  Loop(Handler on_wake, Handler on_exception);
  Loop(const Loop&) = delete;
  Loop& operator=(const Loop&) = delete;

  /// Calls handlers until one of them calls Stop.
  void Run() { uv_run(&loop_, UV_RUN_DEFAULT); }
  void Stop() { uv_stop(&loop_); }

  /// From any thread. Several calls may lead to a single call of `on_wake`.
  void Wake() { uv_async_send(wake_.get()); }

  /// Calls `step`, and `on_exception` when it throws.
  template <typename Step>
  void Call(Step step) noexcept {
    try {
      step();
    } catch (...) {
      on_exception_();
    }
  }

  uv_loop_t* uv() { return &loop_; }
  static Loop& Of(const uv_loop_t* loop) { return *static_cast<Loop*>(loop->data); }

 private:
  struct Memory : uv_loop_t {
    explicit Memory(Loop* owner);
    ~Memory();
  };

  const Handler on_wake_;
  const Handler on_exception_;
  Memory loop_;
  Handle<uv_async_t> wake_;
};

/// Calls a handler once, later.
class Timer {
 public:
  explicit Timer(Loop& loop);
  Timer(const Timer&) = delete;
  Timer& operator=(const Timer&) = delete;

  /// The loop calls `handler` when the time is over or up to 1 ms later, unless this is started
  /// again before that. The handler may destroy this.
  void Start(std::chrono::nanoseconds time, Loop::Handler handler);

 private:
  Handle<uv_timer_t> timer_;
  Loop::Handler handler_;
};

}  // namespace timock

#endif  // TIMOCK_HTTP_LOOP_H_
