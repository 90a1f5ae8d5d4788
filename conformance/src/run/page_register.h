#ifndef TIMOCK_CONFORMANCE_RUN_PAGE_REGISTER_H_
#define TIMOCK_CONFORMANCE_RUN_PAGE_REGISTER_H_

#include <string>
#include <vector>

#include "cases/case.h"
#include "cases/page.h"
#include "judge/result.h"

namespace timock::conformance {

/// `page` with the cases that cover each sentence, by Case::covers. Throws ConfigError for a
/// sentence that is neither covered nor marked not testable, or both, and for a case that covers a
/// sentence that the page does not have.
std::vector<PageSentence> Covered(std::vector<PageSentence> page, const std::vector<Case>& cases);

/// The page that is compiled in, covered by the shipped cases.
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
