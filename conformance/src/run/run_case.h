#ifndef TIMOCK_CONFORMANCE_RUN_RUN_CASE_H_
#define TIMOCK_CONFORMANCE_RUN_RUN_CASE_H_

#include "cases/case.h"
#include "judge/judge.h"
#include "judge/result.h"
#include "target/target.h"

namespace timock::conformance {

/// Runs one case on `target`. Throws ConfigError for a fault of the case itself.
RawResult RunCase(const Case& one, Target& target, const Held& profile);

}  // namespace timock::conformance

#endif  // TIMOCK_CONFORMANCE_RUN_RUN_CASE_H_
