#ifndef TIMOCK_CONFORMANCE_JUDGE_H_
#define TIMOCK_CONFORMANCE_JUDGE_H_

#include <optional>
#include <string>
#include <vector>

#include "case.h"
#include "exchange.h"
#include "expected_profile.h"

namespace timock::conformance {

/// What undetermined cases are held to; empty: to nothing.
using Held = std::optional<ExpectedProfile>;

/// What a reply says, read strictly.
struct Envelope {  // NOLINT(bugprone-exception-escape): json checks itself when moved
  int error_code = 0;
  std::string error_info;
  std::string action_status;  ///< Empty when it has none.
  nlohmann::json members;
};

/// The envelope of a reply, or what is wrong with it (P2): the reply must be one JSON object with
/// an integer ErrorCode, a string ErrorInfo and, if there is an ActionStatus (P10), one that fits
/// the code.
struct EnvelopeReading {
  std::optional<Envelope> envelope;
  std::string problem;
};
EnvelopeReading ReadEnvelope(const std::string& body);

/// Every point in which `reply` is not what was expected, as sentences; empty: it is. A switch is
/// looked up in `profile`; without one, whatever the code is fits.
std::vector<std::string> Judge(const Expectation& expect, const Reply& reply, const Held& profile);

}  // namespace timock::conformance

#endif  // TIMOCK_CONFORMANCE_JUDGE_H_
