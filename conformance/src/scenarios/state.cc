#include <chrono>

#include "scenarios/scenarios.h"
#include "target/request_builder.h"
#include "target/target.h"

namespace timock::conformance {
namespace {

using namespace std::chrono_literals;
using Names = std::map<std::string, std::string>;

CaseRequest Naming(const std::string& slot, const std::string& name) {
  return {.body = R"({"AttrNames":{")" + slot + R"(":")" + name + R"("}})"};
}

void ExpectName(Stage& stage, const Identity& who, const std::string& slot,
                const std::string& name) {
  const NamesReading reading = ReadNames(stage.target(), who);
  if (!reading.names) return stage.Wrong(reading.problem);
  const auto found = reading.names->find(slot);
  const std::string got = found == reading.names->end() ? "" : found->second;
  if (got == name) return;
  stage.Wrong("slot " + slot + " of app " + std::to_string(who.sdkappid) + " is \"" + got +
              "\", expected \"" + name + '"');
}

void NamesByApp(Stage& stage) {
  const Identity first = stage.Who("admin");
  const Identity second = stage.Who("second_app");
  stage.Expect(stage.Send(Naming("2", "app_one"), first), 0, "ErrorCode of the first app's call");
  stage.Expect(stage.Send(Naming("2", "app_two"), second), 0, "ErrorCode of the second app's call");
  ExpectName(stage, first, "2", "app_one");
  ExpectName(stage, second, "2", "app_two");
}

void NamesStay(Stage& stage) {
  const Identity who = stage.Who("admin");
  stage.Expect(stage.Send(Naming("3", "stays_3"), who), 0, "ErrorCode of the first call");
  stage.ExpectNot(stage.Send(Naming("4", std::string(51, 'x')), who), 0,
                  "ErrorCode of a call with a name of 51 bytes");
  stage.Expect(stage.Read(who), 0, "ErrorCode of a read");
  ExpectName(stage, who, "3", "stays_3");
  stage.Expect(stage.Send(Naming("4", "stays_4"), who), 0, "ErrorCode of the last call");
  const std::unique_ptr<HttpClient> fresh = stage.target().Dial();
  const Outgoing read = stage.ReadRequest(who);
  const Reply reply = fresh->Send(read);
  stage.Expect(stage.CodeOf(read, reply), 0, "ErrorCode of a read on a new connection");
  ExpectName(stage, who, "4", "stays_4");
  const bool replaces = !stage.profile() || stage.profile()->WordOf("second_call") == "replace";
  if (!replaces) ExpectName(stage, who, "3", "stays_3");
}

void AdminAndBody(Stage& stage) {
  const int code = stage.Send({.body = "{"}, stage.Who("non_admin"));
  if (!stage.profile()) return;
  const ExpectedProfile& profile = *stage.profile();
  const bool admin_first =
      profile["admin_before_feature"].get<bool>() || profile["admin_before_body"].get<bool>();
  const std::vector<std::string> order = admin_first
                                             ? std::vector<std::string>{"not_admin", "json_syntax"}
                                             : std::vector<std::string>{"json_syntax", "not_admin"};
  stage.ExpectSwitch(code, order, "ErrorCode of bad JSON by a caller that is not an admin");
}

void FeatureAndAdmin(Stage& stage) {
  Identity who = stage.target().MakeApp({.feature = AppSetup::Feature::kOff});
  who.identifier = "somebody";
  const int code = stage.Read(who);
  if (!stage.profile()) return;
  const bool admin_first = (*stage.profile())["admin_before_feature"].get<bool>();
  const std::vector<std::string> order = admin_first
                                             ? std::vector<std::string>{"not_admin", "feature_off"}
                                             : std::vector<std::string>{"feature_off", "not_admin"};
  stage.ExpectSwitch(code, order, "ErrorCode without the feature and as no admin");
}

void AppHostAndUserSig(Stage& stage) {
  const auto call = [&](const Identity& who, const std::string& host) {
    const CaseRequest request{.command = "im_get_attr_name",
                              .headers = {{{"Host", host}, {"Content-Type", "application/json"}}},
                              .body = "{}",
                              .signing = Signing{.text = "!!!"}};
    return stage.Send(request, who);
  };
  const std::string own = "adminapisgp.im.qcloud.com";
  const std::string other = "console.tim.qq.com";
  AppSetup setup{.enabled = false, .region = "singapore"};
  Identity who = stage.target().MakeApp(setup);
  stage.ExpectSwitch(call(who, other),
                     {"sdkappid_disabled", "host_region_mismatch", "usersig_malformed"},
                     "ErrorCode of a disabled app at another region's host");
  setup.enabled = true;
  stage.target().ChangeApp(setup);
  stage.ExpectSwitch(call(who, other), {"host_region_mismatch", "usersig_malformed"},
                     "ErrorCode at another region's host with a bad UserSig");
  stage.ExpectSwitch(call(who, own), {"usersig_malformed"}, "ErrorCode of a bad UserSig");
}

void Lockout(Stage& stage) {
  constexpr int kTriesWhereOff = 10;
  const Identity who = stage.target().MakeApp({});
  const Held& profile = stage.profile();
  const int failures = profile ? (*profile)["usersig_lockout.failures"].get<int>() : 0;
  const CaseRequest forged{
      .command = "im_get_attr_name", .body = "{}", .signing = Signing{.key = "wrong"}};
  for (int i = 0; i < (failures == 0 ? kTriesWhereOff : failures); ++i) {
    stage.ExpectNot(stage.Send(forged, who), 0, "ErrorCode of a wrong UserSig");
  }
  if (!profile) return;
  const int code = failures == 0 ? 0 : profile->CodeOf("usersig_lockout.code");
  stage.Expect(stage.Read(who), code, "ErrorCode of a right UserSig after wrong ones");
  if (failures == 0 || !stage.target().Can("clock")) return;
  stage.Elapse(60s);
  stage.Expect(stage.Read(who), 0, "ErrorCode of a right UserSig a minute later");
}

void ExpectInternalError(Stage& stage, int code) {
  const Identity who = stage.Who("admin");
  stage.target().AddInternalError(who.sdkappid, "im_get_attr_name");
  const Outgoing read = stage.ReadRequest(who);
  const Reply reply = stage.target().Send(read);
  stage.Expect(stage.CodeOf(read, reply), code, "ErrorCode of the read that meets the fault");
  const EnvelopeReading reading = ReadEnvelope(reply.body);
  const bool absent = stage.profile() && stage.profile()->WordOf("action_status") == "absent";
  if (reading.envelope && !absent && reading.envelope->action_status != "FAIL") {
    stage.Wrong("ActionStatus is \"" + reading.envelope->action_status + "\", expected \"FAIL\"");
  }
  stage.Expect(stage.Read(who), 0, "ErrorCode of the read after it");
}

void InternalError(Stage& stage) { ExpectInternalError(stage, 91'000); }

void InternalErrorCode(Stage& stage) {
  ExpectInternalError(stage, stage.profile() ? stage.profile()->CodeOf("internal_error") : 91'000);
}

void UserSigAgain(Stage& stage) {
  const CaseRequest request{
      .command = "im_get_attr_name", .body = "{}", .signing = Signing{.expire_s = 10}};
  const Outgoing same = BuildRequest(request, stage.target());
  stage.Expect(stage.Send(same), 0, "ErrorCode of the first use");
  stage.Expect(stage.Send(same), 0, "ErrorCode of the second use");
  stage.Elapse(10s);
  stage.Expect(stage.Send(same), 0, "ErrorCode in the last second");
  stage.Elapse(1s);
  stage.ExpectNot(stage.Send(same), 0, "ErrorCode one second later");
}

}  // namespace

std::vector<NamedScenario> StateScenarios() {
  return {{"state.names_by_app", NamesByApp},
          {"state.names_stay", NamesStay},
          {"order.admin_and_body", AdminAndBody},
          {"order.feature_and_admin", FeatureAndAdmin},
          {"order.app_host_and_usersig", AppHostAndUserSig},
          {"account.lockout", Lockout},
          {"fault.internal_error", InternalError},
          {"fault.internal_error_code", InternalErrorCode},
          {"usersig.again", UserSigAgain}};
}

}  // namespace timock::conformance
