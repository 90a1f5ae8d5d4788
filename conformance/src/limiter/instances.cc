#include "limiter/instances.h"

#include <algorithm>

namespace timock::conformance {
namespace {

using std::chrono::nanoseconds;
using By = InstancesFinding::By;

constexpr std::size_t kTimes = 20;  // of the limit, to use it up
constexpr std::size_t kPairs = 5;   // of calls that compare two connections
constexpr int kTries = 3;           // for the limit may recover in the middle

class Finder {
 public:
  Finder(const LanedSubject& subject, const ProbePlan& plan) : subject_(subject), plan_(plan) {}

  InstancesFinding Run() {
    // Several that are used up by chance at once look like one.
    for (int i = 0; i < kTries && found_.by == By::kNothing; ++i) {
      subject_.wait(subject_.now() + plan_.window * 33 / 10);
      used_up_ = {0};
      if (!UseUp(0)) break;  // no limit
      if (TakesTurns()) {
        found_.by = By::kCall;
        found_.count = 2;
      } else if (CountByConnection() && used_up_.size() > 1) {
        found_.by = By::kConnection;
        found_.count = used_up_.size();
        found_.each_lane = found_.count == subject_.lanes;
      }
    }
    return std::move(found_);
  }

 private:
  bool Passes(std::size_t lane) {
    found_.shots.push_back(subject_.call(lane));
    return found_.shots.back().passed;
  }

  bool UseUp(std::size_t lane) {
    for (std::size_t i = 0; i < kTimes * plan_.limit; ++i) {
      if (!Passes(lane)) return true;
    }
    return false;
  }

  /// Calls over one connection pass now and then after the first that does not, until no instance
  /// has any place left. Of one limiter they pass at its rate, and go on to.
  bool TakesTurns() {
    constexpr std::size_t kMinCalls = 40;
    constexpr std::size_t kFewer = 4;
    const std::size_t calls = kMinCalls + plan_.limit;
    const std::size_t turns = Turns(calls);
    return turns >= 2 && Turns(calls) * kFewer <= (turns == 2 ? 0 : turns);
  }

  /// How often one passes after one that did not.
  std::size_t Turns(std::size_t calls) {
    std::size_t turns = 0;
    bool last = false;
    for (std::size_t i = 0; i < calls; ++i) {
      const bool passes = Passes(0);
      if (passes && !last) ++turns;
      last = passes;
    }
    return turns;
  }

  /// Whether `lane` passes while the first connection does not; empty: neither is plain.
  enum class Compared { kSame, kOther, kUnclear };
  Compared Compare(std::size_t lane) {
    // What came back meanwhile.
    for (const std::size_t other : used_up_) UseUp(other);
    std::size_t passed = 0;
    std::size_t first_passed = 0;
    for (std::size_t i = 0; i < kPairs; ++i) {
      passed += Passes(lane) ? 1 : 0;
      first_passed += Passes(0) ? 1 : 0;
    }
    if (first_passed > 1) return Compared::kUnclear;
    if (passed + 1 >= kPairs) return Compared::kOther;
    return passed <= 1 ? Compared::kSame : Compared::kUnclear;
  }

  /// Each instance that is found is used up as well, so the next one that passes is another one.
  /// False when the first recovered meanwhile.
  bool CountByConnection() {
    for (std::size_t lane = 1; lane < subject_.lanes; ++lane) {
      const Compared compared = Compare(lane);
      if (compared == Compared::kUnclear) return false;
      if (compared == Compared::kSame) continue;
      if (!UseUp(lane)) return false;
      used_up_.push_back(lane);
    }
    return true;
  }

  const LanedSubject& subject_;
  const ProbePlan& plan_;
  InstancesFinding found_;
  std::vector<std::size_t> used_up_;  // a connection of each instance that was found
};

}  // namespace

std::string InstancesFinding::Text() const {
  switch (by) {
    case By::kNothing:
      break;
    case By::kCall:
      return "2 instances or more that do not share their limit answer, a call at a time: ask one "
             "of them directly";
    case By::kConnection:
      if (each_lane) {
        return "each of " + std::to_string(count) +
               " connections has a limit of its own: one for each connection, or so many instances "
               "that do not share theirs; what follows is of one";
      }
      return std::to_string(count) +
             " instances that do not share their limit answer, by connection; what follows is of "
             "one";
  }
  return "";
}

InstancesFinding FindInstances(const LanedSubject& subject, const ProbePlan& plan) {
  return Finder(subject, plan).Run();
}

}  // namespace timock::conformance
