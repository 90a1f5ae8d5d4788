#ifndef TIMOCK_CONFORMANCE_CASES_CASE_PARTS_H_
#define TIMOCK_CONFORMANCE_CASES_CASE_PARTS_H_

#include <nlohmann/json.hpp>
#include <optional>
#include <set>
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

// What follows from the rest of a case, so that its file does not say it. check_cases.py derives
// the same and refuses a file that repeats it.

/// How sure a source makes us: "seed-21" documented, "1047/34620" elsewhere, "public answers"
/// observed, "client go-d60" client, "contract" undetermined. Empty for anything else.
std::optional<Level> LevelOf(const std::string& source_doc);

/// What the target must be able to do, as far as the requests, the expectation and the kind of
/// scenario tell.
std::set<std::string> DerivedNeeds(const Case& one);

/// Whether a server, a broken one too, may change stored names by it.
bool DerivedWrites(const Case& one);

}  // namespace timock::conformance

#endif  // TIMOCK_CONFORMANCE_CASES_CASE_PARTS_H_
