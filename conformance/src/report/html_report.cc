#include "report/html_report.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "judge/result.h"
#include "report/conclusion.h"
#include "report/json_report.h"
#include "wire/report_page.h"

namespace timock::conformance {
namespace {

using nlohmann::ordered_json;

double InMilliseconds(std::chrono::nanoseconds time) {
  const auto whole = std::chrono::floor<std::chrono::microseconds>(time).count();
  return static_cast<double>(whole) / 1e3;
}

/// The calls of a case about the throttle, each at the number that passed in the window that ends
/// with it.
ordered_json ThrottleItem(const CaseResult& result) {
  std::vector<Shot> calls = result.shots;
  std::stable_sort(calls.begin(), calls.end(),
                   [](const Shot& a, const Shot& b) { return a.sent < b.sent; });
  Series passed{.name = "passed", .look = "dots", .colour = "passed"};
  Series throttled{.name = "throttled", .look = "strokes", .colour = "failed"};
  std::size_t first = 0;
  std::size_t in_window = 0;
  std::size_t max_in_window = 0;
  for (const Shot& call : calls) {
    in_window += call.passed ? 1 : 0;
    for (; calls[first].sent <= call.sent - result.claim.window; ++first) {
      in_window -= calls[first].passed ? 1 : 0;
    }
    max_in_window = std::max(max_in_window, in_window);
    (call.passed ? passed : throttled)
        .points.emplace_back(InMilliseconds(call.sent - calls.front().sent),
                             static_cast<double>(in_window));
  }
  const std::string name = result.one->FullName();
  std::string words = name + ": " + std::to_string(passed.points.size()) + " calls passed, " +
                      std::to_string(throttled.points.size()) + " throttled, at most " +
                      std::to_string(max_in_window) + " passed in one window";
  Chart chart{.title = name,
              .x_label = "milliseconds since the first call",
              .y_label = "calls that passed in the window before",
              .series = {}};
  if (result.claim.limit != SIZE_MAX) {
    const double end = std::max(InMilliseconds(calls.back().sent - calls.front().sent),
                                InMilliseconds(result.claim.window));
    const auto limit = static_cast<double>(result.claim.limit);
    chart.series.push_back({.name = "limit",
                            .look = "dashed",
                            .colour = "limit",
                            .points = {{0, limit}, {end, limit}}});
    words += ", the limit is " + std::to_string(result.claim.limit);
  }
  chart.series.push_back(std::move(passed));
  chart.series.push_back(std::move(throttled));
  return {{"name", name},
          {"title", result.one->title},
          {"first", result.one->id == "T.worst_window"},
          {"words", words},
          {"chart", ChartSection(chart)}};
}

}  // namespace

std::string HtmlReport(const RunSummary& summary) {
  ordered_json report = ReportJson(summary);
  report["sentences"] = ordered_json::array();
  for (const PageSentence& sentence : summary.page) {
    report["sentences"].push_back({{"quote", sentence.quote},
                                   {"covered_by", sentence.covered_by},
                                   {"not_testable", sentence.not_testable},
                                   {"state", StateName(StateOf(sentence, summary.results))}});
  }
  ordered_json choices = {
      {"title", "The throttle"},
      {"about",
       "Dots: calls that passed. Strokes: calls that were throttled. Where the server's clock "
       "stood still, calls of one moment stand above each other."},
      {"label", "Case"},
      {"items", ordered_json::array()}};
  for (const CaseResult& result : summary.results) {
    if (!result.shots.empty()) choices["items"].push_back(ThrottleItem(result));
  }
  const std::string held = summary.profile.empty()
                               ? "undetermined cases only recorded"
                               : "undetermined cases held to profile " + summary.profile;
  const int exit_code = ExitCode(summary);
  return ReportPage(
      {{"title", "Conformance of im_set_attr_name"},
       {"about", "timock-conformance " TIMOCK_VERSION " against " + summary.target + ", " + held},
       {"unix_seconds", summary.began.count()},
       {"conclusion", Conclusion(summary) + ". Exit code " + std::to_string(exit_code) + "."},
       {"good", exit_code == 0},
       {"report", std::move(report)},
       {"choices", std::move(choices)}});
}

}  // namespace timock::conformance
