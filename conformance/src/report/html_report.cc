#include "report/html_report.h"

#include <nlohmann/json.hpp>

#include "judge/result.h"
#include "report/json_report.h"

namespace timock::conformance {
namespace {

using nlohmann::ordered_json;

double InMilliseconds(std::chrono::nanoseconds time) {
  const auto whole = std::chrono::floor<std::chrono::microseconds>(time).count();
  return static_cast<double>(whole) / 1e3;
}

/// Times from the first call on; a call is [milliseconds, 1 passed or 0 throttled].
ordered_json ThrottleJson(const CaseResult& result) {
  ordered_json calls = ordered_json::array();
  for (const Shot& shot : result.shots) {
    const double at = InMilliseconds(shot.sent - result.shots.front().sent);
    calls.push_back({at, shot.passed ? 1 : 0});
  }
  return {
      {"name", result.one->FullName()},
      {"title", result.one->title},
      {"limit", result.claim.limit == SIZE_MAX ? ordered_json() : ordered_json(result.claim.limit)},
      {"window_ms", InMilliseconds(result.claim.window)},
      {"calls", std::move(calls)}};
}

void Replace(const std::string& mark, const std::string& text, std::string* page) {
  const std::size_t at = page->find(mark);
  if (at != std::string::npos) page->replace(at, mark.size(), text);
}

/// As it may stand inside of a script element.
std::string ForScript(std::string text) {
  for (std::size_t at = text.find('<'); at != std::string::npos; at = text.find('<', at)) {
    text.replace(at, 1, "\\u003c");
  }
  return text;
}

}  // namespace

std::string HtmlReport(const RunSummary& summary, Target& target) {
  ordered_json report = ReportJson(summary, target);
  report["sentences"] = ordered_json::array();
  for (const PageSentence& sentence : summary.page) {
    report["sentences"].push_back({{"quote", sentence.quote},
                                   {"covered_by", sentence.covered_by},
                                   {"not_testable", sentence.not_testable},
                                   {"state", StateName(StateOf(sentence, summary.results))}});
  }
  report["throttle"] = ordered_json::array();
  for (const CaseResult& result : summary.results) {
    if (!result.shots.empty()) report["throttle"].push_back(ThrottleJson(result));
  }
  std::string page(EmbeddedPage("report.html"));
  Replace("REPORT_DATA",
          ForScript(report.dump(-1, ' ', false, ordered_json::error_handler_t::replace)), &page);
  return page;
}

}  // namespace timock::conformance
