#include "report/badge.h"

#include <nlohmann/json.hpp>

#include "judge/result.h"

namespace timock::conformance {

std::string BadgeJson(const RunSummary& summary) {
  const auto counts = summary.Counts();
  const std::size_t passed = counts[static_cast<std::size_t>(Verdict::kPassed)];
  const int exit_code = ExitCode(summary);
  const bool whole = exit_code == 0 && passed == summary.results.size();
  const nlohmann::ordered_json badge = {
      {"schemaVersion", 1},
      {"label", "conformance"},
      {"message", std::to_string(passed) + " of " + std::to_string(summary.results.size())},
      {"color", exit_code != 0 ? "red" : (whole ? "brightgreen" : "yellowgreen")}};
  return badge.dump() + "\n";
}

}  // namespace timock::conformance
