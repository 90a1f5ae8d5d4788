#include "throttle_judge.h"

#include <algorithm>

namespace timock::conformance {
namespace {

using std::chrono::nanoseconds;

void SortBySending(std::vector<Shot>* shots) {
  std::stable_sort(shots->begin(), shots->end(),
                   [](const Shot& a, const Shot& b) { return a.sent < b.sent; });
}

std::vector<Shot> Passed(const std::vector<Shot>& shots) {
  std::vector<Shot> passed;
  std::copy_if(shots.begin(), shots.end(), std::back_inserter(passed),
               [](const Shot& shot) { return shot.passed; });
  return passed;
}

/// How many of `passed`, sorted by sending, were decided on in [begin, begin + window) for certain.
std::size_t CertainFrom(const std::vector<Shot>& passed, nanoseconds begin, nanoseconds window) {
  return static_cast<std::size_t>(std::count_if(
      passed.begin(), passed.end(),
      [&](const Shot& shot) { return shot.sent >= begin && shot.answered < begin + window; }));
}

/// How many may have been decided on in (end - window, end], `end` being any moment of `last`.
std::size_t PossibleUpTo(const std::vector<Shot>& passed, const Shot& last, nanoseconds window) {
  return static_cast<std::size_t>(
      std::count_if(passed.begin(), passed.end(), [&](const Shot& shot) {
        return shot.answered > last.sent - window && shot.sent <= last.answered;
      }));
}

}  // namespace

std::optional<std::size_t> ProvenFalseAdmit(std::vector<Shot> shots, const ThrottleClaim& claim) {
  SortBySending(&shots);
  const std::vector<Shot> passed = Passed(shots);
  for (std::size_t i = 0; i < shots.size(); ++i) {
    if (shots[i].passed && CertainFrom(passed, shots[i].sent, claim.window) > claim.limit) return i;
  }
  return {};
}

std::optional<std::size_t> ProvenFalseThrottle(std::vector<Shot> shots,
                                               const ThrottleClaim& claim) {
  SortBySending(&shots);
  const std::vector<Shot> passed = Passed(shots);
  for (std::size_t i = 0; i < shots.size(); ++i) {
    if (!shots[i].passed && PossibleUpTo(passed, shots[i], claim.window) < claim.limit) return i;
  }
  return {};
}

WorstWindow WorstOf(std::vector<Shot> shots, nanoseconds window) {
  SortBySending(&shots);
  const std::vector<Shot> passed = Passed(shots);
  WorstWindow worst;
  for (const Shot& shot : passed) {
    worst.certain = std::max(worst.certain, CertainFrom(passed, shot.sent, window));
    worst.possible = std::max(worst.possible, PossibleUpTo(passed, shot, window));
  }
  return worst;
}

}  // namespace timock::conformance
