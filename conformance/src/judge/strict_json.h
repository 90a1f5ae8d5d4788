#ifndef TIMOCK_CONFORMANCE_JUDGE_STRICT_JSON_H_
#define TIMOCK_CONFORMANCE_JUDGE_STRICT_JSON_H_

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

namespace timock::conformance {

/// A JSON text as the strictest client reads it (RFC 8259, I-JSON): no byte order mark, no NUL, no
/// key twice in an object, whole numbers within 64 bits, nested at most 64 deep.
struct StrictJson {
  nlohmann::json value;
  std::string problem;  ///< What is wrong; empty: nothing is.
};
StrictJson ReadStrictJson(std::string_view text);

}  // namespace timock::conformance

#endif  // TIMOCK_CONFORMANCE_JUDGE_STRICT_JSON_H_
