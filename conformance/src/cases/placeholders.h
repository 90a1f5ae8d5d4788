#ifndef TIMOCK_CONFORMANCE_CASES_PLACEHOLDERS_H_
#define TIMOCK_CONFORMANCE_CASES_PLACEHOLDERS_H_

#include <string>
#include <utility>
#include <vector>

namespace timock::conformance {

/// Placeholder names and what stands for them.
using Values = std::vector<std::pair<std::string, std::string>>;

/// `pattern` with each `${name}` replaced by its value and each `${repeat:TEXT:N}` by N times TEXT,
/// at most 4 MiB. Throws ConfigError for one that is neither.
std::string Filled(const std::string& pattern, const Values& values);

}  // namespace timock::conformance

#endif  // TIMOCK_CONFORMANCE_CASES_PLACEHOLDERS_H_
