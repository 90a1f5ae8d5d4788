#ifndef TIMOCK_CONFORMANCE_RUN_SELECTION_H_
#define TIMOCK_CONFORMANCE_RUN_SELECTION_H_

#include <string>
#include <string_view>

namespace timock::conformance {

/// Whether GoogleTest's filter selects this full name: patterns with `*` and `?` between colons,
/// those behind the first `-` take out. An empty first part selects all.
bool Selects(std::string_view filter, const std::string& name);

/// The filter that was given to GoogleTest.
std::string GivenFilter();

}  // namespace timock::conformance

#endif  // TIMOCK_CONFORMANCE_RUN_SELECTION_H_
