#include "report/probe_report.h"

#include <algorithm>
#include <cmath>
#include <sstream>
#include <utility>
#include <vector>

#include "wire/report_page.h"

namespace timock::conformance {
namespace {

using nlohmann::ordered_json;
using std::chrono::nanoseconds;

/// The calls of an experiment by tenths of a window.
struct Bin {
  std::size_t passed = 0;
  std::size_t throttled = 0;
};

std::vector<Bin> BinsOf(const Experiment& experiment, nanoseconds width) {
  std::vector<Bin> bins;
  if (experiment.shots.empty()) return bins;
  nanoseconds begin = experiment.shots.front().sent;
  for (const Shot& shot : experiment.shots) begin = std::min(begin, shot.sent);
  for (const Shot& shot : experiment.shots) {
    const auto at = static_cast<std::size_t>((shot.sent - begin) / width);
    if (bins.size() <= at) bins.resize(at + 1);
    ++(shot.passed ? bins[at].passed : bins[at].throttled);
  }
  return bins;
}

nanoseconds WindowOf(const ProbeReport& report) {
  const nanoseconds measured = report.finding.window;
  return measured > nanoseconds{0} ? measured : report.plan.window;
}

std::size_t LimitOf(const ProbeReport& report) {
  return report.finding.limit > 0 ? report.finding.limit : report.plan.limit;
}

/// The last of each name: those that show the limiter best.
std::vector<const Experiment*> Shown(const ProbeReport& report) {
  std::vector<const Experiment*> shown;
  for (const Experiment& one : report.finding.experiments) {
    if (!shown.empty() && shown.back()->name == one.name) shown.pop_back();
    shown.push_back(&one);
  }
  return shown;
}

std::string RangeText(const Range& range) {
  std::ostringstream text;
  text.precision(6);
  if (std::isinf(range.high)) text << "at least ";
  text << range.low;
  if (range.high > range.low && !std::isinf(range.high)) text << " to " << range.high;
  return text.str();
}

void PrintBars(const ProbeReport& report, std::ostream& out) {
  constexpr std::size_t kWidest = 60;
  const nanoseconds width = WindowOf(report) / 10;
  for (const Experiment* one : Shown(report)) {
    const std::vector<Bin> bins = BinsOf(*one, width);
    std::size_t most = 1;
    for (const Bin& bin : bins) most = std::max(most, bin.passed + bin.throttled);
    out << "\n" << one->name << ", by tenths of a window: # passed, . throttled\n";
    for (std::size_t i = 0; i < bins.size(); ++i) {
      const auto bar = [&](std::size_t calls) {
        return calls == 0 ? 0 : std::max<std::size_t>(1, calls * kWidest / most);
      };
      const std::string at = std::to_string(i / 10) + "." + std::to_string(i % 10);
      out << std::string(at.size() < 5 ? 5 - at.size() : 0, ' ') << at << " |"
          << std::string(bar(bins[i].passed), '#') << std::string(bar(bins[i].throttled), '.')
          << (bins[i].passed + bins[i].throttled == 0
                  ? ""
                  : " " + std::to_string(bins[i].passed) + " of " +
                        std::to_string(bins[i].passed + bins[i].throttled))
          << '\n';
    }
  }
}

/// Without an end: null.
ordered_json RangeJson(const Range& range) {
  return {range.low, std::isinf(range.high) ? ordered_json() : ordered_json(range.high)};
}

std::string Figure(std::size_t figure, const Range& range) {
  return (std::isinf(range.high) ? "at least " : "") + std::to_string(figure);
}

/// Of what the window is the length.
std::string WindowText(const ProbeFinding& found) {
  if (found.algorithm == "token_bucket") {
    return "as asked for, or a multiple: a token bucket knows but the rate";
  }
  if (std::isinf(found.window_range.high)) {
    return "as asked for: not measured, for the probe's own calls count";
  }
  return "measured " + RangeText(found.window_range);
}

std::string Verdict(const ProbeReport& report) {
  const ProbeFinding& found = report.finding;
  if (!found.invalid.empty()) return "no verdict: " + found.invalid;
  if (found.algorithm == "none") {
    return "no limit was met by " + std::to_string(found.unlimited_calls) + " calls at once";
  }
  return found.algorithm + ", " + Figure(found.limit, found.limit_range) + " calls in " +
         std::to_string(found.window.count()) + " ms, burst " +
         Figure(found.burst, found.burst_range);
}

}  // namespace

bool ProbeReport::TellsCountRefused() const {
  return finding.algorithm == "sliding_window" || finding.algorithm == "sliding_counter" ||
         finding.algorithm == "token_bucket";
}

ProbeReport ProbeTarget(Target& target, const RefusalSign& refused, const ProbePlan& plan,
                        const std::function<void(const std::string&)>& progress) {
  ProbeSender sender(target, refused, plan);
  ProbeReport report{.target = target.Describe(), .plan = plan};
  const Outgoing call = ProbedCall(target, *target.Who("admin"));
  report.finding = Probe(sender.Subject(call), plan, progress);
  if (report.finding.invalid.empty() && report.finding.algorithm != "none") {
    progress("scope");
    report.scope = ProbeScope(target, sender, report.finding);
  }
  return report;
}

void PrintProbe(const ProbeReport& report, std::ostream& out) {
  const ProbeFinding& found = report.finding;
  PrintBars(report, out);
  out << "\n" << report.target << ": " << Verdict(report) << '\n';
  if (!found.invalid.empty() || found.algorithm == "none") return;
  out << "  limit      " << Figure(found.limit, found.limit_range) << " (measured "
      << RangeText(found.limit_range) << ")\n"
      << "  window     " << found.window.count() << " ms (" << WindowText(found)
      << ")\n  burst      " << Figure(found.burst, found.burst_range)
      << " at once after a rest (measured " << RangeText(found.burst_range) << ")\n  throttled  "
      << (!report.TellsCountRefused() ? "whether such calls take places cannot be seen from outside"
          : found.refusals_count      ? "calls take places, too"
                                      : "calls take no place")
      << '\n';
  for (const PairFinding& pair : report.scope.pairs) {
    out << "  " << pair.pair << std::string(11 - std::min<std::size_t>(10, pair.pair.size()), ' ')
        << SharingName(pair.sharing) << (pair.reason.empty() ? "" : ": " + pair.reason) << '\n';
  }
  out << "  scope      "
      << (report.scope.scope.empty() ? "none of throttle.scope's, or not known"
                                     : report.scope.scope)
      << "\n  seen       " << found.Measured() << ", by " << found.calls + report.scope.calls
      << " calls\n";
}

ordered_json ProbeJson(const ProbeReport& report) {
  const ProbeFinding& found = report.finding;
  ordered_json json = {{"target", report.target},
                       {"valid", found.invalid.empty()},
                       {"calls", found.calls + report.scope.calls}};
  if (!found.invalid.empty()) {
    json["reason"] = found.invalid;
    return json;
  }
  json["algorithm"] = found.algorithm;
  if (found.algorithm == "none") {
    json["calls_at_once"] = found.unlimited_calls;
    return json;
  }
  json["limit"] = found.limit;
  json["limit_range"] = RangeJson(found.limit_range);
  json["window_ms"] = found.window.count();
  json["window_ms_range"] = RangeJson(found.window_range);
  json["burst"] = found.burst;
  json["burst_range"] = RangeJson(found.burst_range);
  if (report.TellsCountRefused()) json["count_refused"] = found.refusals_count;
  for (const PairFinding& pair : report.scope.pairs) {
    json["pairs"][pair.pair] = {{"sharing", SharingName(pair.sharing)}};
    if (!pair.reason.empty()) json["pairs"][pair.pair]["reason"] = pair.reason;
  }
  if (!report.scope.scope.empty()) json["scope"] = report.scope.scope;
  json["measured"] = {{"median_recovery_windows", found.median_recovery},
                      {"recovery_spread_windows", found.recovery_spread},
                      {"second_burst_limits", found.second_burst},
                      {"evenness", found.evenness},
                      {"anchor_limits", found.anchor}};
  return json;
}

std::string ProbePage(const ProbeReport& report) {
  constexpr double kTenth = 0.1;
  ordered_json sections = ordered_json::array();
  for (const Experiment* const one : Shown(report)) {
    Series passed{.name = "passed", .look = "bars", .colour = "passed"};
    Series throttled{.name = "throttled", .look = "bars", .colour = "failed"};
    const std::vector<Bin> bins = BinsOf(*one, WindowOf(report) / 10);
    for (std::size_t i = 0; i < bins.size(); ++i) {
      const double at = static_cast<double>(i) * kTenth;
      passed.points.emplace_back(at, static_cast<double>(bins[i].passed));
      throttled.points.emplace_back(at, static_cast<double>(bins[i].throttled));
    }
    const double end = static_cast<double>(bins.size()) * kTenth;
    const double tenth = static_cast<double>(LimitOf(report)) * kTenth;
    sections.push_back(ChartSection({.title = one->name,
                                     .x_label = "windows since the first call",
                                     .y_label = "calls in a tenth of a window",
                                     .series = {passed,
                                                throttled,
                                                {.name = "a tenth of the limit",
                                                 .look = "dashed",
                                                 .colour = "limit",
                                                 .points = {{0, tenth}, {end, tenth}}}},
                                     .bar_width = kTenth}));
  }
  return ReportPage({{"title", "The limiter of " + report.target},
                     {"about", "timock-conformance probe"},
                     {"conclusion", Verdict(report)},
                     {"good", report.finding.invalid.empty()},
                     {"sections", std::move(sections)}});
}

}  // namespace timock::conformance
