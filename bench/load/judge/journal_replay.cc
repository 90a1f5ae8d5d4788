#include "load/judge/journal_replay.h"

#include <time.h>

#include <algorithm>
#include <cstdio>
#include <deque>
#include <stdexcept>

#include "target/control_api.h"
#include "wire/config_error.h"

namespace timock::load {

using std::chrono::nanoseconds;

Replay ReplayJournal(const std::vector<JournalCall>& calls,
                     const conformance::ThrottleClaim& claim) {
  constexpr nanoseconds kEdge{20'000};
  Replay replay{.calls = calls.size()};
  std::deque<nanoseconds> places;
  for (const JournalCall& call : calls) {
    // A place may be counted on up to the edge by the other clock; keep it that long.
    while (!places.empty() && places.front() <= call.at - claim.window - kEdge) places.pop_front();
    std::size_t taken = 0;
    std::size_t at_most = 0;
    std::size_t at_least = 0;
    for (const nanoseconds place : places) {
      taken += place > call.at - claim.window ? 1U : 0U;
      at_least += place > call.at - claim.window + kEdge ? 1U : 0U;
      ++at_most;
    }
    const bool passes = taken < claim.limit;
    replay.admitted += call.passed ? 1U : 0U;
    replay.admitted_by_model += passes ? 1U : 0U;
    if (passes != call.passed) {
      const bool explained = call.passed ? at_least < claim.limit : at_most >= claim.limit;
      ++(explained ? replay.on_the_edge : replay.differences);
    }
    if (call.passed) places.push_back(call.at);
  }
  return replay;
}

Replay ReplayServer(conformance::Target& target, const conformance::ThrottleClaim& claim,
                    const conformance::RefusalSign& refused, const std::vector<Sample>& samples) {
  conformance::ControlApi control(target.BaseUrl(), target.Dial());
  Replay sum;
  for (const conformance::Identity& app : target.Apps()) {
    std::vector<JournalCall> calls;
    for (const nlohmann::json& entry : control.Journal(app.sdkappid)) {
      const nlohmann::json& code = entry.at("error_code");
      const bool throttled = code.is_number() && code.get<int>() == refused.value;
      calls.push_back({ParseIsoTime(entry.at("at").get<std::string>()), !throttled});
    }
    const Replay replay = ReplayJournal(calls, claim);
    sum.calls += replay.calls;
    sum.admitted += replay.admitted;
    sum.admitted_by_model += replay.admitted_by_model;
    sum.differences += replay.differences;
    sum.on_the_edge += replay.on_the_edge;
  }
  const auto sent = std::count_if(samples.begin(), samples.end(), [](const Sample& sample) {
    return sample.verdict.outcome != Outcome::kSkipped;
  });
  if (sum.calls == static_cast<std::size_t>(sent)) return sum;
  throw conformance::ConfigError("--replay: the journal holds " + std::to_string(sum.calls) +
                                 " of " + std::to_string(sent) +
                                 " calls; start the server with a higher --journal-entries and "
                                 "--journal-bytes");
}

nanoseconds ParseIsoTime(const std::string& text) {
  tm parts{};
  int nanos = 0;
  const char* const rest = ::strptime(text.c_str(), "%Y-%m-%dT%H:%M:%S", &parts);
  if (text.size() != 30 || rest == nullptr || std::sscanf(rest, ".%9dZ", &nanos) != 1) {
    throw std::runtime_error("\"" + text + "\" is no time of the journal");
  }
  return std::chrono::seconds{::timegm(&parts)} + nanoseconds{nanos};
}

}  // namespace timock::load
