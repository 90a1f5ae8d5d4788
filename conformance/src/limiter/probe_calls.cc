#include "limiter/probe_calls.h"

#include <algorithm>

namespace timock::conformance {
namespace {

using std::chrono::nanoseconds;

constexpr int kAttempts = 3;
constexpr std::int64_t kEighths = 8;
constexpr std::size_t kTimes = 20;  // of the places, to use them up

}  // namespace

std::size_t CountPassed(const std::vector<Shot>& shots) {
  return static_cast<std::size_t>(
      std::count_if(shots.begin(), shots.end(), [](const Shot& shot) { return shot.passed; }));
}

void ProbeCalls::Attempt(const std::string& name, const std::function<void()>& body) {
  if (!finding_.invalid.empty()) return;
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    finding_.experiments.push_back({name, {}});
    late_ = 0;
    body();
    const std::size_t calls = finding_.experiments.back().shots.size();
    if (late_ <= calls / 100) return;
    finding_.experiments.pop_back();
  }
  finding_.invalid = "in the experiment " + name + " " + std::to_string(late_) +
                     " calls were more than a twentieth of the window late or a quarter of it "
                     "on their way";
}

std::vector<Shot> ProbeCalls::Fire(const std::vector<nanoseconds>& at) {
  std::vector<Shot> shots = subject_.fire(at);
  finding_.calls += shots.size();
  std::vector<Shot>& all = finding_.experiments.back().shots;
  all.insert(all.end(), shots.begin(), shots.end());
  const bool at_once = at.front() == at.back();
  for (std::size_t i = 0; i < shots.size(); ++i) {
    // Those at once take turns, but are to be over long before the window is.
    const nanoseconds allowed = at_once && at.size() > 1 ? size_.window / 3 : size_.window / 20;
    const bool slow = shots[i].answered - shots[i].sent > size_.window / 4;
    if (shots[i].sent - at[i] > allowed || slow) ++late_;
  }
  return shots;
}

std::vector<Shot> ProbeCalls::AtOnce(std::size_t calls, nanoseconds at) {
  return Fire(std::vector<nanoseconds>(calls, at));
}

Shot ProbeCalls::One(nanoseconds at) { return Fire({std::max(at, subject_.now())}).front(); }

std::vector<Shot> ProbeCalls::Stream(std::size_t calls, nanoseconds at, nanoseconds over) {
  std::vector<nanoseconds> moments;
  for (std::size_t i = 0; i < calls; ++i) {
    moments.push_back(at + over * static_cast<std::int64_t>(i) / static_cast<std::int64_t>(calls));
  }
  return Fire(moments);
}

nanoseconds ProbeCalls::Rested(std::size_t eighths) const {
  return subject_.now() + size_.window * 33 / 10 +
         size_.window * static_cast<std::int64_t>(eighths) / static_cast<std::int64_t>(kEighths);
}

nanoseconds ProbeCalls::Step() const {
  constexpr std::size_t kMin = 5;
  constexpr std::size_t kMax = 50;
  return size_.window / static_cast<std::int64_t>(std::clamp(size_.limit / 2, kMin, kMax));
}

std::pair<Shot, Shot> ProbeCalls::UseUp(nanoseconds at) {
  const std::vector<Shot> shots = AtOnce(size_.places, at);
  Shot first = shots.front();
  for (const Shot& shot : shots) {
    if (shot.passed) {
      first = shot;
      break;
    }
  }
  for (const Shot& shot : shots) {
    if (!shot.passed) return {first, shot};
  }
  Shot next = One(at);
  for (std::size_t i = 0; i < kTimes * size_.places && next.passed; ++i) next = One(at);
  return {first, next};
}

std::pair<Shot, Shot> ProbeCalls::AwaitPass(Shot refused, nanoseconds at) {
  const nanoseconds begin = at;
  nanoseconds step = Step();
  for (int i = 0;; ++i) {
    const Shot shot = One(at);
    if (shot.passed || at - begin > 20 * size_.window) return {refused, shot};
    refused = shot;
    if (at - begin > 4 * size_.window) step += Step();
    at += step;
  }
}

Shot ProbeCalls::Empty() {
  UseUp(subject_.now());
  Shot shot = One(subject_.now());
  for (std::size_t i = 0; i < kTimes * size_.places && shot.passed; ++i) shot = One(subject_.now());
  return shot;
}

}  // namespace timock::conformance
