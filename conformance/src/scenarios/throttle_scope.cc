#include <algorithm>
#include <cstdint>

#include "scenarios/scenarios.h"
#include "scenarios/throttle_stage.h"
#include "target/request_builder.h"

namespace timock::conformance {
namespace {

/// Whether a call is throttled, against what it should be.
void ExpectThrottled(ThrottleStage& throttle, const Outgoing& request, bool wanted,
                     const std::string& what) {
  if (throttle.Throttled(request) == wanted) return;
  throttle.stage().Wrong(what + (wanted ? " passes the throttle, expected it to be throttled"
                                        : " is throttled, expected it to pass the throttle"));
}

/// Or as many as a profile of a lower limit lets pass at once.
void ExpectHundredPass(ThrottleStage& throttle, const Outgoing& request, const std::string& what) {
  constexpr std::size_t kCalls = 100;
  throttle.stage().Expect(static_cast<int>(CountPassed(throttle.Fire(request, kCalls))),
                          static_cast<int>(std::min(kCalls, throttle.MostAtOnce())), what);
}

void AppsAreApart(Stage& stage) {
  ThrottleStage throttle(stage, ThrottleStage::Begin::kAsItIs);
  throttle.UseUp();
  const Outgoing other = throttle.Call(stage.Who("second_app"));
  ExpectHundredPass(throttle, other, "calls of another app passed of a hundred");
}

void Commands(Stage& stage) {
  ThrottleStage throttle(stage, ThrottleStage::Begin::kAsItIs);
  throttle.UseUp();
  if (!stage.skipped().empty()) return;
  ExpectThrottled(throttle, stage.ReadRequest(stage.Who("admin")),
                  throttle.switches().scope != "app_and_command", "a call of the other command");
}

void Identifiers(Stage& stage) {
  ThrottleStage throttle(stage, ThrottleStage::Begin::kAsItIs);
  // Behind the admin check a caller that is not an admin never meets the throttle.
  if (throttle.switches().position != "access") {
    return stage.Skip("the profile's throttle comes behind the admin check");
  }
  throttle.UseUp();
  if (!stage.skipped().empty()) return;
  ExpectThrottled(throttle, throttle.Call(stage.Who("non_admin")),
                  throttle.switches().scope != "app_and_identifier",
                  "a call as another identifier");
}

void LaterRefusalsCount(Stage& stage) {
  ThrottleStage throttle(stage);
  if (throttle.MostAtOnce() != 100) return stage.Skip("the profile's limit is not 100");
  Outgoing bad = throttle.Call();
  bad.body = std::string("{");
  throttle.Fire(bad, 50, 1, true);
  throttle.Fire(throttle.Call(), 50);
  ExpectThrottled(throttle, throttle.Call(), true, "the call after fifty bad and fifty good ones");
}

void EarlierRefusalsDoNotCount(Stage& stage) {
  ThrottleStage throttle(stage);
  const Outgoing nobody =
      BuildRequest({.query = {{"identifier", std::nullopt}}, .body = "{}"}, stage.target());
  throttle.Fire(nobody, 100, 1, true);
  ExpectHundredPass(throttle, throttle.Call(),
                    "calls passed of a hundred after a hundred without identifier");
}

void UnknownApp(Stage& stage) {
  ThrottleStage throttle(stage, ThrottleStage::Begin::kAsItIs);
  for (const Fired& one : throttle.Fire(throttle.Call(stage.Who("unknown_app")), 150, 1, true)) {
    if (one.code == throttle.switches().code) {
      return stage.Wrong("calls to an SDKAppID that no app has are throttled");
    }
  }
}

void Position(Stage& stage) {
  ThrottleStage throttle(stage);
  const Outgoing forged = BuildRequest(
      {.body = throttle.Call().body, .signing = Signing{.key = "wrong"}}, stage.target());
  const std::size_t most = throttle.MostAtOnce();
  if (most == SIZE_MAX) return stage.Skip("the profile has no limit");
  throttle.Fire(forged, most, 1, true);
  ExpectThrottled(throttle, throttle.Call(), throttle.switches().position == "access",
                  "a good call after as many with a wrong UserSig as can pass");
}

}  // namespace

std::vector<NamedScenario> ThrottleScopeScenarios() {
  return {{"throttle.apps_are_apart", AppsAreApart},
          {"throttle.commands", Commands},
          {"throttle.identifiers", Identifiers},
          {"throttle.later_refusals_count", LaterRefusalsCount},
          {"throttle.earlier_refusals_do_not_count", EarlierRefusalsDoNotCount},
          {"throttle.unknown_app", UnknownApp},
          {"throttle.position", Position}};
}

}  // namespace timock::conformance
