#include "limiter/gcra.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <limits>
#include <vector>

#include "limiter/probe_calls.h"
#include "wire/median.h"

namespace timock::conformance {
namespace {

using std::chrono::nanoseconds;

constexpr const char* kGcra = "gcra";
constexpr double kInfinity = std::numeric_limits<double>::infinity();

double Seconds(nanoseconds time) { return static_cast<double>(time.count()) / 1e9; }

std::string Decimal(double value) {
  const double rounded = std::round(value * 1e3) / 1e3;
  std::string text = nlohmann::json(rounded).dump();
  if (text.ends_with(".0")) text.resize(text.size() - 2);
  return text;
}

/// As nginx takes it, in whole calls a second or a minute.
std::string NginxRate(double rate) {
  const bool by_second = rate >= 10 || std::round(rate) == rate;
  const double times = by_second ? rate : rate * 60;
  return std::to_string(std::llround(times)) + (by_second ? "r/s" : "r/m");
}

}  // namespace

std::string Gcra::Text() const {
  std::string text = "rate " + Decimal(rate) + " a second, burst " + (at_least ? "at least " : "") +
                     std::to_string(burst) + (delays ? ", whose calls wait" : "");
  text += "; nginx: limit_req rate=" + NginxRate(rate);
  if (burst > 0) {
    text += " burst=" + std::to_string(burst);
    if (!delays) text += " nodelay";
  }
  return text;
}

nlohmann::ordered_json Gcra::Json() const {
  return {{"rate_per_second", rate},
          {"burst", burst},
          {"burst_is_at_least", at_least},
          {"delays", delays}};
}

std::optional<Gcra> GcraOf(const ProbeFinding& found) {
  const bool bucket = found.algorithm == "token_bucket" && !found.refusals_count;
  if (!found.invalid.empty() || (!bucket && found.algorithm != kGcra)) return {};
  return Gcra{.rate = static_cast<double>(found.limit) / Seconds(found.window),
              .burst = std::max<std::size_t>(found.burst, 1) - 1,
              .at_least = std::isinf(found.burst_range.high),
              .delays = !bucket};
}

ProbeFinding FindPace(const LanedSubject& subject, const ProbePlan& plan) {
  constexpr int kTrials = 3;
  constexpr std::size_t kCalls = 8;
  constexpr double kSlower = 5;
  constexpr double kLeast = 1e-3;  // seconds
  constexpr double kUneven = 2;
  ProbeFinding found;
  found.experiments.push_back({"pace", {}});
  std::vector<double> firsts;
  std::vector<double> steps;
  for (int trial = 0; trial < kTrials; ++trial) {
    subject.wait(subject.now() + plan.window * 33 / 10);
    std::vector<Shot> shots;
    for (std::size_t i = 0; i <= kCalls; ++i) shots.push_back(subject.call(0));
    found.calls += shots.size();
    std::vector<Shot>& all = found.experiments.back().shots;
    all.insert(all.end(), shots.begin(), shots.end());
    if (CountPassed(shots) != shots.size()) return found;
    firsts.push_back(Seconds(shots.front().answered - shots.front().sent));
    for (std::size_t i = 2; i < shots.size(); ++i) {
      steps.push_back(Seconds(shots[i].answered - shots[i - 1].answered));
    }
  }
  std::sort(steps.begin(), steps.end());
  const double step = Median(steps);
  const double first = *std::min_element(firsts.begin(), firsts.end());
  const double early = steps[steps.size() / 10];
  const double late = steps[steps.size() - 1 - steps.size() / 10];
  if (step < kLeast || step < kSlower * first || late > kUneven * early) return found;
  const double window = Seconds(plan.window);
  found.algorithm = kGcra;
  found.limit_range = {window / late, window / early};
  found.limit = static_cast<std::size_t>(RoundestIn(found.limit_range));
  found.window = std::chrono::floor<std::chrono::milliseconds>(plan.window);
  found.window_range = {window * 1000, window * 1000};
  found.burst = 1;
  found.burst_range = {1, kInfinity};
  return found;
}

void MeasureQueue(const std::vector<Shot>& at_once, ProbeFinding* paced) {
  paced->experiments.push_back({"queue", at_once});
  paced->calls += at_once.size();
  const auto passed = static_cast<double>(CountPassed(at_once));
  if (CountPassed(at_once) == at_once.size()) {
    paced->burst_range = {passed, kInfinity};
  } else {
    // Some may have had their turn before the last one was sent.
    const auto [first, last] =
        std::minmax_element(at_once.begin(), at_once.end(),
                            [](const Shot& a, const Shot& b) { return a.sent < b.sent; });
    const double gone =
        Seconds(last->sent - first->sent) * paced->limit_range.high / Seconds(paced->window);
    paced->burst_range = {std::max(1.0, std::floor(passed - gone)), passed};
  }
  // The roundest number of calls that wait, and the one that does not.
  const Range range = paced->burst_range;
  const Range waiting{range.low - 1, range.high - 1};
  paced->burst = std::isinf(range.high) ? CountPassed(at_once)
                                        : static_cast<std::size_t>(RoundestIn(waiting)) + 1;
}

}  // namespace timock::conformance
