#ifndef TIMOCK_HTTP_SEAT_H_
#define TIMOCK_HTTP_SEAT_H_

#include <atomic>
#include <cstddef>
#include <utility>

namespace timock {

/// One place of a bounded number, given back when this ends. Taken once a connection, whatever
/// becomes of it: a handshake, a tunnel, calls.
class Seat {
 public:
  Seat() = default;
  Seat(Seat&& other) noexcept : taken_(std::exchange(other.taken_, nullptr)) {}
  Seat& operator=(Seat&&) = delete;
  ~Seat() {
    if (taken_ != nullptr) taken_->fetch_sub(1, std::memory_order_relaxed);
  }

  /// Empty when `limit` places are taken already. `taken` must outlive what is returned.
  static Seat Take(std::atomic<std::size_t>& taken, std::size_t limit) {
    const bool full = taken.fetch_add(1, std::memory_order_relaxed) >= limit;
    Seat seat(&taken);
    return full ? Seat() : std::move(seat);
  }

  explicit operator bool() const { return taken_ != nullptr; }

 private:
  explicit Seat(std::atomic<std::size_t>* taken) : taken_(taken) {}

  std::atomic<std::size_t>* taken_ = nullptr;
};

}  // namespace timock

#endif  // TIMOCK_HTTP_SEAT_H_
