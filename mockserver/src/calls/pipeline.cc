#include "calls/pipeline.h"

#include "calls/access_checks.h"
#include "calls/account_checks.h"

namespace timock {
namespace {

// Where the other of the two would have given another code, the answer depends on their order.
bool NotAdminBeforeBody(Call& call) {
  if (!NotAdmin(call)) return false;
  Call swapped = call;
  if (call.endpoint->body_refused(swapped) && swapped.code != call.code) {
    call.DependOn(Premise::kAdminBeforeBody);
  }
  return true;
}

bool BodyRefused(Call& call) {
  if (!call.endpoint->body_refused(call)) return false;
  Call swapped = call;
  if (!call.setting.profile.admin_before_body && NotAdmin(swapped) && swapped.code != call.code) {
    call.DependOn(Premise::kAdminBeforeBody);
  }
  return true;
}

// Each check says whether it refuses the call. The order is PROTOCOL section 3.
bool Refused(Call& call) {
  const bool admin_first = call.setting.profile.admin_before_body;
  // 0. transport
  return BodyTooLarge(call)
         // 1. access layer
         || PathMalformed(call)       //
         || CommandUnknown(call)      //
         || MethodNotPost(call)       //
         || PlainHttp(call)           //
         || ContenttypeRefused(call)  //
         || SdkappidMissing(call)     //
         || SdkappidMalformed(call)   //
         || IdentifierMissing(call)   //
         || RandomRefused(call)       //
         || Throttled(call, ThrottlePosition::kAccess)
         // 2. account layer
         || SdkappidUnknown(call)     //
         || SdkappidDisabled(call)    //
         || HostRegionMismatch(call)  //
         || UsersigRefused(call)
         // 3. service
         || FeatureOff(call)                             //
         || (admin_first && NotAdminBeforeBody(call))    //
         || Throttled(call, ThrottlePosition::kService)  //
         || BodyRefused(call)                            //
         || (!admin_first && NotAdmin(call))             //
         || call.endpoint->apply_refused(call);
}

}  // namespace

void RunPipeline(Call& call) {
  if (!Refused(call)) {
    call.rule = {};
    call.code = 0;
  }
}

void Identify(Call& call) {
  const CallSubject subject = ReadSubject(call.request.target);
  call.command = subject.command;
  call.sdkappid = subject.sdkappid;
  call.endpoint = FindEndpoint(call.setting.endpoints, call.command);
}

}  // namespace timock
