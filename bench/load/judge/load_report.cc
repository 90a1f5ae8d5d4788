#include "load/judge/load_report.h"

#include <algorithm>
#include <array>
#include <functional>

#include "wire/median.h"

namespace timock::load {
namespace {

using conformance::Shot;
using std::chrono::nanoseconds;
using namespace std::chrono_literals;

/// Longer than any run: when a decision may have come that nobody was told of.
constexpr nanoseconds kNever = std::chrono::hours{24 * 365};

bool IsRefused(const Sample& sample) {
  return sample.verdict.outcome == Outcome::kThrottled ||
         sample.verdict.outcome == Outcome::kRefused;
}

using Passes = std::function<bool(const Sample&)>;

std::vector<Shot> ShotsOf(const std::vector<Sample>& samples, const Passes& passes) {
  std::vector<Shot> shots;
  for (const Sample& sample : samples) {
    const bool lost = sample.verdict.outcome == Outcome::kError;
    shots.push_back({sample.sent, lost ? kNever : sample.answered, passes(sample)});
  }
  return shots;
}

bool Succeeded(const Sample& sample) { return sample.verdict.outcome == Outcome::kAdmitted; }

/// A call that failed for another reason may have taken a place, or not.
bool MayHaveTakenAPlace(const Sample& sample) {
  return sample.verdict.outcome != Outcome::kThrottled;
}

/// The samples that were sent, by app.
std::map<std::uint32_t, std::vector<Sample>> ByApp(const std::vector<Sample>& samples) {
  std::map<std::uint32_t, std::vector<Sample>> apps;
  for (const Sample& sample : samples) {
    if (sample.verdict.outcome != Outcome::kSkipped) apps[sample.planned.app].push_back(sample);
  }
  return apps;
}

void Raise(conformance::WorstWindow* worst, const conformance::WorstWindow& other) {
  worst->certain = std::max(worst->certain, other.certain);
  worst->possible = std::max(worst->possible, other.possible);
}

void JudgeLimit(const std::map<std::uint32_t, std::vector<Sample>>& apps,
                const ReportOptions& options, LoadReport* report) {
  for (const nanoseconds window :
       {nanoseconds{10ms}, nanoseconds{100ms}, options.window, 2 * options.window}) {
    WindowRow row{.window = window};
    for (const auto& [app, samples] : apps) {
      const auto all = [](const Sample&) { return true; };
      Raise(&row.offered, conformance::WorstOf(ShotsOf(samples, all), window));
      Raise(&row.admitted, conformance::WorstOf(ShotsOf(samples, Succeeded), window));
    }
    report->windows.push_back(row);
  }
  if (!options.limit) return;
  const conformance::ThrottleClaim claim{*options.limit, options.window};
  for (const auto& [app, samples] : apps) {
    report->false_admits +=
        conformance::ProvenFalseAdmits(ShotsOf(samples, Succeeded), claim).size();
    report->false_throttles +=
        conformance::ProvenFalseThrottles(ShotsOf(samples, MayHaveTakenAPlace), claim).size();
  }
}

Recovery RecoveryOf(const std::map<std::uint32_t, std::vector<Sample>>& apps) {
  std::vector<nanoseconds> times;
  for (const auto& [app, samples] : apps) {
    nanoseconds since = kNever;
    for (const Sample& sample : samples) {
      if (sample.verdict.outcome == Outcome::kThrottled && since == kNever) {
        since = sample.sent;
      }
      if (!Succeeded(sample) || since == kNever) continue;
      times.push_back(sample.answered - since);
      since = kNever;
    }
  }
  if (times.empty()) return {};
  return {times.size(), conformance::Median(times), *std::max_element(times.begin(), times.end())};
}

void Count(const Sample& sample, const ReportOptions& options, LoadReport* report) {
  ++report->scheduled;
  const Verdict& verdict = sample.verdict;
  switch (verdict.outcome) {
    case Outcome::kSkipped:
      ++report->skipped;
      if (verdict.failure == Failure::kNoConnection) ++report->skipped_for_server;
      return;
    case Outcome::kAdmitted:
      ++report->admitted;
      break;
    case Outcome::kThrottled:
    case Outcome::kRefused:
      ++report->refused;
      ++report->refused_by_code[verdict.CodeText()];
      break;
    case Outcome::kError:
      ++report->errors;
      ++report->errors_by_kind[FailureText(verdict.failure)];
      break;
  }
  ++report->offered;
  if (options.quiet_app == sample.planned.app) {
    ++report->quiet->offered;
    report->quiet->refused += IsRefused(sample) ? 1U : 0U;
  }
}

void Measure(const std::vector<Sample>& counted, LoadReport* report) {
  std::vector<nanoseconds> admitted;
  std::vector<nanoseconds> refused;
  std::vector<nanoseconds> service;
  std::vector<nanoseconds> lag;
  std::map<std::uint32_t, double> answers;
  for (const Sample& sample : counted) {
    lag.push_back(sample.sent - sample.planned.at);
    if (sample.verdict.outcome == Outcome::kSkipped) continue;
    double& of_connection = answers[sample.connection];
    if (sample.verdict.outcome == Outcome::kError) continue;
    ++of_connection;
    service.push_back(sample.answered - sample.sent);
    (Succeeded(sample) ? admitted : refused).push_back(sample.answered - sample.planned.at);
  }
  report->admitted_latency = Latency::Of(std::move(admitted));
  report->refused_latency = Latency::Of(std::move(refused));
  report->service_time = Latency::Of(std::move(service));
  report->lag = Latency::Of(std::move(lag));
  std::vector<double> shares;
  shares.reserve(answers.size());
  for (const auto& [connection, count] : answers) shares.push_back(count);
  report->connection_fairness = Jain(shares);
}

std::vector<SeriesPoint> SeriesOf(const std::vector<Sample>& samples, nanoseconds window) {
  constexpr std::size_t kPoints = 400;
  std::vector<SeriesPoint> series;
  if (samples.empty()) return series;
  const nanoseconds end = samples.back().sent;
  SeriesPoint now;
  const auto change = [&now](const Sample& sample, std::size_t by) {  // by: 1, or its negative
    now.offered += by;
    if (Succeeded(sample)) now.admitted += by;
    if (IsRefused(sample)) now.refused += by;
  };
  std::size_t in = 0;
  std::size_t out = 0;
  for (std::size_t i = 0; i <= kPoints; ++i) {
    now.at = end * i / kPoints;
    for (; in < samples.size() && samples[in].sent <= now.at; ++in) change(samples[in], 1);
    for (; out < in && samples[out].sent <= now.at - window; ++out) {
      change(samples[out], static_cast<std::size_t>(-1));
    }
    series.push_back(now);
  }
  return series;
}

}  // namespace

LoadReport Summarize(const std::vector<Sample>& samples, const ReportOptions& options) {
  LoadReport report;
  if (options.quiet_app) report.quiet.emplace();
  std::vector<Sample> counted;
  std::copy_if(samples.begin(), samples.end(), std::back_inserter(counted),
               [&](const Sample& sample) { return sample.planned.at >= options.warmup; });
  for (const Sample& sample : counted) Count(sample, options, &report);
  const double seconds = static_cast<double>(options.duration.count()) / 1e9;
  report.offered_per_second = static_cast<double>(report.offered) / seconds;
  report.admitted_per_second = static_cast<double>(report.admitted) / seconds;
  Measure(counted, &report);
  const std::map<std::uint32_t, std::vector<Sample>> apps = ByApp(samples);
  JudgeLimit(apps, options, &report);
  report.recovery = RecoveryOf(apps);
  if (!apps.empty()) report.series = SeriesOf(apps.begin()->second, options.window);
  // The p99 of the lag is at most that when no more than a hundredth lies over it.
  constexpr nanoseconds kMaxLag = 2ms;
  const auto late = static_cast<std::size_t>(std::count_if(
      counted.begin(), counted.end(),
      [&](const Sample& sample) { return sample.sent - sample.planned.at > kMaxLag; }));
  report.valid = report.skipped * 1000 <= report.scheduled && late * 100 <= report.scheduled;
  return report;
}

}  // namespace timock::load
