#include "limiter/probe_bucket.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "limiter/bucket.h"

namespace timock::conformance {
namespace {

using std::chrono::nanoseconds;

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kMinRate = 1e-3;  // calls a second

nanoseconds OfSeconds(double seconds) { return nanoseconds{std::llround(seconds * 1e9)}; }
double Seconds(nanoseconds time) { return static_cast<double>(time.count()) / 1e9; }

}  // namespace

bool BucketProber::Run(const std::vector<Shot>& steady, bool refusals_count) {
  found_.rate = BucketRate(steady, 1);
  if (refusals_count) {
    attempt_("pauses", [&] { Pauses(); });
    if (!is_bucket_) return false;
  } else if (const double most = MostSeen(); most < 2) {
    attempt_("rate", [&] { Dense(); });
  } else {
    found_.rate = found_.likely = BucketRate(steady, most);
  }
  attempt_("rest", [&] { Rest(); });
  return true;
}

/// So many places it has at least.
double BucketProber::MostSeen() const {
  double most = 1;
  for (const std::vector<Shot>& burst : bursts_) {
    most = std::max(most, BucketLevel(burst, found_.rate).low);
  }
  return most;
}

/// A bucket of one place is full until it is called again: often.
void BucketProber::Dense() {
  constexpr std::size_t kCalls = 600;
  constexpr std::size_t kTimes = 16;  // as often as calls pass
  calls_.UseUp(calls_.Now());
  const nanoseconds over = OfSeconds(kCalls / (kTimes * std::max(found_.rate.low, kMinRate)));
  const std::vector<Shot> shots = calls_.Stream(kCalls, calls_.Now(), over);
  found_.rate = BucketRate(shots, 1);
  const Range likely = Common(found_.rate, BucketRate(shots, 1, nanoseconds{0}));
  // If the machine paused in between, the likely range can lie outside the possible one: ignore it.
  const bool possible = found_.rate.low <= likely.low && likely.high <= found_.rate.high;
  found_.likely = possible ? likely : found_.rate;
}

/// After which pause a call passes, where a throttled one empties the bucket.
void BucketProber::Pauses() {
  constexpr int kHalvings = 16;
  is_bucket_ = true;
  found_.rate = {0, kInfinity};
  nanoseconds too_short{0};
  nanoseconds enough = 4 * size_.window;
  for (int i = 0; i < kHalvings; ++i) {
    const nanoseconds pause = (too_short + enough) / 2;
    const Shot empty = calls_.Empty();
    const Shot shot = calls_.One(empty.answered + pause);
    found_.rate = Common(found_.rate, BucketRateOfPauses({empty, shot}));
    (shot.passed ? enough : too_short) = pause;
  }
  found_.likely = found_.rate;
  // Of another limiter the pause depends on the moment.
  for (int i = 0; i < kHalvings; ++i) {
    const bool long_enough = i % 2 == 0;
    const Shot shot = calls_.One(calls_.Empty().answered + enough * (long_enough ? 13 : 7) / 10);
    const std::size_t more = CountPassed(calls_.AtOnce(size_.places, calls_.Now()));
    if (shot.passed != long_enough || more > 1 + size_.places * 3 / 10) is_bucket_ = false;
  }
}

/// How much passes after a rest that was long enough, as it was where less passes than came in.
void BucketProber::Rest() {
  constexpr double kLongest = 60;  // windows
  constexpr double kMargin = 1.3;
  found_.size = {MostSeen(), kInfinity};
  const double rate = std::max(found_.rate.low, kMinRate);
  double pause = std::max(3.3 * Seconds(size_.window), kMargin * found_.size.low / rate);
  for (; pause <= kLongest * Seconds(size_.window); pause *= 2) {
    const nanoseconds at = calls_.Empty().answered + OfSeconds(pause);
    std::vector<Shot> shots;
    const auto most = static_cast<std::size_t>(std::min(2 + found_.rate.high * 2 * pause, 1e6));
    while (CountPassed(shots) == shots.size() && shots.size() < most) {
      const std::vector<Shot> more = calls_.AtOnce(size_.places + 2, std::max(at, calls_.Now()));
      shots.insert(shots.end(), more.begin(), more.end());
    }
    const Range level = BucketLevel(shots, found_.rate);
    found_.size.low = std::max(found_.size.low, level.low);
    if (level.high + 1 > rate * pause) continue;
    found_.size.high = level.high;
    return;
  }
}

}  // namespace timock::conformance
