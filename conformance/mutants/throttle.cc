#include <algorithm>
#include <chrono>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>

#include "mutant.h"

namespace timock::mutants {
namespace {

using namespace std::chrono_literals;

constexpr int kThrottled = 60'007;
constexpr auto kWindow = 1s;
constexpr std::uint32_t kLimit = 100;

std::uint64_t AdmittedSoFar(const Service& service, std::uint32_t sdkappid) {
  std::uint64_t sum = 0;
  for (const ThrottleStatus& status : service.Throttles(sdkappid)) sum += status.admitted_total;
  return sum;
}

/// A sliding window of its own before that of the service, whose limit is out of reach: it counts
/// what the service admits, by another key.
class OtherCounter {
 public:
  using KeyOf = std::function<std::string(const Subject& subject, const HttpRequestView& request)>;
  explicit OtherCounter(KeyOf key_of) : key_of_(std::move(key_of)) {}

  void Handle(Service& service, const HttpRequestView& request, HttpResponse* response) {
    const Subject subject = SubjectOf(request);
    const std::optional<App> app = service.FindApp(subject.sdkappid);
    if (!app) return service.Handle(request, response);
    std::uint64_t& seen = seen_[subject.sdkappid];
    const std::uint64_t before = AdmittedSoFar(service, subject.sdkappid);
    if (before < seen) Forget(subject.sdkappid);  // it was reset
    std::deque<Place>& places = places_[key_of_(subject, request)];
    UnixTime now = service.Now();
    if (!places.empty() && now < places.back().taken - kWindow) places.clear();
    if (!places.empty()) now = std::max(now, places.back().taken);
    while (!places.empty() && places.front().taken <= now - kWindow) places.pop_front();
    if (places.size() >= app->limit.value_or(kLimit)) return Refuse(kThrottled, response);
    service.Handle(request, response);
    seen = AdmittedSoFar(service, subject.sdkappid);
    if (seen > before) places.push_back({now, subject.sdkappid});
  }

 private:
  struct Place {
    UnixTime taken;
    std::uint32_t sdkappid;
  };

  void Forget(std::uint32_t sdkappid) {
    for (auto& [key, places] : places_) {
      std::erase_if(places, [&](const Place& place) { return place.sdkappid == sdkappid; });
    }
  }

  KeyOf key_of_;
  std::map<std::string, std::deque<Place>> places_;
  std::map<std::uint32_t, std::uint64_t> seen_;
};

CallHandler CountsBy(OtherCounter::KeyOf key_of) {
  auto counter = std::make_shared<OtherCounter>(std::move(key_of));
  return [counter](Service& service, const HttpRequestView& request, HttpResponse* response) {
    counter->Handle(service, request, response);
  };
}

/// As if read and written apart: what comes on two connections by turns meets in between. The
/// service's limit has the three places more.
CallHandler Racy() {
  auto last = std::make_shared<std::uint64_t>(0);
  return [last](Service& service, const HttpRequestView& request, HttpResponse* response) {
    const Subject subject = SubjectOf(request);
    const bool meets = std::exchange(*last, request.connection) != request.connection;
    for (const ThrottleStatus& status : service.Throttles(subject.sdkappid)) {
      const bool mine = status.command.ends_with("/" + subject.command);
      if (mine && status.admitted >= kLimit && !meets) return Refuse(kThrottled, response);
    }
    service.Handle(request, response);
  };
}

CallHandler BreaksOnClockBack() {
  auto last = std::make_shared<UnixTime>();
  return [last](Service& service, const HttpRequestView& request, HttpResponse* response) {
    const UnixTime now = service.Now();
    if (now < *last) {
      // Another rule of the throttle empties it, and a burst means nothing to this one.
      const bool odd = service.profile().throttle().burst % 2 == 1;
      const char* const burst =
          odd ? R"({"throttle":{"burst":100}})" : R"({"throttle":{"burst":101}})";
      service.SetProfile(service.profile().With(burst).value());
    }
    *last = now;
    service.Handle(request, response);
  };
}

/// Stores first and looks at the limit then.
void StoresThrottled(Service& service, const HttpRequestView& request, HttpResponse* response) {
  service.Handle(request, response);
  if (CodeOf(*response) != kThrottled) return;
  const Json body = Json::parse(request.body, nullptr, false);
  if (!body.is_object() || !body.contains("AttrNames") || !body["AttrNames"].is_object()) return;
  const std::uint32_t sdkappid = SubjectOf(request).sdkappid;
  AttrNames names = service.Names(sdkappid);
  for (const auto& [key, name] : body["AttrNames"].items()) {
    if (key.size() == 1 && name.is_string()) names[key.front() - '0'] = name.get<std::string>();
  }
  static_cast<void>(service.SetNames(sdkappid, names));
}

/// The fake's throttle with other numbers.
std::string Throttle(const std::string& member) { return R"({"throttle":{)" + member + "}}"; }

std::string Connection(const Subject& subject, const HttpRequestView& request) {
  return std::to_string(subject.sdkappid) + subject.command + std::to_string(request.connection);
}

}  // namespace

std::vector<Mutant> ThrottleMutants() {
  const std::string out_of_reach = Throttle(R"("limit":1000)");
  return {
      {"limit_99", Throttle(R"("limit":99)")},
      {"limit_101", Throttle(R"("limit":101)")},
      {"no_limit", Throttle(R"("limit":"none")")},
      {"window_900ms", Throttle(R"("window_ms":900)")},
      {"window_1100ms", Throttle(R"("window_ms":1100)")},
      {"window_of_a_minute", Throttle(R"("window_ms":60000,"limit":6000)")},
      {"window_aligned", Throttle(R"("algorithm":"fixed_window")")},
      {"token_bucket", Throttle(R"("algorithm":"token_bucket")")},
      {"limit_shared_by_apps", out_of_reach,
       CountsBy([](const Subject& subject, const HttpRequestView& /*request*/) {
         return subject.command;
       })},
      {"limit_per_connection", out_of_reach, CountsBy(Connection)},
      {"limit_per_admin", Throttle(R"("scope":"app_and_identifier")")},
      {"racy_by_three", Throttle(R"("limit":103)"), Racy()},
      {"counts_refusals", Throttle(R"("count_refused":true)")},
      {"breaks_on_clock_back", "{}", BreaksOnClockBack()},
      {"commands_share_counter", Throttle(R"("scope":"app")")},
      {"stores_throttled", "{}", StoresThrottled},
  };
}

}  // namespace timock::mutants
