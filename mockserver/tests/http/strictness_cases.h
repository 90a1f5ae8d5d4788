#ifndef TIMOCK_TESTS_HTTP_STRICTNESS_CASES_H_
#define TIMOCK_TESTS_HTTP_STRICTNESS_CASES_H_

#include <span>
#include <string>
#include <string_view>

namespace timock::testing {

/// One request and what RFC 9112 (or the RFC that `section` names) says of it.
struct StrictnessCase {
  std::string_view section;
  std::string_view what;  ///< Letters, digits and underscores: the name of a test.
  std::string bytes;
  bool accepted;
  std::string_view reason = {};  ///< Refused: a part of the reason.
};

std::span<const StrictnessCase> StrictnessCases();

}  // namespace timock::testing

#endif  // TIMOCK_TESTS_HTTP_STRICTNESS_CASES_H_
