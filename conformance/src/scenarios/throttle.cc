#include <algorithm>
#include <chrono>

#include "limiter/probe_sender.h"
#include "scenarios/scenarios.h"
#include "scenarios/throttle_stage.h"
#include "target/target.h"

namespace timock::conformance {
namespace {

using namespace std::chrono_literals;
using std::chrono::nanoseconds;

int Passed(const std::vector<Fired>& fired) { return static_cast<int>(CountPassed(fired)); }

/// From the first sent to the last answered.
nanoseconds Took(const std::vector<Fired>& fired) {
  nanoseconds last{0};
  for (const Fired& one : fired) last = std::max(last, one.shot.answered);
  return last - fired.front().shot.sent;
}

/// Three times what can pass at once, one call after the other.
std::vector<Fired> OneAfterTheOther(ThrottleStage& throttle) {
  const ThrottleSwitches& switches = throttle.switches();
  const std::size_t calls = 3 * std::max(switches.limit.value_or(100), switches.burst);
  return throttle.Once("one after the other",
                       [&] { return throttle.Fire(throttle.Call(), calls); });
}

constexpr std::size_t kBurst = 300;

/// 300 calls as fast as they go over forty connections, then calls at twice the limit, one after
/// the other, for three windows.
std::vector<Fired> BurstAndStream(ThrottleStage& throttle) {
  return throttle.Once("burst and stream", [&] {
    constexpr std::size_t kConnections = 40;
    const ThrottleSwitches& switches = throttle.switches();
    const std::size_t calls = 6 * switches.limit.value_or(100);
    const Outgoing call = throttle.Call();
    std::vector<Fired> fired = throttle.Fire(call, kBurst, kConnections);
    for (std::size_t i = 0; i < calls; ++i) {
      throttle.Elapse(3 * switches.window / calls);
      fired.push_back(throttle.Fire(call, 1).front());
    }
    return fired;
  });
}

void HundredPass(Stage& stage) {
  constexpr std::size_t kCalls = 100;
  ThrottleStage throttle(stage, ThrottleStage::Begin::kAsItIs);
  std::vector<Fired> fired = OneAfterTheOther(throttle);
  fired.resize(kCalls);
  stage.Expect(Passed(fired), kCalls, "calls passed of the first hundred");
}

void ManyMoreAreRefused(Stage& stage) {
  ThrottleStage throttle(stage, ThrottleStage::Begin::kAsItIs);
  std::vector<Fired> fired = BurstAndStream(throttle);
  fired.resize(kBurst);
  if (fired.back().shot.sent - fired.front().shot.sent > 1s) {
    return stage.Skip("too slow: 300 calls took longer than a second");
  }
  if (CountPassed(fired) > 200) {
    stage.Wrong(std::to_string(CountPassed(fired)) +
                " of 300 calls over forty connections in one second passed, expected at most 200");
  }
}

void Recovers(Stage& stage) {
  ThrottleStage throttle(stage, ThrottleStage::Begin::kAsItIs);
  throttle.UseUp();
  throttle.Elapse(2 * throttle.switches().window + 50ms);
  stage.Expect(Passed(throttle.Fire(throttle.Call(), 100)), 100,
               "calls passed of a hundred, two windows later");
}

void NextIsRefused(Stage& stage) {
  ThrottleStage throttle(stage, ThrottleStage::Begin::kAsItIs);
  if (!throttle.switches().limit) return stage.Skip("the profile has no limit");
  const std::size_t most = throttle.MostAtOnce();
  const std::vector<Fired> fired = OneAfterTheOther(throttle);
  for (std::size_t i = 0; i < most; ++i) {
    if (fired[i].shot.passed) continue;
    return stage.Wrong("call " + std::to_string(i + 1) + " after a rest is throttled, expected " +
                       std::to_string(most) + " to pass");
  }
  const Shot& next = fired[most].shot;
  const bool within = next.answered - fired.front().shot.sent < throttle.switches().window;
  const bool refills =
      throttle.switches().algorithm == "token_bucket" && next.answered != fired.front().shot.sent;
  if (within && !refills && next.passed) {
    stage.Wrong("call " + std::to_string(most + 1) + " inside one window passed");
  }
}

/// What slot 1 holds, or empty with a complaint.
std::string SlotOne(Stage& stage) {
  const NamesReading reading = ReadNames(stage.target(), stage.Who("admin"));
  if (!reading.names) {
    stage.Wrong(reading.problem);
    return "";
  }
  return reading.names->contains("1") ? reading.names->at("1") : "no name";
}

void RefusedStoresNothing(Stage& stage) {
  ThrottleStage throttle(stage, ThrottleStage::Begin::kAsItIs);
  const std::string before = SlotOne(stage);
  throttle.UseUp();
  if (!stage.skipped().empty()) return;
  Outgoing naming = throttle.Call();
  naming.body = R"({"AttrNames":{"1":"never_stored"}})";
  if (!throttle.Throttled(naming)) return stage.Wrong("the call after the limit is not throttled");
  throttle.Rest();
  const std::string after = SlotOne(stage);
  if (after != before) {
    stage.Wrong("slot 1 is \"" + after + "\" after a throttled call, expected \"" + before + '"');
  }
}

/// The claim that holds for every algorithm: twice the limit for those whose windows have edges.
ThrottleClaim SafeClaim(const ThrottleStage& throttle) {
  ThrottleClaim claim = throttle.claim();
  const ThrottleSwitches& switches = throttle.switches();
  if (!switches.CountsWindowsExactly() && switches.limit) {
    claim.limit += std::max(*switches.limit, switches.burst);
  }
  return claim;
}

void ExpectNoFalseAdmit(ThrottleStage& throttle, const std::vector<Shot>& shots) {
  const ThrottleClaim claim = SafeClaim(throttle);
  if (!ProvenFalseAdmit(shots, claim)) return;
  const WorstWindow worst = WorstOf(shots, claim.window);
  throttle.stage().Wrong("in the worst window at least " + std::to_string(worst.certain) +
                         " calls passed (at most " + std::to_string(worst.possible) +
                         "), expected at most " + std::to_string(claim.limit));
}

/// Whether the algorithm only counts passed calls in one window.
bool CountsPassedCalls(const ThrottleSwitches& switches) {
  return switches.algorithm != "sliding_counter" && switches.algorithm != "token_bucket" &&
         !switches.count_refused && switches.limit;
}

/// Says nothing unless CountsPassedCalls.
void ExpectNoFalseThrottle(ThrottleStage& throttle, const std::vector<Shot>& shots) {
  const ThrottleSwitches& switches = throttle.switches();
  if (!CountsPassedCalls(switches)) return;
  const std::optional<std::size_t> call = ProvenFalseThrottle(shots, throttle.claim());
  if (!call) return;
  throttle.stage().Wrong("call " + std::to_string(*call + 1) +
                         " was throttled, though fewer than " + std::to_string(*switches.limit) +
                         " calls had passed in the window before");
}

void WorstWindowOfAll(Stage& stage) {
  ThrottleStage throttle(stage, ThrottleStage::Begin::kAsItIs);
  ExpectNoFalseAdmit(throttle, ShotsOf(BurstAndStream(throttle)));
}

void NoFalseRefusal(Stage& stage) {
  ThrottleStage throttle(stage, ThrottleStage::Begin::kAsItIs);
  if (!CountsPassedCalls(throttle.switches())) {
    return stage.Skip("the profile's throttle does more than count passed calls in one window");
  }
  ExpectNoFalseThrottle(throttle, ShotsOf(BurstAndStream(throttle)));
}

void ManyConnectionsAtOnce(Stage& stage) {
  ThrottleStage throttle(stage, ThrottleStage::Begin::kAsItIs);
  std::vector<Fired> fired = BurstAndStream(throttle);
  fired.resize(kBurst);
  ExpectNoFalseAdmit(throttle, ShotsOf(fired));
}

void ThrottledCalls(Stage& stage) {
  ThrottleStage throttle(stage, ThrottleStage::Begin::kAsItIs);
  const ThrottleSwitches& switches = throttle.switches();
  if (!switches.limit) return stage.Skip("the profile has no limit");
  std::vector<Fired> fired = BurstAndStream(throttle);
  fired.erase(fired.begin(), fired.begin() + kBurst);
  const std::size_t passed = CountPassed(fired);
  // PROTOCOL section 5: two algorithms count passed calls only.
  const bool counts = switches.count_refused && switches.algorithm != "fixed_window" &&
                      switches.algorithm != "window_from_first";
  if (counts && passed > 0) {
    stage.Wrong(std::to_string(passed) + " calls passed, though throttled calls count");
  }
  if (!counts && passed == 0) {
    stage.Wrong(
        "no call passed in three windows at twice the rate, though throttled calls do not "
        "count");
  }
}

void Code(Stage& stage) {
  ThrottleStage throttle(stage, ThrottleStage::Begin::kAsItIs);
  const std::vector<Shot> shots = throttle.UseUp();
  if (!stage.skipped().empty() || shots.back().passed) return;
  const int code = throttle.Fire(throttle.Call(), 1, 1, true).front().code;
  stage.ExpectSwitch(code, {"throttle.code"}, "ErrorCode of the call after the limit");
}

void PublicCode(Stage& stage) {
  ThrottleStage throttle(stage, ThrottleStage::Begin::kAsItIs);
  throttle.UseUp();
  if (!stage.skipped().empty()) return;
  stage.Expect(throttle.Fire(throttle.Call(), 1, 1, true).front().code, 60'007,
               "ErrorCode of the call after the limit");
}

void Limit(Stage& stage) {
  ThrottleStage throttle(stage, ThrottleStage::Begin::kAsItIs);
  const ThrottleSwitches& switches = throttle.switches();
  const std::vector<Fired> fired = OneAfterTheOther(throttle);
  const std::size_t calls = fired.size();
  const nanoseconds took = Took(fired);
  if (took >= switches.window) return stage.Skip("too slow: the calls took longer than a window");
  const std::size_t wanted = std::min(throttle.MostAtOnce(), calls);
  std::size_t most = wanted;
  if (switches.algorithm == "token_bucket" && switches.limit) {
    most +=
        static_cast<std::size_t>(took * *switches.limit / switches.window) + (took > 0s ? 1 : 0);
  }
  const std::size_t passed = CountPassed(fired);
  if (passed < wanted || passed > most) {
    stage.Wrong(std::to_string(passed) + " of " + std::to_string(calls) +
                " calls at once passed, expected " + std::to_string(wanted));
  }
}

/// A used up limit, and calls until one passes again: at twice the limit or, where throttled calls
/// count, at half of it. Without any that passes, when there is none within three windows.
std::vector<Shot> UpToTheFirstFreed(ThrottleStage& throttle) {
  std::vector<Shot> shots;
  if (throttle.switches().count_refused) {
    throttle.Rest();
    shots = throttle.UseUp();
    for (int i = 0; i < 150 && !shots.back().passed; ++i) {
      throttle.Elapse(throttle.switches().window / 50);
      shots.push_back(throttle.Fire(throttle.Call(), 1).front().shot);
    }
    return shots;
  }
  shots = ShotsOf(BurstAndStream(throttle));
  const auto passed = std::find_if(shots.begin() + kBurst, shots.end(),
                                   [](const Shot& shot) { return shot.passed; });
  if (passed != shots.end()) shots.erase(passed + 1, shots.end());
  return shots;
}

void Window(Stage& stage) {
  ThrottleStage throttle(stage, ThrottleStage::Begin::kAsItIs);
  const ThrottleSwitches& switches = throttle.switches();
  if (!switches.limit) return stage.Skip("the profile has no limit");
  const std::vector<Shot> shots = UpToTheFirstFreed(throttle);
  if (!shots.back().passed) return stage.Wrong("no call passed within three windows");
  if (switches.algorithm == "sliding_window" || switches.algorithm == "window_from_first") {
    ExpectNoFalseAdmit(throttle, shots);
  }
  ExpectNoFalseThrottle(throttle, shots);
}

void Burst(Stage& stage) {
  if (ThrottleSwitches::Of(stage.profile()).algorithm != "token_bucket") {
    return stage.Skip("the profile's throttle is no token bucket");
  }
  Limit(stage);
}

void Algorithm(Stage& stage) {
  if (!stage.target().Can("clock")) {
    return stage.Skip("the probe takes its time only where the target's clock can be set");
  }
  ThrottleStage throttle(stage);
  const ThrottleSwitches& switches = throttle.switches();
  ProbeSender sender(stage.target(), {.value = switches.code}, {});
  const ProbeFinding found =
      Probe(sender.Subject(throttle.Call()),
            {.limit = switches.limit.value_or(100), .window = switches.window});
  const std::string wanted = switches.limit ? switches.algorithm : "none";
  if (found.algorithm != wanted) {
    stage.Wrong("the throttle looks like " + found.algorithm + ", expected " + wanted + "; " +
                found.Measured());
  }
}

void OwnLimit(Stage& stage) {
  const Identity who = stage.target().MakeApp({.limit = 5});
  ThrottleStage throttle(stage);
  const Outgoing call = throttle.Call(who);
  stage.Expect(Passed(throttle.Fire(call, 5)), 5, "calls passed of the first five");
  if (!throttle.Throttled(call)) stage.Wrong("the sixth call is not throttled");
}

}  // namespace

std::vector<NamedScenario> ThrottleScenarios() {
  return {{"throttle.hundred_pass", HundredPass},
          {"throttle.many_more_are_refused", ManyMoreAreRefused},
          {"throttle.recovers", Recovers},
          {"throttle.next_is_refused", NextIsRefused},
          {"throttle.refused_stores_nothing", RefusedStoresNothing},
          {"throttle.worst_window", WorstWindowOfAll},
          {"throttle.no_false_refusal", NoFalseRefusal},
          {"throttle.many_connections_at_once", ManyConnectionsAtOnce},
          {"throttle.throttled_calls", ThrottledCalls},
          {"throttle.code", Code},
          {"throttle.public_code", PublicCode},
          {"throttle.limit", Limit},
          {"throttle.window", Window},
          {"throttle.burst", Burst},
          {"throttle.algorithm", Algorithm},
          {"throttle.own_limit", OwnLimit}};
}

}  // namespace timock::conformance
