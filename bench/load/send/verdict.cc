#include "load/send/verdict.h"

#include "judge/judge.h"

namespace timock::load {

std::string FailureText(Failure failure) {
  switch (failure) {
    case Failure::kNoAnswer:
      return "no answer in time";
    case Failure::kClosed:
      return "connection closed before the answer";
    case Failure::kNoHttp:
      return "answer is no HTTP";
    case Failure::kNoEnvelope:
      return "answer without a right envelope";
    case Failure::kNoConnection:
      return "no idle connection";
    case Failure::kNone:
      break;
  }
  return "none";
}

std::string Verdict::CodeText() const {
  return code < 0 ? "status " + std::to_string(-code) : std::to_string(code);
}

Verdict Judge(int status, std::string_view body, const conformance::RefusalSign& refused) {
  if (refused.by_status && status == refused.value) {
    return {.outcome = Outcome::kThrottled, .code = -status};
  }
  const bool success = refused.by_status ? status / 100 == 2 : status == 200;
  if (!success) return {.outcome = Outcome::kRefused, .code = -status};
  const conformance::EnvelopeReading reading = conformance::ReadEnvelope(std::string(body));
  if (refused.by_status) {
    if (!reading.envelope || reading.envelope->error_code == 0) {
      return {.outcome = Outcome::kAdmitted};
    }
    return {.outcome = Outcome::kRefused, .code = reading.envelope->error_code};
  }
  if (!reading.envelope) return {.outcome = Outcome::kError, .failure = Failure::kNoEnvelope};
  const int number = reading.envelope->error_code;
  if (number == 0) return {.outcome = Outcome::kAdmitted};
  return {.outcome = number == refused.value ? Outcome::kThrottled : Outcome::kRefused,
          .code = number};
}

}  // namespace timock::load
