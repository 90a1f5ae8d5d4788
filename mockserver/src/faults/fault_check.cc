#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>

#include "faults/fault_plan.h"
#include "json/fields.h"
#include "json/strict_json.h"

namespace timock {
namespace {

using std::chrono::milliseconds;

bool IsLetterOrDigit(char c) {
  return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

/// An id stands in a path of the control API, beside the name `presets`.
Problem CheckId(const std::string& id) {
  constexpr std::size_t kMaxId = 64;
  if (id.empty()) return {};
  const bool plain = std::all_of(id.begin(), id.end(), [](char c) {
    return IsLetterOrDigit(c) || c == '.' || c == '_' || c == '-';
  });
  if (plain && IsLetterOrDigit(id.front()) && id.size() <= kMaxId && id != "presets") return {};
  return Error{
      "expected 1 to 64 of A-Z a-z 0-9 . _ -, a letter or digit first, and not \"presets\"", "/id"};
}

Problem CheckLength(const std::string& text, const char* pointer,
                    std::size_t most = kMaxFaultText) {
  if (text.size() <= most) return {};
  return Error{"is " + std::to_string(text.size()) + " bytes long; at most " +
                   std::to_string(most) + " are kept",
               pointer};
}

Problem CheckRange(milliseconds value, milliseconds least, milliseconds most, const char* pointer) {
  if (value >= least && value <= most) return {};
  return Error{
      "expected " + std::to_string(least.count()) + " to " + std::to_string(most.count()) + " ms",
      pointer};
}

Problem CheckBodyMatch(const FaultMatch& match) {
  if (Problem problem = CheckLength(match.body_pointer, "/match/body/pointer")) return problem;
  if (Problem problem = CheckLength(match.body_equals, "/match/body/equals", kMaxFaultBody)) {
    return problem;
  }
  if (!JsonPointer::Parse(match.body_pointer)) {
    return Error{"expected a JSON pointer (RFC 6901), such as \"/AttrNames/0\"",
                 "/match/body/pointer"};
  }
  if (match.body_equals.empty()) return {};
  if (const Result<nlohmann::json> equals = ParseStrictJson(match.body_equals); !equals) {
    return Error{"is not JSON: " + equals.error().Text(), "/match/body/equals"};
  }
  return {};
}

Problem CheckMatch(const FaultMatch& match) {
  if (Problem problem = CheckLength(match.command, "/match/command")) return problem;
  if (Problem problem = CheckLength(match.identifier, "/match/identifier")) return problem;
  if (Problem problem = CheckBodyMatch(match)) return problem;
  if (match.every_nth == 0) return Error{"expected a whole number from 1", "/match/every_nth"};
  if (!(match.probability > 0 && match.probability <= 1)) {
    return Error{"expected a number above 0, at most 1", "/match/probability"};
  }
  return {};
}

Problem CheckDelay(const FaultDelay& delay) {
  constexpr double kMaxSigma = 10;
  constexpr milliseconds kNone{0};
  constexpr milliseconds kMin{1};
  switch (delay.kind) {
    case FaultDelay::Kind::kNone:
      return {};
    case FaultDelay::Kind::kFixed:
      return CheckRange(delay.low, kMin, kMaxFaultDelay, "/action/delay/fixed_ms");
    case FaultDelay::Kind::kUniform:
      if (Problem problem =
              CheckRange(delay.low, kNone, kMaxFaultDelay, "/action/delay/uniform_ms/0")) {
        return problem;
      }
      return CheckRange(delay.high, std::max(delay.low, kMin), kMaxFaultDelay,
                        "/action/delay/uniform_ms/1");
    case FaultDelay::Kind::kLogNormal:
      break;
  }
  if (!(delay.sigma >= 0 && delay.sigma <= kMaxSigma)) {
    return Error{"expected a number from 0 to 10", "/action/delay/log_normal/sigma"};
  }
  return CheckRange(delay.median, kMin, kMaxFaultDelay, "/action/delay/log_normal/median_ms");
}

Problem CheckEnding(const FaultAction& action) {
  using Ending = FaultAction::Ending;
  const bool cuts = action.ending == Ending::kReset || action.ending == Ending::kTruncate;
  if (action.ending_after_bytes && !cuts) {
    return Error{"goes with the ending \"reset\" or \"truncate\" only",
                 "/action/ending_after_bytes"};
  }
  if (action.trickle_bytes < 1 || action.trickle_bytes > kMaxFaultBody) {
    return Error{"expected 1 to " + std::to_string(kMaxFaultBody), "/action/trickle_bytes"};
  }
  return CheckRange(action.trickle_every, milliseconds{1}, kMaxTrickleWait,
                    "/action/trickle_every_ms");
}

/// The members that decide what the answer says.
Problem CheckContent(const FaultAction& action) {
  if (Problem problem = CheckLength(action.error_info, "/action/error_info")) return problem;
  if (Problem problem = CheckLength(action.body, "/action/body", kMaxFaultBody)) return problem;
  if (Problem problem = CheckLength(action.content_type, "/action/content_type")) return problem;
  if (action.error_code && action.internal_error) {
    return Error{"excludes error_code; both say which code is answered", "/action/internal_error"};
  }
  const bool has_code = action.error_code || action.internal_error;
  if (!action.error_info.empty() && !has_code) {
    return Error{"goes with error_code or internal_error only", "/action/error_info"};
  }
  if (!action.error_info.empty() && action.null_error_info) {
    return Error{"excludes error_info", "/action/null_error_info"};
  }
  if (action.http_status && (*action.http_status < 200 || *action.http_status > 599)) {
    return Error{"expected 200 to 599", "/action/http_status"};
  }
  const bool own_body = action.http_status && !has_code;
  if (!action.body.empty() && !own_body) {
    return Error{"goes with http_status, and without error_code or internal_error", "/action/body"};
  }
  const int status = action.http_status.value_or(200);
  if (!action.body.empty() && (status == 204 || status == 304)) {
    return Error{"an answer of status 204 or 304 has none", "/action/body"};
  }
  if (own_body && (action.drop_action_status || action.null_error_info)) {
    return Error{
        "there is no envelope in an answer of http_status alone; add error_code",
        action.drop_action_status ? "/action/drop_action_status" : "/action/null_error_info"};
  }
  const bool one_line = std::all_of(action.content_type.begin(), action.content_type.end(),
                                    [](char c) { return c >= ' ' && c <= '~'; });
  if (!one_line) return Error{"expected printable ASCII", "/action/content_type"};
  return {};
}

bool DoesNothing(FaultAction action) {
  const FaultAction nothing;
  action.trickle_bytes = nothing.trickle_bytes;
  action.trickle_every = nothing.trickle_every;
  return action == nothing;
}

}  // namespace

Result<Done> CheckFault(const Fault& fault) {
  if (Problem problem = CheckId(fault.id)) return *std::move(problem);
  if (Problem problem = CheckMatch(fault.match)) return *std::move(problem);
  if (DoesNothing(fault.action)) {
    return Error{
        "nothing goes wrong; give error_code, internal_error, http_status, content_type, "
        "delay, ending, drop_action_status or null_error_info",
        "/action"};
  }
  if (Problem problem = CheckContent(fault.action)) return *std::move(problem);
  if (Problem problem = CheckDelay(fault.action.delay)) return *std::move(problem);
  if (Problem problem = CheckEnding(fault.action)) return *std::move(problem);
  if (fault.times == 0) return Error{"expected a whole number from 1", "/times"};
  return Done{};
}

}  // namespace timock
