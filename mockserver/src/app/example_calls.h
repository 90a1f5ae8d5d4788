#ifndef TIMOCK_APP_EXAMPLE_CALLS_H_
#define TIMOCK_APP_EXAMPLE_CALLS_H_

#include <optional>
#include <string_view>
#include <vector>

#include "timock/journal.h"

namespace timock::app {

/// What the fake says, under its default profile, of a call that it diagnoses by `name`, such as
/// "name_too_long" or "missing_wrapper": such a call is made in this process. Empty for a name that
/// has no example.
std::optional<Diagnosis> ExampleDiagnosis(std::string_view name);

/// The names that have one, in the order of the checks.
std::vector<std::string_view> ExampleNames();

}  // namespace timock::app

#endif  // TIMOCK_APP_EXAMPLE_CALLS_H_
