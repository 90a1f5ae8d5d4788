#include "report/conclusion.h"

#include <algorithm>
#include <map>
#include <utility>

#include "judge/result.h"
#include "wire/exit_codes.h"

namespace timock::conformance {
namespace {

/// The reasons of skipped cases, the most frequent first.
std::string WhySkipped(const std::vector<CaseResult>& results) {
  constexpr std::size_t kShown = 4;
  std::map<std::string, std::size_t> counts;
  for (const CaseResult& result : results) {
    if (result.verdict == Verdict::kSkipped && !result.reasons.empty()) {
      ++counts[result.reasons.front()];
    }
  }
  std::vector<std::pair<std::size_t, std::string>> reasons;
  reasons.reserve(counts.size());
  for (const auto& [reason, count] : counts) reasons.emplace_back(count, reason);
  std::stable_sort(reasons.begin(), reasons.end(),
                   [](const auto& a, const auto& b) { return a.first > b.first; });
  std::string text;
  std::size_t others = 0;
  for (std::size_t i = 0; i < reasons.size(); ++i) {
    if (i >= kShown) {
      others += reasons[i].first;
      continue;
    }
    text +=
        (i == 0 ? "" : "; ") + std::to_string(reasons[i].first) + " because " + reasons[i].second;
  }
  return others == 0 ? text : text + "; " + std::to_string(others) + " for other reasons";
}

std::string Outcome(const RunSummary& summary) {
  if (summary.interrupted_by != 0) return "Ended early";
  switch (ExitCode(summary)) {
    case kExitConforms:
      return "Conforms";
    case kExitDiffers:
      return "Does not conform";
    case kExitNothingRan:
      return "Nothing was judged";
    default:
      return "No verdict";
  }
}

}  // namespace

std::vector<Cause> CausesOf(const std::vector<CaseResult>& results) {
  std::map<std::string, std::size_t> counts;
  for (const CaseResult& result : results) {
    if (result.verdict != Verdict::kFailed) continue;
    for (const std::string& reason : result.reasons) ++counts[reason];
  }
  std::map<std::string, Cause> causes;
  for (const CaseResult& result : results) {
    if (result.verdict != Verdict::kFailed || result.reasons.empty()) continue;
    const auto most = std::max_element(
        result.reasons.begin(), result.reasons.end(),
        [&](const std::string& a, const std::string& b) { return counts[a] < counts[b]; });
    Cause& cause = causes[*most];
    cause.reason = *most;
    cause.cases.push_back(result.one);
    cause.documented = cause.documented || result.one->level == Level::kDocumented;
  }
  std::vector<Cause> sorted;
  sorted.reserve(causes.size());
  for (auto& [reason, cause] : causes) sorted.push_back(std::move(cause));
  std::stable_sort(sorted.begin(), sorted.end(), [](const Cause& a, const Cause& b) {
    if (a.documented != b.documented) return a.documented;
    return a.cases.size() > b.cases.size();
  });
  return sorted;
}

std::string Conclusion(const RunSummary& summary) {
  const auto counts = summary.Counts();
  const auto count = [&](Verdict verdict) { return counts[static_cast<std::size_t>(verdict)]; };
  const std::size_t passed = count(Verdict::kPassed);
  const std::size_t judged = passed + count(Verdict::kFailed) + count(Verdict::kKnownFailing);
  std::string text = Outcome(summary) + ": " + std::to_string(passed) + " of " +
                     std::to_string(judged) + " judged cases passed";
  if (const std::size_t recorded = count(Verdict::kUndetermined); recorded > 0) {
    text += "; " + std::to_string(recorded) + " recorded and held to nothing";
  }
  const std::size_t not_run = count(Verdict::kSkipped) + summary.not_run.size();
  if (not_run == 0) return text;
  text += "; " + std::to_string(not_run) + " not run: " + WhySkipped(summary.results);
  if (summary.not_run.empty()) return text;
  return text + (count(Verdict::kSkipped) > 0 ? "; " : "") +
         std::to_string(summary.not_run.size()) + " because of signal " +
         std::to_string(summary.interrupted_by);
}

std::string LevelResult::Text() const {
  std::string text;
  const auto add = [&](const std::string& part) { text += (text.empty() ? "" : ", ") + part; };
  if (const std::size_t judged = passed + failed; judged > 0) {
    add(std::to_string(passed) + " of " + std::to_string(judged) + " passed (" +
        std::to_string(passed * 100 / judged) + " %)");
  }
  if (recorded > 0) add(std::to_string(recorded) + " recorded");
  if (not_run > 0) add(std::to_string(not_run) + " not run");
  return text;
}

std::vector<LevelResult> LevelsOf(const RunSummary& summary) {
  std::vector<LevelResult> levels;
  for (const Level level : kLevels) {
    LevelResult found{.level = level};
    for (const CaseResult& result : summary.results) {
      if (result.one->level != level) continue;
      switch (result.verdict) {
        case Verdict::kPassed:
          ++found.passed;
          break;
        case Verdict::kKnownFailing:
          ++found.known;
          ++found.failed;
          break;
        case Verdict::kFailed:
          ++found.failed;
          break;
        case Verdict::kUndetermined:
          ++found.recorded;
          break;
        case Verdict::kSkipped:
          ++found.not_run;
      }
    }
    for (const Case* const one : summary.not_run) found.not_run += one->level == level ? 1 : 0;
    if (!found.Text().empty()) levels.push_back(found);
  }
  return levels;
}

}  // namespace timock::conformance
