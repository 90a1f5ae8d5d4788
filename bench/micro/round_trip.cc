#include "round_trip.h"

#include <benchmark/benchmark.h>

#include <chrono>
#include <memory>
#include <string>

#include "cases/case.h"
#include "judge/judge.h"
#include "target/request_builder.h"

namespace timock {
namespace {

constexpr int kLiveCalls = 50;

void RoundTrip(benchmark::State& state, conformance::Target& target) {
  const bool writes = target.rules().writes;
  const conformance::CaseRequest call{
      .command = writes ? "im_set_attr_name" : "im_get_attr_name",
      .body = writes ? R"({"AttrNames":{"0":"sex","1":"city","2":"country"}})" : "{}"};
  const conformance::Outgoing request = conformance::BuildRequest(call, target);
  const std::unique_ptr<conformance::Connection> connection = target.Connect();
  std::string problem;
  for (auto _ : state) {
    const conformance::Reply reply = connection->Send(request);
    const conformance::EnvelopeReading reading = conformance::ReadEnvelope(reply.body);
    if (!reading.envelope || reading.envelope->error_code != 0) {
      problem = reply.status == 0 ? reply.failure : reply.body;
      break;
    }
    state.SetIterationTime(std::chrono::duration<double>(reply.answered - reply.sent).count());
  }
  if (!problem.empty()) {
    state.SkipWithError(target.secrets().Redacted("the call is not accepted: " + problem).c_str());
  }
}

}  // namespace

void RegisterRoundTrip(conformance::Target& target) {
  auto* const one = benchmark::RegisterBenchmark(
      "BM_RoundTrip", [&target](benchmark::State& state) { RoundTrip(state, target); });
  one->UseManualTime()->Unit(benchmark::kMicrosecond);
  if (target.rules().live) one->Iterations(kLiveCalls);
}

}  // namespace timock
