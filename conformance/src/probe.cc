#include "probe.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <tuple>
#include <utility>

namespace timock::conformance {
namespace {

using std::chrono::nanoseconds;

constexpr std::size_t kTrials = 8;
constexpr std::size_t kCalibrations = 3;
constexpr std::int64_t kTenths = 10;
constexpr int kAttempts = 3;
// Of the limit: more at once are not sent to find one.
constexpr std::size_t kMostAtOnce = 20;
constexpr std::size_t kLeastLimit = 6;

double Milliseconds(nanoseconds time) { return static_cast<double>(time.count()) / 1e6; }

std::size_t CountPassed(const std::vector<Shot>& shots) {
  return static_cast<std::size_t>(
      std::count_if(shots.begin(), shots.end(), [](const Shot& shot) { return shot.passed; }));
}

double Median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

class Prober {
 public:
  Prober(const ProbeSubject& subject, const ProbePlan& plan,
         const std::function<void(const std::string&)>& progress)
      : subject_(subject), progress_(progress), limit_(plan.limit), window_(plan.window) {}

  ProbeFinding Run() {
    Calibrate();
    if (!unlimited_ && finding_.invalid.empty()) {
      for (std::size_t i = 0; i < kTrials; ++i) {
        Attempt("recovery", [&] { Recover(i); });
      }
      Attempt("steady", [&] { Steady(); });
      Attempt("anchor", [&] { Anchor(); });
      Attempt("overload", [&] { Overload(); });
      Summarize();
    }
    Decide();
    Measure();
    return std::move(finding_);
  }

 private:
  /// One recovery after the limit was used up.
  struct Recovery {
    Shot first_passed = {};  ///< Of the calls that used it up.
    Shot last_refused = {};
    Shot next_passed = {};
    nanoseconds refused_pause{0};  ///< Before the last refusal, and not enough.
    double windows = 0;            ///< From the first throttled call.
    double second_burst = 0;
  };

