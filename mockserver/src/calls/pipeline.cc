// The order of checks: PROTOCOL section 3. That within a UserSig is CheckUserSig's (checks.cc),
// that within a body its command's (set_attr_name.cc).
#include <memory>

#include "calls/checks.h"

namespace timock {
namespace {

// Where two checks refuse with different codes, the answer depends on their order. The one that
// comes second is tried on a decision that is discarded.
template <typename Check>
void NoteOrder(AssumedMember order, const Refusal& first, const Check& second, Decision& decision) {
  Decision other{.profile = decision.profile};
  const std::optional<Refusal> refused = second(other);
  if (refused && refused->code != first.code) decision.DependOn(order);
}

bool AdminBeforeBody(const ProfileData& profile) {
  return profile.admin_before_feature || profile.admin_before_body;
}

std::optional<Refusal> CheckFeature(const Call& call, const App& config, Decision& decision) {
  const std::optional<Refusal> refusal = decision.Judge(FeatureOff(call, config));
  if (refusal && !decision.profile.admin_before_feature) {
    const auto admin = [&](Decision& other) {
      return other.Judge(NotAdmin(config, decision.caller));
    };
    NoteOrder(AssumedMember::kAdminBeforeFeature, *refusal, admin, decision);
  }
  return refusal;
}

std::optional<Refusal> CheckAdmin(const Call& call, const App& config, Decision& decision) {
  const std::optional<Refusal> refusal = decision.Judge(NotAdmin(config, decision.caller));
  if (refusal && decision.profile.admin_before_feature) {
    const auto feature = [&](Decision& other) { return other.Judge(FeatureOff(call, config)); };
    NoteOrder(AssumedMember::kAdminBeforeFeature, *refusal, feature, decision);
  }
  if (refusal && AdminBeforeBody(decision.profile)) {
    const auto body = [&](Decision& other) { return call.endpoint->read_body(call, other); };
    NoteOrder(AssumedMember::kAdminBeforeBody, *refusal, body, decision);
  }
  return refusal;
}

std::optional<Refusal> CheckBody(const Call& call, const App& config, Decision& decision) {
  const std::optional<Refusal> refusal = call.endpoint->read_body(call, decision);
  if (refusal && !AdminBeforeBody(decision.profile)) {
    const auto admin = [&](Decision& other) {
      return other.Judge(NotAdmin(config, decision.caller));
    };
    NoteOrder(AssumedMember::kAdminBeforeBody, *refusal, admin, decision);
  }
  return refusal;
}

std::optional<Refusal> Refused(Call& call, const IdTable<AppState>& apps, Decision& decision) {
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

  // The app and its clock. From here on the call has it to itself.
  const std::shared_ptr<AppState> found = apps.Find(call.sdkappid.value_or(0));
  if (found == nullptr || found->config().region == "any") {
    NoteSdkappidOfOtherRegion(call, decision);
  }
  if (found == nullptr) return decision.Judge(SdkappidUnknown(call));
  AppState& app = *found;
  const App& config = app.config();
  const MutexLock lock(app.mutex);
  call.at = app.At(call.at);
  if (auto refusal = Throttle(call, app, ThrottlePosition::kAccess, decision)) return refusal;

  // 2. account layer
  if (auto refusal = decision.Judge(SdkappidDisabled(config))) return refusal;
  if (auto refusal = decision.Judge(HostRegionMismatch(call, config))) return refusal;
  if (auto refusal = CheckUserSig(call, app, decision)) return refusal;

  // 3. service
  const ProfileData& profile = decision.profile;
  if (profile.admin_before_feature) {
    if (auto refusal = CheckAdmin(call, config, decision)) return refusal;
  }
  if (auto refusal = CheckFeature(call, config, decision)) return refusal;
  if (!profile.admin_before_feature && profile.admin_before_body) {
    if (auto refusal = CheckAdmin(call, config, decision)) return refusal;
  }
  if (auto refusal = Throttle(call, app, ThrottlePosition::kService, decision)) return refusal;
  if (auto refusal = CheckBody(call, config, decision)) return refusal;
  if (!AdminBeforeBody(profile)) {
    if (auto refusal = CheckAdmin(call, config, decision)) return refusal;
  }
  return call.endpoint->apply(app, decision);
}

}  // namespace

void Decide(Call& call, const IdTable<AppState>& apps, Decision& decision) {
  const std::optional<Refusal> refusal = Refused(call, apps, decision);
  if (!refusal) return;
  decision.rule = refusal->rule;
  decision.code = refusal->code;
}

void Identify(Call& call, const IdTable<AppState>& apps, Decision& decision) {
  decision.command = call.command;
  decision.sdkappid = call.sdkappid;
  const std::shared_ptr<const AppState> app = call.sdkappid ? apps.Find(*call.sdkappid) : nullptr;
  if (app == nullptr) return;
  const MutexLock lock(app->mutex);
  call.at = app->At(call.at);
}

}  // namespace timock
