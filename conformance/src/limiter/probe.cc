#include "limiter/probe.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <limits>
#include <optional>
#include <tuple>
#include <utility>

#include "limiter/probe_bucket.h"
#include "limiter/probe_calls.h"
#include "wire/median.h"

namespace timock::conformance {
namespace {

using std::chrono::nanoseconds;

constexpr std::size_t kTrials = 8;
constexpr std::size_t kCalibrations = 3;
constexpr std::int64_t kTenths = 10;
// Of the limit: more at once are not sent to find one.
constexpr std::size_t kMaxAtOnce = 20;
constexpr std::size_t kMinLimit = 6;
constexpr int kCorrections = 6;  // of what is planned

double Milliseconds(nanoseconds time) { return static_cast<double>(time.count()) / 1e6; }
double Seconds(nanoseconds time) { return static_cast<double>(time.count()) / 1e9; }

/// What people are told of a range; of one without an end where it begins.
std::size_t Figure(const Range& range) {
  return static_cast<std::size_t>(std::isinf(range.high) ? std::llround(range.low)
                                                         : RoundestIn(range));
}

class Prober {
 public:
  /// `planned` is the window that a bucket's rate is told for.
  Prober(const ProbeSubject& subject, const ProbePlan& plan, nanoseconds planned,
         const std::function<void(const std::string&)>& progress)
      : progress_(progress),
        planned_(planned),
        size_{plan.limit, plan.window},
        calls_(subject, size_, &finding_) {}

  ProbeFinding Run() {
    Calibrate();
    if (!unlimited_ && finding_.invalid.empty()) {
      RecoverAll();
      if (bucket_ && !IsEven(LongestWait())) {
        bucket_ = false;
        size_.limit = std::max(size_.places, kMinLimit);
        Scale(LongestWait());
        RecoverAll();
      }
      Attempt("steady", [&] { Steady(); });
      Attempt("anchor", [&] { Anchor(); });
      Attempt("overload", [&] { Overload(); });
      Summarize();
      if (bucket_) FillBucket();
    }
    Decide();
    Measure();
    return std::move(finding_);
  }

 private:
  /// One recovery after the limit was used up.
  struct Recovery {
    Shot first_passed = {};  ///< Of the calls that used it up.
    Shot first_refused = {};
    Shot last_refused = {};
    Shot next_passed = {};
    double windows = 0;  ///< From the first throttled call.
    double wait = 0;     ///< In windows, from the last of the calls that used it up.
    double second_burst = 0;
  };

  void Attempt(const std::string& name, const std::function<void()>& body) {
    if (finding_.invalid.empty()) progress_(name);
    calls_.Attempt(name, body);
  }

  double InLimits(std::size_t calls) const {
    return static_cast<double>(calls) / static_cast<double>(size_.limit);
  }
  double InWindows(nanoseconds time) const {
    return static_cast<double>(time.count()) / static_cast<double>(size_.window.count());
  }

  /// How it lets calls pass again that was used up.
  struct Return {
    double first = 0;    ///< Windows from the first that passed before to the first that passes.
    double wait = 0;     ///< Windows from when it was used up to that.
    double at_once = 0;  ///< Of the places, right after that.
    double next = 0;     ///< Windows from the first that passes to one more.
  };

  /// How many pass at once, whether it is a bucket, and else whether it is another window than
  /// planned. One that has recovered whole when it is called again is looked at by shorter steps.
  void Calibrate() {
    for (int i = 0; i < kCorrections; ++i) {
      std::vector<double> passed;
      double longest = 0;
      double slowest = 0;
      std::vector<double> at_once;
      std::vector<double> next;
      for (std::size_t trial = 0; trial < kCalibrations && !unlimited_; ++trial) {
        Attempt("burst", [&] {
          const Return seen = Burst(5 * trial, &passed);
          longest = std::max({longest, seen.first, seen.next});
          slowest = std::max(slowest, seen.wait);
          at_once.push_back(seen.at_once);
          next.push_back(seen.next);
        });
      }
      if (unlimited_ || !finding_.invalid.empty()) return;
      next_ = Median(next);
      if (longest > 4) {  // its own calls may keep it from recovering: fewer of them
        size_.limit = std::max(size_.places, kMinLimit);
        if (i > 0) Scale(3);
        continue;
      }
      bucket_ = Median(at_once) < 0.3 && IsEven(slowest);
      if (bucket_) {
        size_.window = planned_;
        return;
      }
      const bool seen = longest > 1.6 * InWindows(calls_.Step());
      size_.limit = std::max(size_.places, kMinLimit);
      double windows = longest;
      // The wait for the end of a window says little of its length where places come back slowly.
      if (Median(at_once) < 0.3) Attempt("rate", [&] { windows = WindowsOfLimit(longest); });
      if (windows < 0.5 || windows > 1.5) Scale(windows);
      if (seen) return;
    }
    finding_.invalid = "it does not recover while it is called";
  }

