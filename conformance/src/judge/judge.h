#ifndef TIMOCK_CONFORMANCE_JUDGE_JUDGE_H_
#define TIMOCK_CONFORMANCE_JUDGE_JUDGE_H_

#include <optional>
#include <string>
#include <vector>

#include "cases/case.h"
#include "cases/expected_profile.h"
#include "wire/exchange.h"

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

/// What is wrong with a reply to a well-formed call, whatever became of the call: its HTTP status
/// (P1), announced end (P8), type (P5), envelope (P2), ActionStatus (P10) and order of keys (P3).
/// Empty: nothing is. For replies that are counted by their code alone.
std::vector<std::string> JudgeAnyReply(const Reply& reply, const Held& profile);

/// Every point in which `reply` is not what was expected, as sentences; empty: it is. A switch is
/// looked up in `profile`; without one, whatever the code is fits.
std::vector<std::string> Judge(const Expectation& expect, const Reply& reply, const Held& profile);

}  // namespace timock::conformance

#endif  // TIMOCK_CONFORMANCE_JUDGE_JUDGE_H_