  /// An experiment, and again while the client was too late in it.
  template <typename Body>
  void Attempt(const std::string& name, const Body& body) {
    if (!finding_.invalid.empty()) return;
    progress_(name);
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

  std::vector<Shot> Fire(const std::vector<nanoseconds>& at) {
    std::vector<Shot> shots = subject_.fire(at);
    finding_.calls += shots.size();
    std::vector<Shot>& all = finding_.experiments.back().shots;
    all.insert(all.end(), shots.begin(), shots.end());
    const bool at_once = at.front() == at.back();
    for (std::size_t i = 0; i < shots.size(); ++i) {
      // Those at once take turns, but are to be over long before the window is.
      const nanoseconds allowed = at_once && at.size() > 1 ? window_ / 3 : window_ / 20;
      const bool slow = shots[i].answered - shots[i].sent > window_ / 4;
      if (shots[i].sent - at[i] > allowed || slow) ++late_;
    }
    return shots;
  }

  std::vector<Shot> AtOnce(std::size_t calls, nanoseconds at) {
    return Fire(std::vector<nanoseconds>(calls, at));
  }

  Shot One(nanoseconds at) { return Fire({std::max(at, subject_.now())}).front(); }

  /// Evenly, beginning at `at`.
  std::vector<Shot> Stream(std::size_t calls, nanoseconds at, nanoseconds over) {
    std::vector<nanoseconds> moments;
    for (std::size_t i = 0; i < calls; ++i) {
      moments.push_back(at +
                        over * static_cast<std::int64_t>(i) / static_cast<std::int64_t>(calls));
    }
    return Fire(moments);
  }

  /// When 3.3 windows have gone by and a part of another one: another phase of windows that are
  /// aligned to a clock.
  nanoseconds Rested(std::size_t eighths = 0) const {
    return subject_.now() + window_ * 33 / 10 +
           window_ * static_cast<std::int64_t>(eighths) / static_cast<std::int64_t>(kTrials);
  }

  double InLimits(std::size_t calls) const {
    return static_cast<double>(calls) / static_cast<double>(limit_);
  }
  double InWindows(nanoseconds time) const {
    return static_cast<double>(time.count()) / static_cast<double>(window_.count());
  }

  /// Between single calls: a fiftieth of a window, or so much that half of the limit is not
  /// reached, where throttled calls count.
  nanoseconds Step() const {
    constexpr std::size_t kLeast = 5;
    constexpr std::size_t kMost = 50;
    return window_ / static_cast<std::int64_t>(std::clamp(limit_ / 2, kLeast, kMost));
  }

  /// Uses the limit up from `at` on; the first that passed and the first that was throttled.
  std::pair<Shot, Shot> UseUp(nanoseconds at) {
    const std::vector<Shot> shots = AtOnce(places_, at);
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
    for (std::size_t i = 0; i < kMostAtOnce * places_ && next.passed; ++i) next = One(at);
    return {first, next};
  }

  /// Single calls, the first at `at`, until one passes; the last two of them. After four windows
  /// ever slower, until twenty are over.
  std::pair<Shot, Shot> AwaitPass(Shot refused, nanoseconds at) {
    const nanoseconds begin = at;
    nanoseconds step = Step();
    for (int i = 0;; ++i) {
      const Shot shot = One(at);
      if (shot.passed || at - begin > 20 * window_) return {refused, shot};
      refused = shot;
      if (at - begin > 4 * window_) step += Step();
      at += step;
    }
  }

  /// How many pass at once, and whether it is another window than planned.
  void Calibrate() {
    std::vector<double> passed;
    std::vector<double> recoveries;
    for (std::size_t i = 0; i < kCalibrations && !unlimited_; ++i) {
      Attempt("burst", [&] { Burst(3 * i, &passed, &recoveries); });
    }
    if (unlimited_ || !finding_.invalid.empty()) return;
    const double longest = *std::max_element(recoveries.begin(), recoveries.end());
    // No longer than can be seen: a bucket, which has no window of its own.
    if (longest < std::max(0.1, 1.6 * InWindows(Step()))) return;
    limit_ = std::max(places_, kLeastLimit);
    if (longest < 0.5 || longest > 1.5) {
      window_ = nanoseconds{std::llround(static_cast<double>(window_.count()) * longest)};
    }
  }

  void Burst(std::size_t eighths, std::vector<double>* passed, std::vector<double>* recoveries) {
    std::vector<Shot> shots;
    for (std::size_t calls = 3 * limit_;; calls *= 2) {
      shots = AtOnce(calls, Rested(eighths));
      unlimited_ = CountPassed(shots) == calls;
      // So many in one window for certain, however slowly they went out.
      if (unlimited_ && WorstOf(shots, window_).certain > 2 * limit_) late_ = 0;
      if (!unlimited_ || calls >= kMostAtOnce * limit_) break;
    }
    if (unlimited_) return;
    passed->push_back(static_cast<double>(CountPassed(shots)));
    places_ = std::max<std::size_t>(1, static_cast<std::size_t>(Median(*passed)));
    NoteBurst(shots);
    const auto recover = [&](nanoseconds since) {
      const nanoseconds next = AwaitPass({}, subject_.now() + Step()).second.sent;
      recoveries->push_back(InWindows(next - since));
    };
    // Without throttled calls, which may take places, too.
    recover(UseUp(Rested(eighths)).first.sent);
    recover(UseUp(subject_.now()).first.sent);
  }

  /// What passed from the first to the last call, and in what time.
  void NoteBurst(const std::vector<Shot>& shots) {
    nanoseconds last{0};
    for (const Shot& shot : shots) {
      if (shot.passed) last = std::max(last, shot.answered);
    }
    const std::size_t passed = CountPassed(shots);
    // The fewest: windows may change in the middle of one.
    if (burst_ == 0 || passed < burst_) {
      burst_ = passed;
      burst_took_ = last - shots.front().sent;
    }
  }

  void Recover(std::size_t trial) {
    const auto [first, throttled] = UseUp(Rested(trial));
    Recovery recovery{.first_passed = first};
    const nanoseconds offset = Step() * static_cast<std::int64_t>(trial + 1) / kTrials;
    std::tie(recovery.last_refused, recovery.next_passed) =
        AwaitPass(throttled, throttled.sent + offset);
    recovery.refused_pause = std::min(offset, recovery.last_refused.sent - throttled.answered);
    recovery.windows = InWindows(recovery.next_passed.sent - throttled.sent);
    recovery.second_burst = InLimits(CountPassed(AtOnce(limit_, subject_.now())));
    if (late_ == 0) recoveries_.push_back(recovery);
  }

  /// Twice the limit for six windows, the first of which does not count.
  void Steady() {
    constexpr int kWindows = 6;
    // A bucket may hold more than a window's limit.
    UseUp(Rested());
    const nanoseconds begin = subject_.now() + Step();
    const std::vector<Shot> shots = Stream(2 * limit_ * kWindows, begin, kWindows * window_);
    std::array<std::size_t, kTenths> tenths{};
    std::size_t all = 0;
    for (const Shot& shot : shots) {
      const nanoseconds since = shot.sent - begin;
      if (!shot.passed || since < window_) continue;
      ++tenths[static_cast<std::size_t>(since % window_ * kTenths / window_)];
      ++all;
    }
    const std::size_t fullest = *std::max_element(tenths.begin(), tenths.end());
    // None at all where throttled calls count: that is as even as can be.
    finding_.evenness =
        all == 0 ? 1 : static_cast<double>(fullest * kTenths) / static_cast<double>(all);
    const double passed = static_cast<double>(all);
    rate_ = {(passed - 1) / (kWindows - 1), (passed + 1) / (kWindows - 1)};
  }

  void Anchor() {
    // Its end as it was measured.
    std::vector<double> windows;
    for (const Recovery& each : recoveries_) windows.push_back(each.windows);
    const bool known = Median(windows) > 0.5 && Median(windows) < 2;
    const auto window = nanoseconds{
        std::llround(static_cast<double>(window_.count()) * (known ? Median(windows) : 1))};
    const nanoseconds begin = Rested();
    const Shot first = One(begin);
    std::size_t passed = first.passed ? 1 : 0;
    passed += CountPassed(AtOnce(limit_ - 1, first.sent + window * 9 / 10));
    passed += CountPassed(AtOnce(2 * limit_, first.answered + window + window_ / 50));
    finding_.anchor = InLimits(passed);
  }

  /// Five times the limit for four windows: does anything pass at the end?
  void Overload() {
    constexpr int kWindows = 4;
    const std::vector<Shot> shots = Stream(5 * limit_ * kWindows, Rested(), kWindows * window_);
    const auto last_quarter = shots.begin() + static_cast<std::ptrdiff_t>(shots.size() / 4 * 3);
    finding_.refusals_count =
        std::none_of(last_quarter, shots.end(), [](const Shot& shot) { return shot.passed; });
  }

  void Summarize() {
    if (!finding_.invalid.empty()) return;
    std::vector<double> windows;
    std::vector<double> bursts;
    for (const Recovery& each : recoveries_) {
      windows.push_back(each.windows);
      bursts.push_back(each.second_burst);
    }
    const auto [fastest, slowest] = std::minmax_element(windows.begin(), windows.end());
    finding_.median_recovery = Median(windows);
    finding_.recovery_spread = *slowest - *fastest;
    finding_.second_burst = Median(bursts);
  }

  void Decide() {
    ProbeFinding& found = finding_;
    if (!found.invalid.empty()) return;
    if (unlimited_) {
      found.algorithm = "none";
    } else if (found.median_recovery < 0.2 && found.second_burst < 0.3 && found.evenness < 1.5) {
      found.algorithm = "token_bucket";
    } else if (found.recovery_spread > 0.2) {
      found.algorithm = found.second_burst >= 0.8 ? "fixed_window" : "sliding_counter";
    } else {
      found.algorithm = found.anchor >= 1.6 ? "window_from_first" : "sliding_window";
    }
  }

  /// Limit, window and burst.
  void Measure() {
    ProbeFinding& found = finding_;
    if (found.algorithm.empty() || unlimited_) return;
    const auto passed = static_cast<double>(burst_);
    found.burst_range = {passed, passed};
    found.limit_range = found.burst_range;
    found.window_range = {Milliseconds(window_), Milliseconds(window_)};
    if (found.algorithm == "token_bucket") {
      if (found.refusals_count) rate_ = RateOfPauses();
      found.limit_range = rate_;
      // What came in while the burst went out.
      found.burst_range.low -= std::ceil(rate_.high * InWindows(burst_took_));
    } else if (found.algorithm == "fixed_window" || found.algorithm == "sliding_counter") {
      found.window_range = AlignedWindow();
    } else {
      found.window_range = WholeWindow();
    }
    found.limit = static_cast<std::size_t>(RoundestIn(found.limit_range));
    found.burst = static_cast<std::size_t>(RoundestIn(found.burst_range));
    found.window = std::chrono::milliseconds{RoundestIn(found.window_range)};
  }

  /// Of a bucket that a throttled call empties: a call passes after a pause of window / limit.
  Range RateOfPauses() const {
    double too_short = 0;
    double enough = 1;
    for (const Recovery& each : recoveries_) {
      enough = std::min(enough, InWindows(each.next_passed.answered - each.last_refused.sent));
      if (each.refused_pause > nanoseconds{0}) {
        too_short = std::max(too_short, InWindows(each.refused_pause));
      }
    }
    return {1 / enough, 1 / std::min(std::max(too_short, enough / 2), enough)};
  }

  /// The first place that was taken is free again between the last refusal and the next pass.
  Range WholeWindow() const {
    Range range{0, Milliseconds(100 * window_)};
    for (const Recovery& each : recoveries_) {
      range = Common(range, {Milliseconds(each.last_refused.sent - each.first_passed.answered),
                             Milliseconds(each.next_passed.answered - each.first_passed.sent)});
    }
    return range;
  }

  /// Right after an edge the first call passes.
  Range AlignedWindow() const {
    std::vector<double> moments;
    double late = 0;
    for (const Recovery& each : recoveries_) {
      moments.push_back(Milliseconds(each.next_passed.answered - recoveries_[0].first_passed.sent));
      late = std::max(late, Milliseconds(each.next_passed.answered - each.last_refused.sent));
    }
    // A sliding counter weighs what came in the window before.
    late +=
        Milliseconds(window_) * (finding_.refusals_count ? 0.35 : 1 / static_cast<double>(limit_));
    return PeriodOf(moments, Milliseconds(window_), late);
  }

  const ProbeSubject& subject_;
  const std::function<void(const std::string&)>& progress_;
  std::size_t limit_;
  nanoseconds window_;
  ProbeFinding finding_;
  bool unlimited_ = false;
  std::size_t places_ = 1;  // that pass at once
  std::size_t burst_ = 0;
  nanoseconds burst_took_{0};
  Range rate_;  // calls a window_
  std::size_t late_ = 0;
  std::vector<Recovery> recoveries_;
};

}  // namespace

std::size_t PlannedCalls(const ProbePlan& plan) {
  // Three bursts and what follows them, eight recoveries, and the streams.
  return kCalibrations * (5 * plan.limit + 150) + kTrials * (2 * plan.limit + 50) +
         (13 + 3 + 20) * plan.limit;
}

nanoseconds PlannedTime(const ProbePlan& plan) { return 90 * plan.window; }

std::string ProbeFinding::Measured() const {
  std::string text(256, '\0');
  const int size = std::snprintf(
      text.data(), text.size(),
      "burst %zu, recovery %.2f (spread %.2f), second burst %.2f, evenness %.2f, anchor %.2f",
      burst, median_recovery, recovery_spread, second_burst, evenness, anchor);
  text.resize(static_cast<std::size_t>(size));
  return text;
}

ProbeFinding Probe(const ProbeSubject& subject, const ProbePlan& plan,
                   const std::function<void(const std::string&)>& progress) {
  constexpr double kFarOff = 0.2;
  ProbeFinding found = Prober(subject, plan, progress).Run();
  const double window = Milliseconds(plan.window);
  const double measured = static_cast<double>(found.window.count());
  if (!found.invalid.empty() || found.algorithm == "none" ||
      std::abs(measured - window) <= kFarOff * window) {
    return found;
  }
  // Again by the measure of the window that it has.
  const std::size_t calls = found.calls;
  found = Prober(subject, {std::max(found.limit, kLeastLimit), found.window}, progress).Run();
  found.calls += calls;
  return found;
}

}  // namespace timock::conformance
