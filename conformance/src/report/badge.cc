#include "report/badge.h"

#include <nlohmann/json.hpp>

#include "report/conclusion.h"

namespace timock::conformance {

std::string BadgeJson(const RunSummary& summary) {
  LevelResult all;
  for (const LevelResult& level : LevelsOf(summary)) {
    all.passed += level.passed;
    all.failed += level.failed;
    all.recorded += level.recorded;
    all.not_run += level.not_run;
  }
  const bool whole = ExitCode(summary) == 0 && all.failed == 0;
  const nlohmann::ordered_json badge = {
      {"schemaVersion", 1},
      {"label", "conformance"},
      {"message", all.Text().empty() ? "nothing ran" : all.Text()},
      {"color", ExitCode(summary) != 0 ? "red" : (whole ? "brightgreen" : "yellowgreen")}};
  return badge.dump() + "\n";
}

}  // namespace timock::conformance
