#include "core/fault_answer.h"

#include <string>

#include "core/reply.h"

namespace timock {
namespace {

TransportFault::Ending EndingOf(FaultAction::Ending ending) {
  switch (ending) {
    case FaultAction::Ending::kNone:
      break;
    case FaultAction::Ending::kClose:
      return TransportFault::Ending::kClose;
    case FaultAction::Ending::kReset:
      return TransportFault::Ending::kReset;
    case FaultAction::Ending::kTruncate:
      return TransportFault::Ending::kTruncate;
    case FaultAction::Ending::kTrickle:
      return TransportFault::Ending::kTrickle;
  }
  return TransportFault::Ending::kNone;
}

}  // namespace

bool AnswersItself(const FaultAction& action) { return action.error_code || action.http_status; }

int WriteFaultedAnswer(const FaultHit& hit, const ProfileData& profile,
                       const FaultedEnvelope& envelope, HttpResponse* response) {
  const FaultAction& action = hit.action;
  if (action.http_status) response->status = *action.http_status;
  if (!action.content_type.empty()) response->content_type = action.content_type;
  if (hit.delay.count() > 0 || action.ending != FaultAction::Ending::kNone) {
    response->fault = {.delay = hit.delay,
                       .ending = EndingOf(action.ending),
                       .after_bytes = action.ending_after_bytes,
                       .trickle_bytes = action.trickle_bytes,
                       .trickle_every = action.trickle_every};
  }
  const EnvelopeDamage damage{.no_action_status = action.drop_action_status,
                              .null_error_info = action.null_error_info};
  if (action.error_code) {
    const std::string info =
        action.error_info.empty() ? ErrorInfoText(profile, *action.error_code) : action.error_info;
    WriteEnvelope(profile, *action.error_code, info, {}, &response->body, damage);
    return *action.error_code;
  }
  if (action.http_status) {
    response->body = action.body;
    return 0;
  }
  WriteEnvelope(profile, envelope.error_code, envelope.error_info, envelope.payload,
                &response->body, damage);
  return envelope.error_code;
}

}  // namespace timock
