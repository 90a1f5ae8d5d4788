// The order of checks: PROTOCOL section 3, and nowhere else.
#include <memory>

#include "calls/checks.h"

namespace timock {
namespace {

// Where the body would have given another code than the missing admin rights, or the other way
// round, the answer depends on their order. The one that comes second is tried on a decision that
// is discarded.
std::optional<Refusal> CheckAdmin(const Call& call, const App& config, Decision& decision) {
  const std::optional<Refusal> refusal = decision.Judge(NotAdmin(config, decision.caller));
  if (refusal && decision.profile.admin_before_body) {
    Decision other{.profile = decision.profile};
    const std::optional<Refusal> by_body = call.endpoint->read_body(call, other);
    if (by_body && by_body->code != refusal->code) {
      decision.DependOn(AssumedMember::kAdminBeforeBody);
    }
  }
  return refusal;
}

std::optional<Refusal> CheckBody(const Call& call, const App& config, Decision& decision) {
  const std::optional<Refusal> refusal = call.endpoint->read_body(call, decision);
  if (refusal && !decision.profile.admin_before_body) {
    Decision other{.profile = decision.profile};
    const std::optional<Refusal> by_admin = other.Judge(NotAdmin(config, decision.caller));
    if (by_admin && by_admin->code != refusal->code) {
      decision.DependOn(AssumedMember::kAdminBeforeBody);
    }
  }
  return refusal;
}

std::optional<Refusal> Refused(const Call& call, const IdTable<AppState>& apps,
                               Decision& decision) {
  // 0. transport
  if (auto refusal = decision.Judge(BodyTooLarge(call))) {
    decision.close = true;
    return refusal;
  }

  // 1. access layer
  decision.command = call.command;
  NoteRepeatedParameters(call, decision);
  if (auto refusal = decision.Judge(PathMalformed(call))) return refusal;
  if (auto refusal = decision.Judge(CommandUnknown(call))) return refusal;
  if (auto refusal = decision.Judge(MethodNotPost(call))) return refusal;
  if (auto refusal = decision.Judge(PlainHttp(call))) return refusal;
  if (auto refusal = decision.Judge(ContenttypeWrong(call))) return refusal;
  if (auto refusal = decision.Judge(SdkappidMissing(call))) return refusal;
  decision.sdkappid = call.sdkappid;
  if (auto refusal = decision.Judge(SdkappidMalformed(call))) return refusal;
  if (auto refusal = decision.Judge(IdentifierMissing(call))) return refusal;
  decision.caller = call.caller;
  NotePlusInIdentifier(call, decision);
  if (auto refusal = decision.Judge(RandomWrong(call))) return refusal;

  // The app. From here on the call has it to itself.
  const std::shared_ptr<AppState> found = apps.Find(call.sdkappid.value_or(0));
  if (found == nullptr) return decision.Judge(SdkappidUnknown(call));
  AppState& app = *found;
  const App& config = app.config();
  const MutexLock lock(app.mutex);
  if (auto refusal = Throttle(call, app, ThrottlePosition::kAccess, decision)) return refusal;

  // 2. account layer
  if (auto refusal = decision.Judge(SdkappidDisabled(config))) return refusal;
  if (auto refusal = decision.Judge(HostRegionMismatch(call, config))) return refusal;
  if (auto refusal = CheckUserSig(call, app, decision)) return refusal;

  // 3. service
  const bool admin_first = decision.profile.admin_before_body;
  if (auto refusal = decision.Judge(FeatureOff(call, config))) return refusal;
  if (admin_first) {
    if (auto refusal = CheckAdmin(call, config, decision)) return refusal;
  }
  if (auto refusal = Throttle(call, app, ThrottlePosition::kService, decision)) return refusal;
  if (auto refusal = CheckBody(call, config, decision)) return refusal;
  if (!admin_first) {
    if (auto refusal = CheckAdmin(call, config, decision)) return refusal;
  }
  return call.endpoint->apply(app, decision);
}

}  // namespace

void Decide(const Call& call, const IdTable<AppState>& apps, Decision& decision) {
  const std::optional<Refusal> refusal = Refused(call, apps, decision);
  if (!refusal) return;
  decision.rule = refusal->rule;
  decision.code = refusal->code;
}

void Identify(const Call& call, Decision& decision) {
  decision.command = call.command;
  decision.sdkappid = call.sdkappid;
}

}  // namespace timock
