#ifndef TIMOCK_BENCH_LOAD_SEND_VERDICT_H_
#define TIMOCK_BENCH_LOAD_SEND_VERDICT_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "judge/throttle_judge.h"

namespace timock::load {

/// What became of a request.
enum class Outcome : std::uint8_t {
  kSkipped,    ///< Never sent: its moment had passed.
  kAdmitted,   ///< Succeeded.
  kThrottled,  ///< Refused as one too many.
  kRefused,    ///< Refused for another reason.
  kError,      ///< No answer, or none that could be understood.
};

/// Why a request has Outcome::kError; kNoConnection: why it was skipped, with all connections
/// waiting for the server.
enum class Failure : std::uint8_t {
  kNone,
  kNoAnswer,
  kClosed,
  kNoHttp,
  kNoEnvelope,
  kNoConnection
};

/// For people: "no answer in time".
std::string FailureText(Failure failure);

struct Verdict {
  Outcome outcome = Outcome::kSkipped;
  Failure failure = Failure::kNone;
  int code = 0;  ///< The ErrorCode; where there is none, the HTTP status, negative.

  /// "60007", "status 503".
  std::string CodeText() const;
  bool operator==(const Verdict&) const = default;
};

/// Judges one answer. Where throttling is told by an ErrorCode every answer must be an envelope;
/// where by a status, any status from 200 to 299 is a success, unless its body is an envelope with
/// an ErrorCode other than 0.
Verdict Judge(int status, std::string_view body, const conformance::RefusalSign& refused);

}  // namespace timock::load

#endif  // TIMOCK_BENCH_LOAD_SEND_VERDICT_H_
