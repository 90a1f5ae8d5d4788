#ifndef TIMOCK_CONFORMANCE_CASE_PARTS_H_
#define TIMOCK_CONFORMANCE_CASE_PARTS_H_

#include <nlohmann/json.hpp>
#include <string>

#include "case.h"

namespace timock::conformance {

// The parts of a case as fixtures/cases/README.md describes them. All throw CaseError, which begins
// with `where`.

CaseRequest ReadRequest(const nlohmann::json& value, const std::string& where);
Expectation ReadExpectation(const nlohmann::json& value, const std::string& where);
Then ReadThen(const nlohmann::json& value, const std::string& where);

}  // namespace timock::conformance

#endif  // TIMOCK_CONFORMANCE_CASE_PARTS_H_
