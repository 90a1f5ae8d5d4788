#include <algorithm>
#include <chrono>

#include "probe_sender.h"
#include "scenarios.h"
#include "throttle_stage.h"

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

void HundredPass(Stage& stage) {
  ThrottleStage throttle(stage);
  stage.Expect(Passed(throttle.Fire(throttle.Call(), 100)), 100, "calls passed of a hundred");
}

void ManyMoreAreRefused(Stage& stage) {
  ThrottleStage throttle(stage);
  const std::vector<Fired> fired = throttle.Fire(throttle.Call(), 300, 8);
  if (fired.back().shot.sent - fired.front().shot.sent > 1s) {
    return stage.Skip("too slow: 300 calls took longer than a second");
  }
  if (CountPassed(fired) > 200) {
    stage.Wrong(std::to_string(CountPassed(fired)) +
                " of 300 calls in one second passed, expected at most 200");
  }
}

void Connections(Stage& stage) {
  ThrottleStage throttle(stage);
  const std::vector<Fired> fired = throttle.Fire(throttle.Call(), 300, 3);
  if (Took(fired) > 1s) return stage.Skip("too slow: 300 calls took longer than a second");
  if (CountPassed(fired) > 200) {
    stage.Wrong(std::to_string(CountPassed(fired)) +
                " of a hundred calls on each of three connections passed, expected at most 200");
  }
}

void Recovers(Stage& stage) {
  ThrottleStage throttle(stage);
  throttle.UseUp();
  throttle.Elapse(2 * throttle.switches().window + 50ms);
  stage.Expect(Passed(throttle.Fire(throttle.Call(), 100)), 100,
               "calls passed of a hundred, two windows later");
}

void NextIsRefused(Stage& stage) {
  ThrottleStage throttle(stage);
  if (!throttle.switches().limit) return stage.Skip("the profile has no limit");
  const std::size_t most = throttle.MostAtOnce();
  throttle.ToEdge();
  const std::vector<Fired> fired = throttle.Fire(throttle.Call(), most + most / 2 + 1);
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
  ThrottleStage throttle(stage);
  const std::string before = SlotOne(stage);
  throttle.Rest();
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

/// 300 calls as fast as they go over eight connections, then 200 a second for 3 s.
std::vector<Shot> BurstAndStream(ThrottleStage& throttle) {
  const Outgoing call = throttle.Call();
  std::vector<Shot> shots = ShotsOf(throttle.Fire(call, 300, 8));
  for (int i = 0; i < 600; ++i) {
    throttle.Elapse(5ms);
    shots.push_back(throttle.Fire(call, 1).front().shot);
  }
  return shots;
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

/// Says nothing where the algorithm does more than count passed calls in one window.
void ExpectNoFalseThrottle(ThrottleStage& throttle, const std::vector<Shot>& shots) {
  const ThrottleSwitches& switches = throttle.switches();
  if (switches.algorithm == "sliding_counter" || switches.algorithm == "token_bucket" ||
      switches.count_refused || !switches.limit) {
    return;
  }
  const std::optional<std::size_t> call = ProvenFalseThrottle(shots, throttle.claim());
  if (!call) return;
  throttle.stage().Wrong("call " + std::to_string(*call + 1) +
                         " was throttled, though fewer than " + std::to_string(*switches.limit) +
                         " calls had passed in the window before");
}

void WorstWindowOfAll(Stage& stage) {
  ThrottleStage throttle(stage);
  ExpectNoFalseAdmit(throttle, BurstAndStream(throttle));
}

void NoFalseRefusal(Stage& stage) {
  ThrottleStage throttle(stage);
  ExpectNoFalseThrottle(throttle, BurstAndStream(throttle));
}

void ManyConnectionsAtOnce(Stage& stage) {
  ThrottleStage throttle(stage);
  ExpectNoFalseAdmit(throttle, ShotsOf(throttle.Fire(throttle.Call(), 200, 40)));
}

void ThrottledCalls(Stage& stage) {
  ThrottleStage throttle(stage);
  const ThrottleSwitches& switches = throttle.switches();
  throttle.UseUp();
  if (!switches.limit) return;
  const Outgoing call = throttle.Call();
  const std::size_t calls = 6 * *switches.limit;
  std::size_t passed = 0;
  for (std::size_t i = 0; i < calls; ++i) {
    throttle.Elapse(3 * switches.window / calls);
    passed += throttle.Passes(call) ? 1 : 0;
  }
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
  ThrottleStage throttle(stage);
  const std::vector<Shot> shots = throttle.UseUp();
  if (!stage.skipped().empty() || shots.back().passed) return;
  const int code = throttle.Fire(throttle.Call(), 1, 1, true).front().code;
  stage.ExpectSwitch(code, {"throttle.code"}, "ErrorCode of the call after the limit");
}

void PublicCode(Stage& stage) {
  ThrottleStage throttle(stage);
  throttle.UseUp();
  if (!stage.skipped().empty()) return;
  stage.Expect(throttle.Fire(throttle.Call(), 1, 1, true).front().code, 60'007,
               "ErrorCode of the call after the limit");
}

void Limit(Stage& stage) {
  ThrottleStage throttle(stage);
  const ThrottleSwitches& switches = throttle.switches();
  throttle.Rest(4);
  throttle.ToEdge();
  const std::size_t calls = 3 * std::max(switches.limit.value_or(100), switches.burst);
  const std::vector<Fired> fired = throttle.Fire(throttle.Call(), calls);
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

void Window(Stage& stage) {
  ThrottleStage throttle(stage);
  const ThrottleSwitches& switches = throttle.switches();
  throttle.ToEdge();
  std::vector<Shot> shots = throttle.UseUp();
  if (!stage.skipped().empty()) return;
  const Outgoing call = throttle.Call();
  for (int i = 0; i < 150 && !shots.back().passed; ++i) {
    throttle.Elapse(switches.window / 50);
    shots.push_back(throttle.Fire(call, 1).front().shot);
  }
  if (!shots.back().passed) return stage.Wrong("no call passed within three windows");
  if (switches.algorithm == "sliding_window" || switches.algorithm == "window_from_first") {
    ExpectNoFalseAdmit(throttle, shots);
  }
  ExpectNoFalseThrottle(throttle, shots);
}

void Burst(Stage& stage) {
  ThrottleStage throttle(stage);
  if (throttle.switches().algorithm == "token_bucket") Limit(stage);
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
          {"throttle.connections", Connections},
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
