#ifndef TIMOCK_CONFORMANCE_RUN_PAGE_REGISTER_H_
#define TIMOCK_CONFORMANCE_RUN_PAGE_REGISTER_H_

#include <string>
#include <string_view>
#include <vector>

#include "cases/case.h"
#include "judge/result.h"

namespace timock::conformance {

/// A normative sentence of the endpoint's page.
struct PageSentence {
  std::string id;  ///< "seed-01", in the order of the page.
  std::string quote;
  std::vector<std::string> covered_by;  ///< Case::entry.
  std::string not_testable;             ///< Why no case covers it; empty where some do.
};

/// Reads the register's text. Throws ConfigError for a sentence that is neither covered nor marked
/// not testable, or covered by a case that is none of `cases`.
std::vector<PageSentence> ReadPageRegister(std::string_view text, const std::vector<Case>& cases);

/// The one that is compiled in, of the shipped cases.
std::vector<PageSentence> ShippedPageRegister(const std::vector<Case>& cases);

/// What the results say of a sentence: failed when one of its cases did, passed when some passed
/// and none failed; otherwise not run or, where there are no cases, not testable.
enum class SentenceState { kFailed, kPassed, kNotRun, kNotTestable };
/// "failed", "passed", "not run", "not testable".
std::string StateName(SentenceState state);
SentenceState StateOf(const PageSentence& sentence, const std::vector<CaseResult>& results);

/// "34 sentences of the page: 31 passed, 0 failed, 0 not run, 3 not testable"
std::string CoverageLine(const std::vector<PageSentence>& sentences,
                         const std::vector<CaseResult>& results);

}  // namespace timock::conformance

#endif  // TIMOCK_CONFORMANCE_RUN_PAGE_REGISTER_H_
