// What one call costs, and what verifying a UserSig adds to it. Counters: allocations a call.

#include <benchmark/benchmark.h>

#include <array>
#include <memory>
#include <string>
#include <utility>
#include <variant>

#include "allocation_count.h"
#include "timock/timock.h"

namespace {

constexpr std::uint32_t kSdkAppId = 1'400'000'000;
constexpr const char* kBody = R"({"AttrNames":{"0":"sex","1":"city","2":"country"}})";

std::unique_ptr<timock::Service> MakeUnthrottled() {
  timock::ServiceOptions options;
  options.profile = timock::Profile().With(R"({"throttle":{"limit":1000000}})").value();
  return timock::Service::Create(std::move(options)).value();
}

class AllocationsPerCall {
 public:
  explicit AllocationsPerCall(benchmark::State& state) : state_(state) {}
  ~AllocationsPerCall() {
    state_.counters["allocations"] =
        benchmark::Counter(static_cast<double>(timock::AllocationCount() - start_),
                           benchmark::Counter::kAvgIterations);
  }
  AllocationsPerCall(const AllocationsPerCall&) = delete;
  AllocationsPerCall& operator=(const AllocationsPerCall&) = delete;

 private:
  benchmark::State& state_;
  std::uint64_t start_ = timock::AllocationCount();
};

void Handle(benchmark::State& state, const char* command, const char* body) {
  const auto service = MakeUnthrottled();
  const timock::HttpRequest request{
      .target = service->Target(command, kSdkAppId, "administrator").value(),
      .headers = {{"Host", "127.0.0.1:8080"}, {"Content-Type", "application/json"}},
      .body = body};
  if (service->Handle(request).body.find("\"ErrorCode\":0") == std::string::npos) {
    return state.SkipWithError("the call is not accepted");
  }
  const AllocationsPerCall count(state);
  for (auto _ : state) benchmark::DoNotOptimize(service->Handle(request));
}

void BM_HandleSetWithCachedUserSig(benchmark::State& state) {
  Handle(state, "im_set_attr_name", kBody);
}
BENCHMARK(BM_HandleSetWithCachedUserSig);

void BM_HandleGetWithCachedUserSig(benchmark::State& state) {
  Handle(state, "im_get_attr_name", "{}");
}
BENCHMARK(BM_HandleGetWithCachedUserSig);

void BM_HandleAsATransport(benchmark::State& state) {
  const auto service = MakeUnthrottled();
  const std::string target =
      service->Target("im_set_attr_name", kSdkAppId, "administrator").value();
  const std::array<timock::HttpHeaderView, 1> headers{{{"Host", "127.0.0.1:8080"}}};
  const timock::HttpRequestView request{
      .method = "POST", .target = target, .headers = headers, .body = kBody};
  timock::HttpResponse response;
  service->Handle(request, &response);
  const AllocationsPerCall count(state);
  for (auto _ : state) {
    service->Handle(request, &response);
    benchmark::DoNotOptimize(response);
  }
}
BENCHMARK(BM_HandleAsATransport);

void BM_VerifyUserSigInFull(benchmark::State& state) {
  const timock::App app = timock::DemoApp();
  const std::string user_sig = timock::SignUserSig(
      {.identifier = "administrator", .sdkappid = kSdkAppId, .time = 1, .expire = 86'400},
      app.keys.front());
  const AllocationsPerCall count(state);
  for (auto _ : state) {
    const auto decoded = timock::DecodeUserSig(user_sig);
    const auto& content = std::get<timock::DecodedUserSig>(decoded);
    if (!timock::VerifyUserSig(content.claims, *content.signature, app.keys.front())) {
      return state.SkipWithError("the UserSig does not verify");
    }
  }
}
BENCHMARK(BM_VerifyUserSigInFull);

}  // namespace