  void Scale(double windows) {
    size_.window = nanoseconds{std::llround(static_cast<double>(size_.window.count()) * windows)};
  }

  /// In how many windows the limit passes when more is called; `least` where that is not plain.
  double WindowsOfLimit(double least) {
    constexpr std::size_t kTimes = 4;
    const auto over =
        nanoseconds{std::llround(kTimes * least * static_cast<double>(size_.window.count()))};
    calls_.UseUp(calls_.Now());
    const std::size_t passed =
        CountPassed(calls_.Stream(2 * kTimes * size_.places, calls_.Now() + calls_.Step(), over));
    if (passed == 0) return least;
    const double windows =
        InWindows(over) * static_cast<double>(size_.places) / static_cast<double>(passed);
    return windows > least && windows < 2 * kTimes * least ? windows : least;
  }

  Return Burst(std::size_t eighths, std::vector<double>* passed) {
    std::vector<Shot> shots;
    for (std::size_t calls = 3 * size_.limit;; calls *= 2) {
      shots = calls_.AtOnce(calls, calls_.Rested(eighths));
      unlimited_ = CountPassed(shots) == calls;
      // So many in one window for certain, however slowly they went out.
      if (unlimited_ && WorstOf(shots, size_.window).certain > 2 * size_.limit) {
        calls_.ForgiveLate();
      }
      if (unlimited_) finding_.unlimited_calls = calls;
      if (!unlimited_ || calls >= kMaxAtOnce * size_.limit) break;
    }
    if (unlimited_) return {};
    passed->push_back(static_cast<double>(CountPassed(shots)));
    size_.places = std::max<std::size_t>(1, static_cast<std::size_t>(Median(*passed)));
    NoteBurst(shots);
    // Without throttled calls, which may take places, too.
    const Shot begin = calls_.UseUp(calls_.Rested(eighths)).first;
    const nanoseconds used_up = calls_.Now();
    const Shot first = calls_.AwaitPass({}, calls_.Now() + calls_.Step()).second;
    // So few at a time that hardly any is throttled.
    const std::size_t few = 1 + size_.places / 25;
    std::size_t at_once = 0;
    for (std::size_t more = few; more == few && at_once <= size_.places;) {
      more = CountPassed(calls_.AtOnce(few, calls_.Now()));
      at_once += more;
    }
    const Shot next = calls_.AwaitPass({}, calls_.Now() + calls_.Step()).second;
    return {InWindows(first.sent - begin.sent), InWindows(first.sent - used_up),
            static_cast<double>(at_once) / static_cast<double>(size_.places),
            InWindows(next.sent - first.sent)};
  }

  void NoteBurst(const std::vector<Shot>& shots) {
    bursts_.push_back(shots);
    const std::size_t passed = CountPassed(shots);
    // The fewest: windows may change in the middle of one.
    fewest_ = bursts_.size() == 1 ? passed : std::min(fewest_, passed);
  }

  void RecoverAll() {
    recoveries_.clear();
    for (std::size_t i = 0; i < kTrials; ++i) {
      Attempt("recovery", [&] { Recover(i); });
    }
  }

  double LongestWait() const {
    double slowest = 0;
    for (const Recovery& each : recoveries_) slowest = std::max(slowest, each.wait);
    return slowest;
  }

  /// As a bucket recovers: the first place comes as soon as any.
  bool IsEven(double slowest) const { return slowest <= 1.5 * next_ + InWindows(calls_.Step()); }

  void Recover(std::size_t trial) {
    const auto [first, throttled] = calls_.UseUp(calls_.Rested(trial));
    const nanoseconds used_up = calls_.Now();
    Recovery recovery{.first_passed = first, .first_refused = throttled};
    const nanoseconds offset = calls_.Step() * static_cast<std::int64_t>(trial + 1) / kTrials;
    std::tie(recovery.last_refused, recovery.next_passed) =
        calls_.AwaitPass(throttled, throttled.sent + offset);
    recovery.windows = InWindows(recovery.next_passed.sent - throttled.sent);
    recovery.wait = InWindows(recovery.next_passed.sent - used_up);
    recovery.second_burst = InLimits(CountPassed(calls_.AtOnce(size_.limit, calls_.Now())));
    if (calls_.late() == 0) recoveries_.push_back(recovery);
  }

