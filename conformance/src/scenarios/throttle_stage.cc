#include "scenarios/throttle_stage.h"

#include <algorithm>
#include <thread>
#include <utility>

#include "target/request_builder.h"
#include "target/target.h"
#include "wire/stopwatch.h"

namespace timock::conformance {
namespace {

using std::chrono::milliseconds;
using std::chrono::nanoseconds;

}  // namespace

ThrottleSwitches ThrottleSwitches::Of(const Held& profile) {
  ThrottleSwitches switches;
  if (!profile) return switches;
  const nlohmann::json& json = (*profile)["throttle"];
  switches.code = json["code"].get<int>();
  switches.limit.reset();
  if (json["limit"].is_number()) switches.limit = json["limit"].get<std::size_t>();
  switches.window = milliseconds{json["window_ms"].get<std::int64_t>()};
  switches.algorithm = json["algorithm"].get<std::string>();
  switches.burst = json["burst"].get<std::size_t>();
  switches.scope = json["scope"].get<std::string>();
  switches.count_refused = json["count_refused"].get<bool>();
  switches.position = json["position"].get<std::string>();
  return switches;
}

ThrottleStage::ThrottleStage(Stage& stage, Begin begin)
    : stage_(stage),
      switches_(ThrottleSwitches::Of(stage.profile())),
      has_clock_(stage.target().TimeStands()),
      connection_(stage.target().Connect()) {
  NamesReading reading = ReadNames(stage.target(), stage.Who("admin"));
  if (!reading.names) {  // perhaps throttled
    Rest();
    reading = ReadNames(stage.target(), stage.Who("admin"));
  }
  std::string name = "sex";
  if (reading.names && reading.names->contains("0")) name = reading.names->at("0");
  body_ = nlohmann::json{{"AttrNames", {{"0", name}}}}.dump();
  if (begin == Begin::kRested) Rest();
}

ThrottleStage::~ThrottleStage() {
  if (!has_clock_) stage_.target().quiet_from = MonotonicNow() + 2 * switches_.window;
}

std::size_t ThrottleStage::MostAtOnce() const {
  if (!switches_.limit) return SIZE_MAX;
  return switches_.algorithm == "token_bucket" ? switches_.burst : *switches_.limit;
}

Outgoing ThrottleStage::Call(const Identity& who) {
  return BuildRequest({.body = body_}, who, stage_.target());
}

nanoseconds ThrottleStage::Moment() const {
  return has_clock_ ? stage_.target().Now() : MonotonicNow();
}

Fired ThrottleStage::FireOne(Connection& connection, const Outgoing& request) const {
  Reply reply = connection.Send(request);
  Fired fired{.shot = {.sent = reply.sent, .answered = reply.answered}, .closed = reply.closed};
  const EnvelopeReading reading = ReadEnvelope(reply.body);
  fired.code = reply.status != 0 && reading.envelope ? reading.envelope->error_code : -1;
  fired.shot.passed = fired.code == 0;
  if (const auto wrong = JudgeAnyReply(reply, stage_.profile()); !wrong.empty()) {
    fired.problem = wrong.front();
    fired.wrong_reply = std::make_shared<Reply>(std::move(reply));
  }
  return fired;
}

void ThrottleStage::Note(const Outgoing& request, const std::vector<Fired>& fired,
                         bool other_codes) {
  for (const Fired& one : fired) {
    const bool throttled = one.code == switches_.code;
    if (one.wrong_reply != nullptr) {
      stage_.Show(request, *one.wrong_reply);
      return stage_.Wrong("the reply to a " +
                          std::string(throttled ? "throttled call" : "call of many") +
                          " is wrong: " + one.problem);
    }
    if (other_codes || one.code == 0 || throttled) continue;
    // Once more, for the report; the call itself was judged already.
    stage_.CodeOf(request, connection_->Send(request));
    return stage_.Wrong("a call is answered with ErrorCode " + std::to_string(one.code) +
                        ", expected 0 or, throttled, " + std::to_string(switches_.code));
  }
  JudgeKeepAlive(fired);
}

/// P7. Any server may end a connection now and then, but not with each throttled call and with no
/// other.
void ThrottleStage::JudgeKeepAlive(const std::vector<Fired>& fired) {
  constexpr std::ptrdiff_t kEnough = 5;
  std::ptrdiff_t throttled = 0;
  for (const Fired& one : fired) {
    const bool is_throttled = one.code == switches_.code;
    if (one.closed != is_throttled) return;
    throttled += is_throttled ? 1 : 0;
  }
  if (throttled < kEnough) return;
  stage_.Wrong("each throttled call ends its connection, expected it to stay open");
}

std::vector<Fired> ThrottleStage::Fire(const Outgoing& request, std::size_t times,
                                       std::size_t connections, bool other_codes) {
  std::vector<Fired> fired(times);
  if (connections == 1) {
    for (Fired& one : fired) one = FireOne(*connection_, request);
  } else {
    std::vector<std::unique_ptr<Connection>> open;
    for (std::size_t i = 0; i < connections; ++i) open.push_back(stage_.target().Connect());
    std::vector<std::thread> threads;
    for (std::size_t i = 0; i < connections; ++i) {
      threads.emplace_back([&, i] {
        for (std::size_t at = i; at < times; at += connections) {
          fired[at] = FireOne(*open[i], request);
        }
      });
    }
    for (std::thread& thread : threads) thread.join();
  }
  if (has_clock_) {
    const nanoseconds moment = Moment();
    for (Fired& one : fired) one.shot.sent = one.shot.answered = moment;
  }
  std::stable_sort(fired.begin(), fired.end(),
                   [](const Fired& a, const Fired& b) { return a.shot.sent < b.shot.sent; });
  stage_.Saw(ShotsOf(fired), claim());
  Note(request, fired, other_codes);
  return fired;
}

std::vector<Fired> ThrottleStage::Once(const std::string& name,
                                       const std::function<std::vector<Fired>()>& fire) {
  auto& recordings = stage_.target().recordings;
  const auto found = recordings.find(name);
  if (found != recordings.end()) {
    Note(Call(), found->second, false);
    return found->second;
  }
  Rest();
  ToEdge();
  return recordings[name] = fire();
}

bool ThrottleStage::Passes(const Outgoing& request) { return Fire(request, 1).front().shot.passed; }

bool ThrottleStage::Throttled(const Outgoing& request) {
  return Fire(request, 1, 1, true).front().code == switches_.code;
}

std::vector<Shot> ThrottleStage::UseUp(const Outgoing& request) {
  constexpr std::size_t kUnlimited = 1'000;
  const std::size_t most =
      switches_.limit ? 3 * std::max(*switches_.limit, switches_.burst) : kUnlimited;
  std::vector<Shot> shots;
  while (shots.size() < most) {
    shots.push_back(Fire(request, 1).front().shot);
    if (!shots.back().passed) return shots;
  }
  if (switches_.limit) {
    stage_.Wrong("none of " + std::to_string(most) + " calls was throttled");
  } else {
    stage_.Skip("the profile has no limit");
  }
  return shots;
}

void ThrottleStage::Elapse(nanoseconds time) { stage_.Elapse(time); }

void ThrottleStage::Rest(int windows) { Elapse(windows * switches_.window + milliseconds{1}); }

void ThrottleStage::ToOffset(nanoseconds offset, nanoseconds period) {
  const nanoseconds now = stage_.target().Now();
  nanoseconds wait = offset - now % period;
  if (wait < nanoseconds{0}) wait += period;
  Elapse(wait);
}

void ThrottleStage::ToEdge() { ToOffset(nanoseconds{0}, switches_.window); }

std::size_t CountPassed(const std::vector<Fired>& fired) {
  return static_cast<std::size_t>(
      std::count_if(fired.begin(), fired.end(), [](const Fired& one) { return one.shot.passed; }));
}

std::vector<Shot> ShotsOf(const std::vector<Fired>& fired) {
  std::vector<Shot> shots;
  shots.reserve(fired.size());
  for (const Fired& one : fired) shots.push_back(one.shot);
  return shots;
}

}  // namespace timock::conformance
