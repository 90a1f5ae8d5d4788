#include "load/send/verdict.h"

#include "judge/judge.h"
#include "load/send/text_values.h"
#include "wire/config_error.h"

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

RefusedAs RefusedAs::Parse(const std::string& text) {
  const auto pairs = ParsePairs(text);
  if (pairs.size() == 1 && (pairs[0].first == "code" || pairs[0].first == "status")) {
    constexpr std::uint64_t kMax = 99'999'999;
    const std::uint64_t number = ParseCount(pairs[0].second, "--refused " + pairs[0].first);
    if (number <= kMax) {
      return {pairs[0].first == "code" ? By::kCode : By::kStatus, static_cast<int>(number)};
    }
  }
  throw conformance::ConfigError("--refused is \"" + text +
                                 "\"; expected code=60007, status=503 or the like");
}

std::string RefusedAs::Text() const {
  return (by == By::kCode ? "ErrorCode " : "status ") + std::to_string(number);
}

std::string Verdict::CodeText() const {
  return code < 0 ? "status " + std::to_string(-code) : std::to_string(code);
}

Verdict Judge(int status, std::string_view body, const RefusedAs& refused) {
  if (refused.by == RefusedAs::By::kStatus) {
    if (status == refused.number) return {.outcome = Outcome::kThrottled, .code = -status};
    if (status / 100 == 2) return {.outcome = Outcome::kAdmitted};
    return {.outcome = Outcome::kRefused, .code = -status};
  }
  if (status != 200) return {.outcome = Outcome::kRefused, .code = -status};
  const conformance::EnvelopeReading reading = conformance::ReadEnvelope(std::string(body));
  if (!reading.envelope) return {.outcome = Outcome::kError, .failure = Failure::kNoEnvelope};
  const int number = reading.envelope->error_code;
  if (number == 0) return {.outcome = Outcome::kAdmitted};
  return {.outcome = number == refused.number ? Outcome::kThrottled : Outcome::kRefused,
          .code = number};
}

}  // namespace timock::load