  /// Twice the limit for six windows, the first of which does not count.
  void Steady() {
    constexpr int kWindows = 6;
    std::vector<Shot> shots;
    nanoseconds begin{0};
    for (std::size_t i = 0;; ++i) {
      // A bucket may hold more than a window's limit.
      calls_.UseUp(calls_.Rested());
      begin = calls_.Now() + calls_.Step();
      shots = calls_.Stream(2 * size_.limit * kWindows, begin, kWindows * size_.window);
      if (!bucket_ || 2 * CountPassed(shots) < shots.size() * 5 / 4 || i == kCorrections) break;
      size_.limit *= 2;  // its rate is greater than planned
    }
    steady_ = shots;
    std::array<std::size_t, kTenths> tenths{};
    std::size_t all = 0;
    for (const Shot& shot : shots) {
      const nanoseconds since = shot.sent - begin;
      if (!shot.passed || since < size_.window) continue;
      ++tenths[static_cast<std::size_t>(since % size_.window * kTenths / size_.window)];
      ++all;
    }
    const std::size_t fullest = *std::max_element(tenths.begin(), tenths.end());
    // None at all where throttled calls count: that is as even as can be.
    finding_.evenness =
        all == 0 ? 1 : static_cast<double>(fullest * kTenths) / static_cast<double>(all);
  }

  void Anchor() {
    // Its end as it was measured.
    std::vector<double> windows;
    for (const Recovery& each : recoveries_) windows.push_back(each.windows);
    const bool known = Median(windows) > 0.5 && Median(windows) < 2;
    const auto window = nanoseconds{
        std::llround(static_cast<double>(size_.window.count()) * (known ? Median(windows) : 1))};
    const nanoseconds begin = calls_.Rested();
    const Shot first = calls_.One(begin);
    std::size_t passed = first.passed ? 1 : 0;
    passed += CountPassed(calls_.AtOnce(size_.limit - 1, first.sent + window * 9 / 10));
    passed +=
        CountPassed(calls_.AtOnce(2 * size_.limit, first.answered + window + size_.window / 50));
    finding_.anchor = InLimits(passed);
  }

  /// Five times the limit for four windows: does anything pass at the end?
  void Overload() {
    constexpr int kWindows = 4;
    const std::vector<Shot> shots =
        calls_.Stream(5 * size_.limit * kWindows, calls_.Rested(), kWindows * size_.window);
    const auto last_quarter = shots.begin() + static_cast<std::ptrdiff_t>(shots.size() / 4 * 3);
    finding_.refusals_count =
        std::none_of(last_quarter, shots.end(), [](const Shot& shot) { return shot.passed; });
  }

  void FillBucket() {
    const BucketProber::Attempts attempt = [this](const std::string& name, const auto& body) {
      Attempt(name, body);
    };
    BucketProber prober(calls_, size_, bursts_, attempt);
    bucket_ = prober.Run(steady_, finding_.refusals_count);
    filled_ = prober.found();
    const bool contradict =
        filled_.rate.low > filled_.rate.high || filled_.size.low > filled_.size.high;
    if (bucket_ && finding_.invalid.empty() && contradict) {
      finding_.invalid =
          "calls that passed contradict each other: the server reads its clock in steps of more "
          "than a millisecond, or the machine is too busy to measure";
    }
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
    } else if (bucket_) {
      found.algorithm = "token_bucket";
    } else if (found.recovery_spread > 0.2) {
      found.algorithm = found.second_burst >= 0.8 ? "fixed_window" : "sliding_counter";
    } else if (found.second_burst < 0.2) {
      found.invalid = "places come back one by one, and not as in any limiter that is known here";
    } else {
      found.algorithm = found.anchor >= 1.6 ? "window_from_first" : "sliding_window";
    }
  }

