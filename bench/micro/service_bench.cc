// What one call costs, from its parts to the round trip over HTTP.

#include <benchmark/benchmark.h>
#include <httplib.h>

#include <array>
#include <memory>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "apps/app_state.h"
#include "calls/attr_names_body.h"
#include "json/strict_json.h"
#include "support.h"

namespace timock {
namespace {

constexpr const char* kAdmin = "administrator";

void Handle(benchmark::State& state, const char* command, const char* body) {
  const auto service = MakeUnthrottled();
  const HttpRequest request{
      .target = service->Target(command, kSdkAppId, kAdmin).value(),
      .headers = {{"Host", "127.0.0.1:8080"}, {"Content-Type", "application/json"}},
      .body = body};
  if (!Accepted(service->Handle(request))) return state.SkipWithError("the call is not accepted");
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

/// More UserSigs by turns than are remembered, so that each is verified in full.
void BM_HandleSetWithColdUserSig(benchmark::State& state) {
  const auto service = MakeUnthrottled();
  std::vector<HttpRequest> requests;
  for (std::size_t i = 0; i < 2 * kMaxVerified; ++i) {
    const std::string user_sig =
        service->Sign(kSdkAppId, kAdmin, std::chrono::seconds(10'000 + i)).value();
    requests.push_back(
        {.target = "/v4/all_member_push/im_set_attr_name?sdkappid=" + std::to_string(kSdkAppId) +
                   "&identifier=" + kAdmin + "&usersig=" + user_sig + "&random=1&contenttype=json",
         .headers = {{"Host", "127.0.0.1:8080"}},
         .body = kBody});
    if (!Accepted(service->Handle(requests.back()))) {
      return state.SkipWithError("the call is not accepted");
    }
  }
  std::size_t next = 0;
  const AllocationsPerCall count(state);
  for (auto _ : state) {
    benchmark::DoNotOptimize(service->Handle(requests[next]));
    next = (next + 1) % requests.size();
  }
}
BENCHMARK(BM_HandleSetWithColdUserSig);

void BM_HandleAsATransport(benchmark::State& state) {
  const auto service = MakeUnthrottled();
  const std::string target = service->Target("im_set_attr_name", kSdkAppId, kAdmin).value();
  const std::array<HttpHeaderView, 1> headers{{{"Host", "127.0.0.1:8080"}}};
  const HttpRequestView request{
      .method = "POST", .target = target, .headers = headers, .body = kBody};
  HttpResponse response;
  service->Handle(request, &response);
  const AllocationsPerCall count(state);
  for (auto _ : state) {
    service->Handle(request, &response);
    benchmark::DoNotOptimize(response);
  }
}
BENCHMARK(BM_HandleAsATransport);

void BM_VerifyUserSigCold(benchmark::State& state) {
  const App app = DemoApp();
  const std::string user_sig = SignUserSig(
      {.identifier = kAdmin, .sdkappid = kSdkAppId, .time = 1, .expire = 86'400}, app.keys.front());
  const AllocationsPerCall count(state);
  for (auto _ : state) {
    const auto decoded = DecodeUserSig(user_sig);
    const auto& content = std::get<DecodedUserSig>(decoded);
    if (!VerifyUserSig(content.claims, *content.signature, app.keys.front())) {
      return state.SkipWithError("the UserSig does not verify");
    }
  }
}
BENCHMARK(BM_VerifyUserSigCold);

/// The last of as many as are remembered.
void BM_VerifyUserSigCached(benchmark::State& state) {
  const App app = DemoApp();
  AppState of_app(app, ControlledClock(std::make_shared<SystemClock>()));
  const MutexLock lock(of_app.mutex);
  std::string user_sig;
  for (std::size_t i = 0; i < kMaxVerified; ++i) {
    const UserSigClaims claims{.identifier = kAdmin,
                               .sdkappid = kSdkAppId,
                               .time = static_cast<std::int64_t>(i),
                               .expire = 86'400};
    user_sig = SignUserSig(claims, app.keys.front());
    of_app.RememberVerified(user_sig, claims);
  }
  const AllocationsPerCall count(state);
  for (auto _ : state) {
    if (!of_app.FindVerified(user_sig)) return state.SkipWithError("the UserSig was forgotten");
  }
}
BENCHMARK(BM_VerifyUserSigCached);

void ReadBody(benchmark::State& state, const std::string& text, bool valid) {
  const AllocationsPerCall count(state);
  for (auto _ : state) {
    AttrNamesBody body;
    JsonDefect defect;
    if (ReadAttrNamesBody(text, Survivor::kLast, &body, &defect) != valid) {
      return state.SkipWithError("the body is not read as this variant promises");
    }
    benchmark::DoNotOptimize(body);
  }
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(text.size()));
}

void BM_ReadBodyOfThreeNames(benchmark::State& state) { ReadBody(state, kBody, true); }
BENCHMARK(BM_ReadBodyOfThreeNames);

/// Ten names of fifty bytes: the most that is valid.
void BM_ReadBodyOfTenLongNames(benchmark::State& state) {
  std::string text = R"({"AttrNames":{)";
  for (int slot = 0; slot < 10; ++slot) {
    const std::string digit = std::to_string(slot);
    text.append(slot == 0 ? "\"" : ",\"").append(digit).append("\":\"");
    text.append(std::string(49, 'n')).append(digit).append("\"");
  }
  ReadBody(state, text + "}}", true);
}
BENCHMARK(BM_ReadBodyOfTenLongNames);

void BM_ReadBodyThatEndsTooEarly(benchmark::State& state) {
  ReadBody(state, R"({"AttrNames":{"0":"sex","1":"city","2":"country")", false);
}
BENCHMARK(BM_ReadBodyThatEndsTooEarly);

/// cpp-httplib's client and the server in one process, one kept connection.
void BM_RoundTripOverHttp(benchmark::State& state) {
  ServerOptions options;
  options.service.apps = {DemoApp()};
  options.service.profile = Profile().With(R"({"throttle":{"limit":1000000}})").value();
  const auto server = Server::Start(std::move(options)).value();
  const std::string target =
      server->service().Target("im_set_attr_name", kSdkAppId, kAdmin).value();
  httplib::Client client("127.0.0.1", server->port());
  client.set_keep_alive(true);
  client.set_tcp_nodelay(true);
  for (auto _ : state) {
    const httplib::Result result = client.Post(target, kBody, "application/json");
    if (!result || result->body.find("\"ErrorCode\":0") == std::string::npos) {
      return state.SkipWithError("the call is not accepted");
    }
  }
}
BENCHMARK(BM_RoundTripOverHttp)->UseRealTime()->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace timock
