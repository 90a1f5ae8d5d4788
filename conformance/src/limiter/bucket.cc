#include "limiter/bucket.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace timock::conformance {
namespace {

using std::chrono::nanoseconds;

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kClockStep = 0.001;  // seconds, of the server's clock

double Seconds(nanoseconds time) { return static_cast<double>(time.count()) / 1e9; }

/// From a call that passed to one that did not, no whole token came.
double MostByPauses(const std::vector<Shot>& shots, double clock_step) {
  double rate = kInfinity;
  const Shot* passed = nullptr;
  for (const Shot& shot : shots) {
    if (shot.passed) passed = &shot;
    if (shot.passed || passed == nullptr) continue;
    const double pause = Seconds(shot.sent - passed->answered) - clock_step;
    if (pause > 0) rate = std::min(rate, 1 / pause);
  }
  return rate;
}

/// Seconds in which tokens may have come to a full bucket of `burst`, if `rate` or fewer come.
double MostLost(const std::vector<Shot>& shots, double burst, double rate, double clock_step) {
  double level = 1;  // less than that after a throttled call
  double lost = 0;
  for (std::size_t i = 1; i < shots.size(); ++i) {
    const double gap = Seconds(shots[i].answered - shots[i - 1].sent) + clock_step;
    level += rate * gap;
    if (!shots[i].passed) {
      level = 1;  // nothing was lost: it was less all the time
      continue;
    }
    lost += std::isfinite(rate) ? std::max(0.0, level - burst) / rate : gap;
    level = std::min(level, burst) - 1;
  }
  return lost;
}

}  // namespace

Range BucketRate(const std::vector<Shot>& shots, double burst, nanoseconds clock_step) {
  const double step = Seconds(clock_step);
  constexpr int kRounds = 4;  // each with the rate that the one before found
  const auto throttled = [](const Shot& shot) { return !shot.passed; };
  const auto first = std::find_if(shots.begin(), shots.end(), throttled);
  const auto last = std::find_if(shots.rbegin(), shots.rend(), throttled).base();
  if (first == shots.end() || last - first < 2) return {0, kInfinity};
  const std::vector<Shot> between(first, last);
  const auto passed = static_cast<double>(
      std::count_if(between.begin(), between.end(), [](const Shot& shot) { return shot.passed; }));
  const Shot& begin = between.front();
  const Shot& end = between.back();
  Range rate{(passed - 1) / (Seconds(end.answered - begin.sent) + step), kInfinity};
  const double time = Seconds(end.sent - begin.answered) - step;
  rate.high = MostByPauses(between, step);
  for (int i = 0; i < kRounds; ++i) {
    const double lost = MostLost(between, burst, rate.high, step);
    if (time > lost) rate.high = std::min(rate.high, (passed + 1) / (time - lost));
  }
  rate.low = std::max(0.0, rate.low);
  return rate;
}

Range BucketRateOfPauses(const std::vector<Shot>& shots) {
  Range rate{0, kInfinity};
  for (std::size_t i = 1; i < shots.size(); ++i) {
    if (shots[i - 1].passed) continue;
    const double least = Seconds(shots[i].sent - shots[i - 1].answered) - kClockStep;
    const double most = Seconds(shots[i].answered - shots[i - 1].sent) + kClockStep;
    if (shots[i].passed) rate.low = std::max(rate.low, 1 / most);
    if (!shots[i].passed && least > 0) rate.high = std::min(rate.high, 1 / least);
  }
  return rate;
}

Range BucketLevel(const std::vector<Shot>& shots, const Range& rate) {
  std::vector<nanoseconds> sent;  // of those that passed
  std::vector<nanoseconds> answered;
  for (const Shot& shot : shots) {
    if (!shot.passed) continue;
    sent.push_back(shot.sent);
    answered.push_back(shot.answered);
  }
  std::sort(sent.begin(), sent.end());
  std::sort(answered.begin(), answered.end());
  const auto up_to = [](const std::vector<nanoseconds>& moments, nanoseconds moment) {
    return static_cast<double>(std::upper_bound(moments.begin(), moments.end(), moment) -
                               moments.begin());
  };
  Range level{1, kInfinity};
  for (const Shot& shot : shots) {
    if (!shot.passed) {
      level.high = std::min(level.high, up_to(sent, shot.answered));
      continue;
    }
    const double came = rate.high * (Seconds(shot.answered - shots.front().sent) + kClockStep);
    level.low = std::max(level.low, up_to(answered, shot.answered) - came);
  }
  return {level.low, std::max(level.low, level.high)};
}

}  // namespace timock::conformance