  /// Limit, window and burst.
  void Measure() {
    ProbeFinding& found = finding_;
    if (found.algorithm.empty() || unlimited_) return;
    const auto passed = static_cast<double>(fewest_);
    found.burst_range = {passed, passed};
    found.limit_range = found.burst_range;
    found.window_range = {Milliseconds(size_.window), Milliseconds(size_.window)};
    if (bucket_) {
      MeasureBucket();
    } else if (found.algorithm == "sliding_counter" && found.refusals_count) {
      // The probe's own calls move the moment at which it recovers, so its window is not known, nor
      // whether it had been left alone for two of them.
      found.window_range = {0, std::numeric_limits<double>::infinity()};
      found.limit_range.high = found.burst_range.high = found.window_range.high;
    } else if (found.algorithm == "fixed_window" || found.algorithm == "sliding_counter") {
      const std::optional<Range> window = AlignedWindow();
      if (!window) found.invalid = "the moments at which it recovers fit no length of a window";
      found.window_range = window.value_or(Range{});
    } else {
      found.window_range = WholeWindow();
    }
    if (!bucket_) found.limit = Figure(found.limit_range);
    found.burst = Figure(found.burst_range);
    found.window = std::isinf(found.window_range.high)
                       ? std::chrono::floor<std::chrono::milliseconds>(planned_)
                       : std::chrono::milliseconds{RoundestIn(found.window_range)};
  }

  void MeasureBucket() {
    constexpr double kRounding = 1e-9;
    finding_.burst_range = {std::ceil(filled_.size.low - kRounding),
                            std::floor(filled_.size.high + kRounding)};
    // In so many windows a whole number of calls passes.
    for (const int windows : {1, 2, 4, 5, 10, 20, 40, 50, 100}) {
      const double seconds = Seconds(windows * size_.window);
      finding_.limit_range = {filled_.rate.low * seconds, filled_.rate.high * seconds};
      finding_.window_range = {seconds * 1000, seconds * 1000};
      finding_.limit = Figure({filled_.likely.low * seconds, filled_.likely.high * seconds});
      const auto limit = static_cast<double>(finding_.limit);
      if (finding_.limit_range.low <= limit && limit <= finding_.limit_range.high) break;
    }
  }

  /// The first place that was taken is free again between the last refusal and the next pass.
  Range WholeWindow() const {
    Range range{0, Milliseconds(100 * size_.window)};
    for (const Recovery& each : recoveries_) {
      // Where throttled calls take places, so many of those must be free that were taken first.
      const nanoseconds taken =
          finding_.refusals_count ? each.first_refused.answered : each.first_passed.answered;
      range = Common(range, {Milliseconds(each.last_refused.sent - taken),
                             Milliseconds(each.next_passed.answered - each.first_passed.sent)});
    }
    return range;
  }

  /// Right after an edge the first call passes.
  std::optional<Range> AlignedWindow() const {
    // A sliding counter weighs what came in the window before.
    const double early = finding_.algorithm == "fixed_window"
                             ? 0
                             : Milliseconds(size_.window) / static_cast<double>(size_.limit);
    const nanoseconds begin = recoveries_.front().first_passed.sent;
    std::vector<Range> edges;
    double least = 0;
    for (const Recovery& each : recoveries_) {
      edges.push_back({Milliseconds(each.last_refused.sent - begin) - early,
                       Milliseconds(each.next_passed.answered - begin)});
      least = std::max(least, Milliseconds(each.last_refused.sent - each.first_refused.answered));
    }
    // It recovers within one window, in some of the trials after more than half of it.
    return PeriodOf(edges, {least, 2 * least});
  }

  const std::function<void(const std::string&)>& progress_;
  const nanoseconds planned_;
  ProbeCalls::Size size_;
  ProbeFinding finding_;
  ProbeCalls calls_;
  bool unlimited_ = false;
  bool bucket_ = false;
  double next_ = 0;         // windows between two calls that pass after the limit
  std::size_t fewest_ = 0;  // passed at once
  std::vector<std::vector<Shot>> bursts_;
  std::vector<Shot> steady_;
  BucketFinding filled_;
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
  constexpr int kRuns = 3;
  std::size_t calls = 0;
  ProbePlan better = plan;
  for (int run = 1;; ++run) {
    ProbeFinding found = Prober(subject, better, plan.window, progress).Run();
    calls = found.calls += calls;
    const double used = Milliseconds(better.window);
    const double measured = static_cast<double>(found.window.count());
    if (!found.invalid.empty() || found.algorithm == "none" || found.algorithm == "token_bucket" ||
        std::isinf(found.window_range.high) || std::abs(measured - used) <= kFarOff * used ||
        run == kRuns) {
      return found;
    }
    // Again by the measure of the window that it has.
    better = {std::max(found.limit, kMinLimit), found.window};
  }
}

}  // namespace timock::conformance
