#ifndef TIMOCK_CONFORMANCE_REPORT_CONSOLE_H_
#define TIMOCK_CONFORMANCE_REPORT_CONSOLE_H_

#include <ostream>
#include <set>
#include <string>

#include "run/suite.h"

namespace timock::conformance {

/// Tells people of a run while it goes on and at its end.
class Console : public Reporter {
 public:
  /// `progress`: a line counts along. `verbose`: every failure in full; else the first of those
  /// that share their reasons.
  Console(std::ostream& out, bool progress, bool verbose);

  /// A failure is told at once, with curl line and replies.
  void OnResult(const CaseResult& result) override;
  void OnEnd(const RunSummary& summary) override;

 private:
  void ClearProgress();
  void TellFailure(const CaseResult& result);
  void TellCauses(const RunSummary& summary);
  void TellRules(const RunSummary& summary);

  std::ostream& out_;
  const bool progress_;
  const bool verbose_;
  std::set<std::string> told_;  // Reasons of failures.
  std::size_t done_ = 0;
  std::size_t failed_ = 0;
};

}  // namespace timock::conformance

#endif  // TIMOCK_CONFORMANCE_REPORT_CONSOLE_H_
