#include "faults/fault_answer.h"

#include <optional>
#include <string>

#include "calls/reply.h"

namespace timock {
namespace {

using Ending = FaultAction::Ending;

/// The code that the fault answers, if it does.
std::optional<int> CodeOf(const FaultAction& action, const ProfileData& profile) {
  if (action.internal_error) return profile[Switch::kInternalError].code;
  return action.error_code;
}

}  // namespace

bool AnswersItself(const FaultAction& action) {
  return action.error_code || action.internal_error || action.http_status;
}

Diagnosis DescribeFault(const FaultHit& hit, const ProfileData& profile) {
  const FaultAction& action = hit.action;
  std::string did;
  const auto add = [&did](const std::string& what) { did += (did.empty() ? "" : ", ") + what; };
  if (const std::optional<int> code = CodeOf(action, profile)) {
    add("answered ErrorCode " + std::to_string(*code));
  }
  if (action.http_status) add("answered HTTP status " + std::to_string(*action.http_status));
  if (!action.content_type.empty()) add("changed the Content-Type");
  if (action.drop_action_status) add("left out ActionStatus");
  if (action.null_error_info) add("made ErrorInfo null");
  if (hit.delay.count() > 0) add("delayed by " + std::to_string(hit.delay.count()) + " ms");
  switch (action.ending) {
    case Ending::kNone:
      break;
    case Ending::kClose:
      add("closed before the answer");
      break;
    case Ending::kReset:
      add("reset within the answer");
      break;
    case Ending::kTruncate:
      add("cut the answer short");
      break;
    case Ending::kTrickle:
      add("sent the answer piece by piece");
      break;
  }
  return {"fault", "hit by " + hit.id + ": " + did,
          "none if the fault is intended; otherwise remove it"};
}

std::optional<int> WriteFaultedAnswer(const FaultHit& hit, const ProfileData& profile,
                                      const FaultedEnvelope& envelope, HttpResponse* response) {
  const FaultAction& action = hit.action;
  const bool seen = action.ending != Ending::kClose;
  if (action.http_status) response->status = *action.http_status;
  if (!action.content_type.empty()) response->content_type = action.content_type;
  if (hit.delay.count() > 0 || action.ending != Ending::kNone) {
    response->fault = {.delay = hit.delay,
                       .ending = action.ending,
                       .after_bytes = action.ending_after_bytes,
                       .trickle_bytes = action.trickle_bytes,
                       .trickle_every = action.trickle_every};
  }
  const EnvelopeDamage damage{.no_action_status = action.drop_action_status,
                              .null_error_info = action.null_error_info};
  if (const std::optional<int> code = CodeOf(action, profile)) {
    const std::string info =
        action.error_info.empty() ? ErrorInfoText(profile, *code) : action.error_info;
    WriteEnvelope(profile, *code, info, {}, &response->body, damage);
    return seen ? code : std::nullopt;
  }
  if (action.http_status) {
    response->body = action.body;
    return {};
  }
  WriteEnvelope(profile, envelope.error_code, envelope.error_info, envelope.payload,
                &response->body, damage);
  return seen ? std::optional(envelope.error_code) : std::nullopt;
}

}  // namespace timock
