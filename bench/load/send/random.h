#ifndef TIMOCK_BENCH_LOAD_SEND_RANDOM_H_
#define TIMOCK_BENCH_LOAD_SEND_RANDOM_H_

#include <cstdint>
#include <random>

namespace timock::load {

/// The same numbers from the same seed with every standard library, whose own distributions differ.
class Random {
 public:
  explicit Random(std::uint64_t seed) : engine_(seed) {}

  /// In [0, 1).
  double Fraction() { return static_cast<double>(engine_() >> 11U) * 0x1p-53; }
  /// In [0, bound); `bound` is at least 1.
  std::uint64_t Below(std::uint64_t bound) {
    return static_cast<std::uint64_t>(Fraction() * static_cast<double>(bound));
  }

 private:
  std::mt19937_64 engine_;
};

}  // namespace timock::load

#endif  // TIMOCK_BENCH_LOAD_SEND_RANDOM_H_
