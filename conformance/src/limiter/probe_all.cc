#include "limiter/probe_all.h"

#include <algorithm>

#include "limiter/gcra.h"
#include "target/request_builder.h"
#include "wire/stopwatch.h"

namespace timock::conformance {
namespace {

using std::chrono::nanoseconds;

constexpr std::size_t kLanes = 8;        // that instances are looked for over
constexpr std::size_t kQueueLanes = 64;  // a call that waits keeps one busy

LanedSubject Laned(ProbeSender& sender, const Outgoing& call) {
  return {.now = MonotonicNow,
          .wait =
              [](nanoseconds until) {
                const nanoseconds now = MonotonicNow();
                if (until > now) SleepFor(until - now);
              },
          .call = [&sender, call](std::size_t lane) { return sender.Call(call, lane); },
          .lanes = std::min(sender.connections(), kLanes)};
}

void MeasurePaced(Target& target, const ProbeOrder& order, const Outgoing& call,
                  ProbeFinding* paced) {
  ProbeSender sender(target, order.refused, order.plan, call, kQueueLanes);
  const ProbeSubject subject = sender.Subject(call);
  // Until no call waits any more.
  const nanoseconds rested = subject.now() + order.plan.window * 33 / 10;
  MeasureQueue(subject.fire(std::vector<nanoseconds>(kQueueLanes, rested)), paced);
}

}  // namespace

WholeFinding ProbeAll(Target& target, const ProbeOrder& order,
                      const std::function<void(const std::string&)>& progress) {
  WholeFinding found;
  const bool plain = order.call.has_value();
  const Outgoing call = plain ? *order.call : ProbedCall(target, *target.Who("admin"));
  ProbeSender sender(target, order.refused, order.plan, call, kLanes);
  ProbeSender::Lane lane = ProbeSender::Lane::kAll;
  if (!target.Can("clock")) {
    const LanedSubject laned = Laned(sender, call);
    progress("pace");
    found.limiter = FindPace(laned, order.plan);
    if (!found.limiter.algorithm.empty()) {
      progress("queue");
      MeasurePaced(target, order, call, &found.limiter);
      return found;
    }
    progress("instances");
    found.instances = FindInstances(laned, order.plan);
    if (found.instances.by == InstancesFinding::By::kCall) {
      found.limiter.invalid = found.instances.Text();
      return found;
    }
    if (found.instances.by == InstancesFinding::By::kConnection) lane = ProbeSender::Lane::kFirst;
  }
  found.limiter = Probe(sender.Subject(call, lane), order.plan, progress);
  const bool limited = found.limiter.invalid.empty() && found.limiter.algorithm != "none";
  if (limited && !plain && found.instances.count == 1) {
    progress("scope");
    found.scope = ProbeScope(target, sender, found.limiter);
  }
  return found;
}

}  // namespace timock::conformance
