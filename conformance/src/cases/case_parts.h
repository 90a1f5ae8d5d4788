#ifndef TIMOCK_CONFORMANCE_CASES_CASE_PARTS_H_
#define TIMOCK_CONFORMANCE_CASES_CASE_PARTS_H_

#include <nlohmann/json.hpp>
#include <string>

#include "cases/case.h"

namespace timock::conformance {

// The parts of a case as fixtures/cases/README.md describes them. All throw ConfigError, which
// begins with `where`.

/// Whether a request has a body, in whatever form.
bool HasBody(const nlohmann::json& request);
CaseRequest ReadRequest(const nlohmann::json& value, const std::string& where);
Expectation ReadExpectation(const nlohmann::json& value, const std::string& where);
Then ReadThen(const nlohmann::json& value, const std::string& where);

}  // namespace timock::conformance

#endif  // TIMOCK_CONFORMANCE_CASES_CASE_PARTS_H_
