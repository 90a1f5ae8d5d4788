#ifndef TIMOCK_CONFORMANCE_REPORT_CONSOLE_H_
#define TIMOCK_CONFORMANCE_REPORT_CONSOLE_H_

#include <ostream>
#include <set>
#include <string>

#include "judge/result.h"
#include "run/suite.h"

namespace timock::conformance {

/// Tells people of a run while it goes on and at its end.

class Console {
 public:
  /// `target` must outlive this.
  /// `verbose`: every failure in full; else the first of those that share their reasons.
  Console(std::ostream& out, Target& target, bool progress, bool verbose);

  /// A failure is told at once, with curl line and replies; with `progress` a line counts along.
  void OnResult(const CaseResult& result);
  void Summarize(const RunSummary& summary);

 private:
  void ClearProgress();
  void TellFailure(const CaseResult& result);
  void TellCauses(const RunSummary& summary);

  std::ostream& out_;
  Target& target_;
  const bool progress_;
  const bool verbose_;
  std::set<std::string> told_;  // Reasons of failures.
  std::size_t done_ = 0;
  std::size_t failed_ = 0;
};

}  // namespace timock::conformance

#endif  // TIMOCK_CONFORMANCE_REPORT_CONSOLE_H_
