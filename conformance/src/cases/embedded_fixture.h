#ifndef TIMOCK_CONFORMANCE_CASES_EMBEDDED_FIXTURE_H_
#define TIMOCK_CONFORMANCE_CASES_EMBEDDED_FIXTURE_H_

#include <string_view>

namespace timock::conformance {

/// The text of a file of fixtures/ that is compiled in, by its path there; empty for any other.
std::string_view EmbeddedFixture(std::string_view path);

/// Paths of all case files, separated by line feeds.
std::string_view CaseFiles();

}  // namespace timock::conformance

#endif  // TIMOCK_CONFORMANCE_CASES_EMBEDDED_FIXTURE_H_
