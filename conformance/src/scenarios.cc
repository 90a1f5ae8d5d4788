#include "scenarios.h"

#include <functional>
#include <utility>

#include "judge.h"
#include "request_builder.h"

namespace timock::conformance {
namespace {

using std::chrono::nanoseconds;
using namespace std::chrono_literals;

/// What a scenario works with: a target, and what is found wrong with it.
class Stage {
 public:
  Stage(Target& target, const Held& profile) : target_(target), profile_(profile) {}

  /// One valid call; its ErrorCode, or -1 when it was not answered.
  int Call(const std::string& identity = "admin", const std::string& command = "im_set_attr_name") {
    return Send({.command = command,
                 .identity = identity,
                 .body = command == "im_set_attr_name" ? R"({"AttrNames":{"0":"sex"}})" : "{}"});
  }

  int Send(const CaseRequest& request) {
    const Reply reply = target_.Send(BuildRequest(request, target_));
    const EnvelopeReading reading = ReadEnvelope(reply.body, false);
    if (!reading.envelope) {
      wrong_.push_back("a call was not answered: " +
                       (reply.status == 0 ? reply.failure : reading.problem));
      return -1;
    }
    return reading.envelope->error_code;
  }

  /// How many of `calls` were admitted, all at one moment of the server's clock.
  int Admitted(int calls, const std::string& identity = "admin",
               const std::string& command = "im_set_attr_name") {
    int admitted = 0;
    for (int i = 0; i < calls; ++i) admitted += Call(identity, command) != Code() ? 1 : 0;
    return admitted;
  }

  void Expect(int got, int wanted, const std::string& what) {
    if (got != wanted) {
      wrong_.push_back(what + ": " + std::to_string(got) + ", expected " + std::to_string(wanted));
    }
  }

  void Advance(nanoseconds by) { target_.Advance(by); }
  int Code() const { return profile_ ? (*profile_)["throttle"]["code"].get<int>() : 60007; }
  std::vector<std::string> TakeWrong() { return std::move(wrong_); }

 private:
  Target& target_;
  const Held& profile_;
  std::vector<std::string> wrong_;
};

constexpr int kLimit = 100;  // R9

void HundredPass(Stage& stage) {
  stage.Expect(stage.Admitted(kLimit), kLimit, "calls admitted at one moment");
}

void NextIsRefused(Stage& stage) {
  stage.Admitted(kLimit);
  stage.Expect(stage.Call(), stage.Code(), "ErrorCode of the 101st call at one moment");
}

void RecoversAfterASecond(Stage& stage) {
  stage.Admitted(kLimit);
  stage.Advance(1s);
  stage.Expect(stage.Admitted(kLimit), kLimit, "calls admitted one second later");
}

void EdgesOfTheWindow(Stage& stage) {
  stage.Admitted(kLimit);
  stage.Advance(1s - 1ns);
  stage.Expect(stage.Admitted(1), 0, "calls admitted 1 ns before the window ends");
  stage.Advance(1ns);
  stage.Expect(stage.Admitted(1), 1, "calls admitted when the window ends");
}

void SlidesWithTheCalls(Stage& stage) {
  stage.Admitted(kLimit / 2);
  stage.Advance(600ms);
  stage.Admitted(kLimit / 2);
  stage.Advance(400ms);
  stage.Expect(stage.Admitted(kLimit), kLimit / 2,
               "calls admitted one second after the first half of the limit was used");
}

void AppsAreApart(Stage& stage) {
  stage.Admitted(kLimit);
  stage.Expect(stage.Admitted(kLimit, "second_app"), kLimit, "calls of another app admitted");
}

void CommandsAreApart(Stage& stage) {
  stage.Admitted(kLimit);
  stage.Expect(stage.Admitted(kLimit, "admin", "im_get_attr_name"), kLimit,
               "calls of another command admitted");
}

void RefusedOnesTakeNoPlace(Stage& stage) {
  stage.Admitted(kLimit);
  stage.Advance(500ms);
  stage.Admitted(kLimit);
  stage.Advance(500ms);
  stage.Expect(stage.Admitted(kLimit), kLimit, "calls admitted although others were throttled");
}

void LaterCodesTakeAPlace(Stage& stage) {
  for (int i = 0; i < kLimit; ++i) stage.Send({.body = "not JSON"});
  stage.Expect(stage.Call(), stage.Code(), "ErrorCode after 100 calls that were refused later");
}

void ClockJumpsBack(Stage& stage) {
  stage.Admitted(kLimit);
  stage.Advance(-500ms);
  stage.Expect(stage.Admitted(1), 0, "calls admitted after the clock jumped half a window back");
  stage.Advance(-10s);
  stage.Expect(stage.Admitted(kLimit), kLimit, "calls admitted after a jump of ten windows back");
}

using Scenario = std::function<void(Stage&)>;

const std::vector<std::pair<std::string, Scenario>>& Scenarios() {
  static const std::vector<std::pair<std::string, Scenario>> all = {
      {"throttle.hundred_pass", HundredPass},
      {"throttle.next_is_refused", NextIsRefused},
      {"throttle.recovers_after_a_second", RecoversAfterASecond},
      {"throttle.edges_of_the_window", EdgesOfTheWindow},
      {"throttle.slides_with_the_calls", SlidesWithTheCalls},
      {"throttle.apps_are_apart", AppsAreApart},
      {"throttle.commands_are_apart", CommandsAreApart},
      {"throttle.refused_take_no_place", RefusedOnesTakeNoPlace},
      {"throttle.later_codes_take_a_place", LaterCodesTakeAPlace},
      {"throttle.clock_jumps_back", ClockJumpsBack},
  };
  return all;
}

}  // namespace

std::vector<std::string> RunScenario(const std::string& name, Target& target, const Held& profile) {
  for (const auto& [known, scenario] : Scenarios()) {
    if (known != name) continue;
    Stage stage(target, profile);
    scenario(stage);
    return stage.TakeWrong();
  }
  throw CaseError("there is no scenario " + name);
}

std::vector<std::string> ScenarioNames() {
  std::vector<std::string> names;
  for (const auto& [name, scenario] : Scenarios()) names.push_back(name);
  return names;
}

}  // namespace timock::conformance
