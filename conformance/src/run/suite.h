#ifndef TIMOCK_CONFORMANCE_RUN_SUITE_H_
#define TIMOCK_CONFORMANCE_RUN_SUITE_H_

#include <array>
#include <chrono>
#include <map>
#include <string>
#include <vector>

#include "judge/judge.h"
#include "judge/result.h"
#include "run/page_register.h"
#include "target/target.h"

namespace timock::conformance {

/// All cases that are compiled in. Throws ConfigError when one is not valid or an id is given
/// twice.
std::vector<Case> ShippedCases();

/// What a run came to.
struct RunSummary {
  std::string target;
  std::chrono::seconds began{0};    ///< UNIX time.
  std::string cases_sha256;         ///< Of the shipped case files.
  Held held = {};                   ///< What undetermined cases are held to.
  std::string profile;              ///< Its name; empty: undetermined cases are held to nothing.
  std::vector<CaseResult> results;  ///< In the order in which they ran.
  std::vector<PageSentence> page;   ///< What the shipped cases cover.
  /// Entries of the known-failing list that passed, or that named no case that ran.
  std::vector<std::string> stale_known_failing;
  std::string unreachable;           ///< Why the target was lost on the way; empty when it was not.
  std::string own_fault;             ///< Why the suite itself failed; empty when it did not.
  int interrupted_by = 0;            ///< The signal that ended the run early; 0: it ran to its end.
  std::vector<const Case*> not_run;  ///< Selected, but the signal came before their end.

  std::array<std::size_t, kVerdicts> Counts() const;
};

/// Listens to a run. What it is given holds no secret.
class Reporter {
 public:
  virtual ~Reporter() = default;
  virtual void OnResult(const CaseResult& /*result*/) {}
  virtual void OnEnd(const RunSummary& summary) = 0;
};

struct SuiteOptions {
  Held profile = {};
  std::map<std::string, std::string> known_failing = {};  ///< Full name to reason.
  std::vector<Reporter*> reporters = {};                  ///< Told of each result as it comes.
};

/// Registers every case as a GoogleTest test of its name and runs those that GoogleTest's flags
/// select. `cases`, the shipped ones, must outlive the summary. Not to be called twice in a
/// process. Throws ConfigError when a sentence of the page is not covered.
RunSummary RunSuite(const std::vector<Case>& cases, Target& target, const SuiteOptions& options);

/// Runs the baseline, a plain valid call, which on a live target only reads: why there is no point
/// in running any other case, because nothing answers or the credentials are refused. Empty: there
/// is.
std::string WhyNotReachable(const std::vector<Case>& cases, Target& target);

/// 128 and the number of the signal that ended it early; else 0 conforms, 1 does not, 4 a fault of
/// the suite itself, 5 nothing ran.
int ExitCode(const RunSummary& summary);

}  // namespace timock::conformance

#endif  // TIMOCK_CONFORMANCE_RUN_SUITE_H_
