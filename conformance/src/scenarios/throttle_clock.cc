#include <algorithm>
#include <chrono>

#include "scenarios/scenarios.h"
#include "scenarios/throttle_stage.h"

// With a standing clock: all calls between two steps of it happen at one instant.

namespace timock::conformance {
namespace {

using namespace std::chrono_literals;

int PassedOf(ThrottleStage& throttle, std::size_t calls, std::size_t connections = 1) {
  return static_cast<int>(CountPassed(throttle.Fire(throttle.Call(), calls, connections)));
}

void ExactEdge(Stage& stage) {
  ThrottleStage throttle(stage);
  const ThrottleSwitches& switches = throttle.switches();
  if (!switches.CountsWindowsExactly() || switches.limit != 100U || switches.window != 1s ||
      switches.count_refused) {
    return stage.Skip("the profile's throttle is not a sliding window of 100 calls a second");
  }
  stage.Expect(PassedOf(throttle, 1), 1, "calls passed at t");
  throttle.Elapse(500ms);
  stage.Expect(PassedOf(throttle, 99), 99, "calls passed at t + 500 ms");
  throttle.Elapse(500ms - 1ns);
  stage.Expect(PassedOf(throttle, 1), 0, "calls passed at t + 1 s - 1 ns");
  throttle.Elapse(1ns);
  stage.Expect(PassedOf(throttle, 1), 1, "calls passed at t + 1 s");
  throttle.Elapse(1ns);
  stage.Expect(PassedOf(throttle, 1), 0, "calls passed at t + 1 s + 1 ns");
}

void ExactLimit(Stage& stage) {
  constexpr std::size_t kCalls = 1'000;
  ThrottleStage throttle(stage);
  stage.Expect(PassedOf(throttle, kCalls, 8),
               static_cast<int>(std::min(throttle.MostAtOnce(), kCalls)),
               "calls passed of 1,000 at one instant");
}

void EdgeOfTwoWindows(Stage& stage) {
  constexpr std::size_t kCalls = 100;
  ThrottleStage throttle(stage);
  const ThrottleSwitches& switches = throttle.switches();
  throttle.ToOffset(999ms, 1s);
  const int before = PassedOf(throttle, kCalls);
  throttle.Elapse(1ms);
  const int passed = before + PassedOf(throttle, kCalls);
  if (!switches.limit) return stage.Expect(passed, 2 * kCalls, "calls passed without a limit");
  if (switches.window != 1s) return stage.Skip("the profile's window is not a second");
  std::size_t wanted = std::min(*switches.limit, 2 * kCalls);
  if (switches.algorithm == "fixed_window") wanted = 2 * std::min(*switches.limit, kCalls);
  if (switches.algorithm == "token_bucket") {
    const std::size_t first = std::min(switches.burst, kCalls);
    const std::size_t left =
        std::min(switches.burst * 1'000, (switches.burst - first) * 1'000 + *switches.limit);
    wanted = first + std::min(left / 1'000, kCalls);
  }
  stage.Expect(passed, static_cast<int>(wanted), "calls passed on both sides of a second's end");
}

void ClockBackWithinAWindow(Stage& stage) {
  ThrottleStage throttle(stage);
  throttle.UseUp();
  if (!stage.skipped().empty()) return;
  throttle.Elapse(-throttle.switches().window);
  stage.Expect(PassedOf(throttle, 1), 0, "calls passed after the clock went back by one window");
}

void ClockBackBeyondAWindow(Stage& stage) {
  ThrottleStage throttle(stage);
  throttle.UseUp();
  if (!stage.skipped().empty()) return;
  throttle.Elapse(-throttle.switches().window - 1ns);
  stage.Expect(PassedOf(throttle, 2 * throttle.MostAtOnce()),
               static_cast<int>(throttle.MostAtOnce()),
               "calls passed after the clock went back by more than a window");
}

void ClockFarAhead(Stage& stage) {
  constexpr auto kTenYears = 24h * 3'652;
  ThrottleStage throttle(stage);
  throttle.UseUp();
  if (!stage.skipped().empty()) return;
  throttle.Elapse(kTenYears);
  stage.Expect(PassedOf(throttle, 2 * throttle.MostAtOnce()),
               static_cast<int>(throttle.MostAtOnce()), "calls passed ten years later");
}

}  // namespace

std::vector<NamedScenario> ThrottleClockScenarios() {
  return {{"throttle.exact_edge", ExactEdge},
          {"throttle.exact_limit", ExactLimit},
          {"throttle.edge_of_two_windows", EdgeOfTwoWindows},
          {"throttle.clock_back_within_a_window", ClockBackWithinAWindow},
          {"throttle.clock_back_beyond_a_window", ClockBackBeyondAWindow},
          {"throttle.clock_far_ahead", ClockFarAhead}};
}

}  // namespace timock::conformance
