#ifndef TIMOCK_HTTP_DESCRIPTOR_H_
#define TIMOCK_HTTP_DESCRIPTOR_H_

#include <unistd.h>

#include <utility>

namespace timock {

/// Owns a file descriptor.
class Descriptor {
 public:
  explicit Descriptor(int number = kNone) : number_(number) {}
  Descriptor(Descriptor&& other) noexcept : number_(other.Release()) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    Reset(other.Release());
    return *this;
  }
  ~Descriptor() { Reset(); }

  int get() const { return number_; }
  explicit operator bool() const { return number_ != kNone; }

  [[nodiscard]] int Release() { return std::exchange(number_, kNone); }
  void Reset(int number = kNone) {
    const int old = std::exchange(number_, number);
    if (old != kNone) ::close(old);
  }

 private:
  static constexpr int kNone = -1;
  int number_;
};

}  // namespace timock

#endif  // TIMOCK_HTTP_DESCRIPTOR_H_
