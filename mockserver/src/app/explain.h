#ifndef TIMOCK_APP_EXPLAIN_H_
#define TIMOCK_APP_EXPLAIN_H_

#include <string_view>

namespace timock::app {

/// What is compiled in to explain from: "PROTOCOL" (docs/PROTOCOL.md), "register" (the sentences of
/// the endpoint's page), and the cases of a rule by its name, "R8" or "S4.name_too_long". Empty for
/// any other name.
std::string_view EmbeddedExplanation(std::string_view name);

}  // namespace timock::app

#endif  // TIMOCK_APP_EXPLAIN_H_
