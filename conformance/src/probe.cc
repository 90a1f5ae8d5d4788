#include "probe.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <vector>

namespace timock::conformance {
namespace {

using std::chrono::nanoseconds;

constexpr int kSteps = 50;  // of a window
constexpr int kTrials = 8;

class Prober {
 public:
  Prober(const ProbeSubject& subject, const ProbePlan& plan) : subject_(subject), plan_(plan) {}

  ProbeFinding Run() {
    Burst();
    for (int trial = 0; trial < kTrials; ++trial) Recover(trial);
    Steady();
    Anchor();
    Overload();
    Summarize();
    Decide();
    return finding_;
  }

 private:
  bool Call() {
    ++finding_.calls;
    return subject_.call();
  }

  std::size_t Passed(std::size_t calls) {
    std::size_t passed = 0;
    for (std::size_t i = 0; i < calls; ++i) passed += Call() ? 1 : 0;
    return passed;
  }

  double InLimits(std::size_t calls) const {
    return static_cast<double>(calls) / static_cast<double>(plan_.limit);
  }

  /// 3.3 windows and a part of another one: another phase of windows that are aligned to a clock.
  void Rest(int eighths = 0) {
    subject_.wait(plan_.window * 33 / 10 + plan_.window * eighths / kTrials);
  }

  void Burst() {
    Rest();
    const std::size_t calls = 3 * plan_.limit;
    const std::size_t passed = Passed(calls);
    finding_.burst = InLimits(passed);
    unlimited_ = passed == calls;
  }

  void Recover(int trial) {
    Rest(trial);
    const std::size_t most = 20 * plan_.limit;
    for (std::size_t i = 0; i < most && Call(); ++i) {
    }
    int steps = 0;
    do {
      subject_.wait(plan_.window / kSteps);
      ++steps;
    } while (!Call() && steps < 4 * kSteps);
    recoveries_.push_back(static_cast<double>(steps) / kSteps);
    second_bursts_.push_back(InLimits(Passed(3 * plan_.limit)));
  }

  /// Twice the limit for six windows, the first of which does not count.
  void Steady() {
    constexpr int kTenths = 10;
    Rest();
    std::array<std::size_t, kTenths> tenths{};
    std::size_t sent = 0;
    for (int step = 0; step < 6 * kSteps; ++step) {
      const auto due = static_cast<std::size_t>(step + 1) * 2 * plan_.limit / kSteps;
      const std::size_t passed = Passed(due - sent);
      unlimited_ = unlimited_ && passed == due - sent;
      sent = due;
      if (step >= kSteps) {
        tenths[static_cast<std::size_t>(step % kSteps / (kSteps / kTenths))] += passed;
      }
      subject_.wait(plan_.window / kSteps);
    }
    std::size_t all = 0;
    for (const std::size_t tenth : tenths) all += tenth;
    const std::size_t fullest = *std::max_element(tenths.begin(), tenths.end());
    finding_.evenness =
        all == 0 ? kTenths : static_cast<double>(fullest * kTenths) / static_cast<double>(all);
  }

  void Anchor() {
    Rest();
    std::size_t passed = Passed(1);
    subject_.wait(plan_.window * 9 / 10);
    passed += Passed(plan_.limit - 1);
    subject_.wait(plan_.window / 10 + plan_.window / 1'000);
    passed += Passed(2 * plan_.limit);
    finding_.anchor = InLimits(passed);
  }

  /// Five times the limit for four windows: does anything pass at the end?
  void Overload() {
    Rest();
    const std::size_t calls = 20 * plan_.limit;
    std::size_t late = 0;
    for (std::size_t i = 0; i < calls; ++i) {
      const bool passed = Call();
      if (i >= calls / 4 * 3) late += passed ? 1 : 0;
      subject_.wait(plan_.window / (5 * static_cast<std::int64_t>(plan_.limit)));
    }
    finding_.refusals_count = late == 0;
  }

  void Summarize() {
    std::sort(recoveries_.begin(), recoveries_.end());
    std::sort(second_bursts_.begin(), second_bursts_.end());
    finding_.median_recovery = recoveries_[kTrials / 2];
    finding_.recovery_spread = recoveries_.back() - recoveries_.front();
    finding_.second_burst = second_bursts_[kTrials / 2];
  }

  void Decide() {
    ProbeFinding& found = finding_;
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

  const ProbeSubject& subject_;
  const ProbePlan& plan_;
  ProbeFinding finding_;
  bool unlimited_ = false;  // nothing was throttled so far
  std::vector<double> recoveries_;
  std::vector<double> second_bursts_;
};

}  // namespace

std::string ProbeFinding::Measured() const {
  std::string text(256, '\0');
  const int size = std::snprintf(
      text.data(), text.size(),
      "burst %.2f, recovery %.2f (spread %.2f), second burst %.2f, evenness %.2f, anchor %.2f",
      burst, median_recovery, recovery_spread, second_burst, evenness, anchor);
  text.resize(static_cast<std::size_t>(size));
  return text;
}

ProbeFinding Probe(const ProbeSubject& subject, const ProbePlan& plan) {
  return Prober(subject, plan).Run();
}

}  // namespace timock::conformance
