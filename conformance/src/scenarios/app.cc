#include <algorithm>
#include <cctype>
#include <chrono>
#include <nlohmann/json.hpp>

#include "cases/regions.h"
#include "scenarios/scenarios.h"
#include "target/target.h"

namespace timock::conformance {
namespace {

using namespace std::chrono_literals;
using Feature = AppSetup::Feature;

CaseRequest Naming() { return {.body = R"({"AttrNames":{"0":"sex"}})"}; }

int CallOfDisabledApp(Stage& stage) {
  const Identity who = stage.target().MakeApp({.enabled = false});
  return stage.Send(Naming(), who);
}

void Disabled(Stage& stage) {
  stage.ExpectSwitch(CallOfDisabledApp(stage), {"sdkappid_disabled"},
                     "ErrorCode of a disabled app");
}

void DisabledPublicCode(Stage& stage) {
  stage.Expect(CallOfDisabledApp(stage), 60'016, "ErrorCode of a disabled app");
}

void FeatureOff(Stage& stage) {
  const Identity who = stage.target().MakeApp({.feature = Feature::kOff});
  stage.ExpectNot(stage.Send(Naming(), who), 0, "ErrorCode without the feature");
  stage.target().ChangeApp({});
  const NamesReading reading = ReadNames(stage.target(), who);
  if (!reading.names) return stage.Wrong(reading.problem);
  if (!reading.names->empty()) {
    stage.Wrong("a call without the feature stored " + nlohmann::json(*reading.names).dump());
  }
}

void FeatureOffCode(Stage& stage) {
  const Identity who = stage.target().MakeApp({.feature = Feature::kOff});
  stage.ExpectSwitch(stage.Send(Naming(), who), {"feature_off"}, "ErrorCode without the feature");
}

void FeatureActivation(Stage& stage) {
  const Identity who = stage.target().MakeApp({.feature = Feature::kApprovedNow});
  stage.Elapse(48h - 1s);
  stage.ExpectNot(stage.Send(Naming(), who), 0, "ErrorCode one second before 48 hours");
  stage.Elapse(1s);
  stage.Expect(stage.Send(Naming(), who), 0, "ErrorCode at 48 hours");
}

void FeatureActivationCode(Stage& stage) {
  const Identity who = stage.target().MakeApp({.feature = Feature::kApprovedNow});
  stage.Elapse(48h - 1ns);
  stage.ExpectSwitch(stage.Send(Naming(), who), {"feature_off"},
                     "ErrorCode one nanosecond before 48 hours");
  stage.Elapse(1ns);
  stage.Expect(stage.Send(Naming(), who), 0, "ErrorCode at 48 hours");
  stage.Elapse(1ns);
  stage.Expect(stage.Send(Naming(), who), 0, "ErrorCode one nanosecond after 48 hours");
}

/// A read at `host`.
Outgoing At(Stage& stage, const Identity& who, const std::string& host) {
  Outgoing read = stage.ReadRequest(who);
  read.headers.insert(read.headers.begin(), {"Host", host});
  return read;
}

void OwnHosts(Stage& stage) {
  for (const Region& region : Regions()) {
    const Identity who = stage.target().MakeApp({.region = region.name});
    for (const std::string& host : region.hosts) {
      stage.Expect(stage.Send(At(stage, who, host)), 0, "ErrorCode at " + host);
    }
  }
}

constexpr const char* kRegion = "singapore";
constexpr const char* kOwnHost = "adminapisgp.im.qcloud.com";
constexpr const char* kOtherHost = "console.tim.qq.com";
constexpr const char* kMismatch = "host_region_mismatch";

void OtherHost(Stage& stage) {
  const Identity who = stage.target().MakeApp({.region = kRegion});
  stage.ExpectSwitch(stage.Send(At(stage, who, kOtherHost)), {kMismatch},
                     "ErrorCode at another region's host");
}

void OtherHostInBothForms(Stage& stage) {
  OtherHost(stage);
  const Identity who = stage.target().MakeApp({.region = kRegion});
  Outgoing absolute = At(stage, who, kOwnHost);
  const std::string path = absolute.target;
  absolute.target = std::string("https://") + kOtherHost + path;
  stage.ExpectSwitch(stage.Send(absolute), {kMismatch},
                     "ErrorCode of the absolute form with another region's host");
  absolute.headers.front().second = kOtherHost;
  absolute.target = std::string("https://") + kOwnHost + path;
  stage.Expect(stage.Send(absolute), 0, "ErrorCode of the absolute form with the own host");
  std::string capitals = kOtherHost;
  std::transform(capitals.begin(), capitals.end(), capitals.begin(),
                 [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  stage.ExpectSwitch(stage.Send(At(stage, who, capitals + ":443")), {kMismatch},
                     "ErrorCode at another region's host in capitals and with a port");
}

}  // namespace

std::vector<NamedScenario> AppScenarios() {
  return {{"app.disabled", Disabled},
          {"app.disabled_public_code", DisabledPublicCode},
          {"app.feature_off", FeatureOff},
          {"app.feature_off_code", FeatureOffCode},
          {"app.feature_activation", FeatureActivation},
          {"app.feature_activation_code", FeatureActivationCode},
          {"region.own_hosts", OwnHosts},
          {"region.other_host", OtherHost},
          {"region.other_host_in_both_forms", OtherHostInBothForms}};
}

}  // namespace timock::conformance
