#include "report/badge.h"

#include <nlohmann/json.hpp>

#include "report/conclusion.h"

namespace timock::conformance {
namespace {

/// `conforms`: what failed was known to.
std::string Badge(const std::string& label, const LevelResult& result, bool conforms) {
  const std::string text = result.Text();
  const char* const colour = !conforms                            ? "red"
                             : result.failed > 0                  ? "yellowgreen"
                             : text.empty() || result.passed == 0 ? "lightgrey"
                                                                  : "brightgreen";
  const nlohmann::ordered_json badge = {{"schemaVersion", 1},
                                        {"label", label},
                                        {"message", text.empty() ? "nothing ran" : text},
                                        {"color", colour}};
  return badge.dump() + "\n";
}

}  // namespace

std::string BadgeJson(const RunSummary& summary) {
  LevelResult all;
  for (const LevelResult& level : LevelsOf(summary)) {
    all.passed += level.passed;
    all.failed += level.failed;
    all.recorded += level.recorded;
    all.not_run += level.not_run;
  }
  return Badge("conformance", all, ExitCode(summary) == 0);
}

std::map<std::string, std::string> LevelBadges(const RunSummary& summary) {
  std::map<std::string, std::string> badges;
  const bool whole =
      summary.interrupted_by == 0 && summary.own_fault.empty() && summary.unreachable.empty();
  for (const LevelResult& level : LevelsOf(summary)) {
    const bool conforms = whole && level.failed == level.known;
    const std::string name = LevelName(level.level);
    badges[name] = Badge("conformance: " + name, level, conforms);
  }
  return badges;
}

}  // namespace timock::conformance
