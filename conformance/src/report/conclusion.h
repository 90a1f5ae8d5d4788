#ifndef TIMOCK_CONFORMANCE_REPORT_CONCLUSION_H_
#define TIMOCK_CONFORMANCE_REPORT_CONCLUSION_H_

#include <string>
#include <vector>

#include "judge/result.h"
#include "run/suite.h"

namespace timock::conformance {

/// Failed cases that have a reason in common.
struct Cause {
  std::string reason;
  std::vector<const Case*> cases;
  bool documented = false;  ///< One of the cases is.
};

/// Each failed case under that of its reasons which most cases share; causes of documented cases
/// first, then those of most cases.
std::vector<Cause> CausesOf(const std::vector<CaseResult>& results);

/// Why an entry of the known-failing list fails the run.
inline constexpr const char* kStale =
    "on the known-failing list, but it passes, or there is no such case";

/// "Conforms: 52 of 52 judged cases passed; 187 recorded; 390 not run: 300 because it changes names
/// of ..., ..."
std::string Conclusion(const RunSummary& summary);

/// What the cases of one level came to.
struct LevelResult {
  Level level = Level::kDocumented;
  std::size_t passed = 0;
  std::size_t failed = 0;  ///< Known ones, too.
  std::size_t known = 0;
  std::size_t recorded = 0;
  std::size_t not_run = 0;

  /// "52 of 52 passed (100 %), 3 not run", "12 recorded"
  std::string Text() const;
};

/// Of each level that has cases.
std::vector<LevelResult> LevelsOf(const RunSummary& summary);

}  // namespace timock::conformance

#endif  // TIMOCK_CONFORMANCE_REPORT_CONCLUSION_H_
