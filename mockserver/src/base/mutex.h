#ifndef TIMOCK_BASE_MUTEX_H_
#define TIMOCK_BASE_MUTEX_H_

#include <chrono>
#include <condition_variable>
#include <mutex>

#ifdef __clang__
#define TIMOCK_THREAD_ANNOTATION(x) __attribute__((x))
#else
#define TIMOCK_THREAD_ANNOTATION(x)
#endif
#define TIMOCK_CAPABILITY(name) TIMOCK_THREAD_ANNOTATION(capability(name))
#define TIMOCK_SCOPED_CAPABILITY TIMOCK_THREAD_ANNOTATION(scoped_lockable)
#define TIMOCK_GUARDED_BY(mutex) TIMOCK_THREAD_ANNOTATION(guarded_by(mutex))
#define TIMOCK_PT_GUARDED_BY(mutex) TIMOCK_THREAD_ANNOTATION(pt_guarded_by(mutex))
#define TIMOCK_REQUIRES(...) TIMOCK_THREAD_ANNOTATION(requires_capability(__VA_ARGS__))
#define TIMOCK_EXCLUDES(...) TIMOCK_THREAD_ANNOTATION(locks_excluded(__VA_ARGS__))
#define TIMOCK_ACQUIRE(...) TIMOCK_THREAD_ANNOTATION(acquire_capability(__VA_ARGS__))
#define TIMOCK_RELEASE(...) TIMOCK_THREAD_ANNOTATION(release_capability(__VA_ARGS__))

namespace timock {

/// A std::mutex that clang's -Wthread-safety sees: name it in TIMOCK_GUARDED_BY at each member
/// that it guards, and hold it by a MutexLock. Not recursive.
class TIMOCK_CAPABILITY("mutex") Mutex {
 public:
  void Lock() TIMOCK_ACQUIRE() { mutex_.lock(); }
  void Unlock() TIMOCK_RELEASE() { mutex_.unlock(); }

 private:
  friend class CondVar;
  std::mutex mutex_;
};

/// A std::condition_variable for a Mutex. May wake without a reason: wait in a loop.
class CondVar {
 public:
  void NotifyAll() { condition_.notify_all(); }

  /// Releases `mutex` while it waits. `deadline` is in nanoseconds of the steady clock.
  void WaitUntil(Mutex& mutex, std::chrono::nanoseconds deadline) TIMOCK_REQUIRES(mutex) {
    std::unique_lock<std::mutex> lock(mutex.mutex_, std::adopt_lock);
    condition_.wait_until(lock, std::chrono::steady_clock::time_point{deadline});
    lock.release();
  }

 private:
  std::condition_variable condition_;
};

/// Holds a Mutex for the length of a scope.
class TIMOCK_SCOPED_CAPABILITY MutexLock {
 public:
  explicit MutexLock(Mutex& mutex) TIMOCK_ACQUIRE(mutex) : mutex_(mutex) { mutex_.Lock(); }
  ~MutexLock() TIMOCK_RELEASE() { mutex_.Unlock(); }
  MutexLock(const MutexLock&) = delete;
  MutexLock& operator=(const MutexLock&) = delete;

 private:
  Mutex& mutex_;
};

}  // namespace timock

#endif  // TIMOCK_BASE_MUTEX_H_
