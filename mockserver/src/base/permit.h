#ifndef TIMOCK_BASE_PERMIT_H_
#define TIMOCK_BASE_PERMIT_H_

#include <atomic>
#include <cstddef>
#include <utility>

namespace timock {

/// One of a limited number of permits (of a counting semaphore that never waits), returned when
/// this is destroyed. Safe to take and to return from any thread.
class Permit {
 public:
  Permit() = default;
  Permit(Permit&& other) noexcept : taken_(std::exchange(other.taken_, nullptr)) {}
  Permit& operator=(Permit&&) = delete;
  ~Permit() {
    if (taken_ != nullptr) taken_->fetch_sub(1, std::memory_order_relaxed);
  }

  /// Empty when `limit` permits are taken already. `taken` must outlive what is returned.
  static Permit Take(std::atomic<std::size_t>& taken, std::size_t limit) {
    const bool full = taken.fetch_add(1, std::memory_order_relaxed) >= limit;
    Permit permit(&taken);
    return full ? Permit() : std::move(permit);
  }

  explicit operator bool() const { return taken_ != nullptr; }

 private:
  explicit Permit(std::atomic<std::size_t>* taken) : taken_(taken) {}

  std::atomic<std::size_t>* taken_ = nullptr;
};

}  // namespace timock

#endif  // TIMOCK_BASE_PERMIT_H_
