#include "load/send/schedule.h"

#include <algorithm>
#include <cmath>

#include "load/send/random.h"
#include "target/request_builder.h"
#include "wire/config_error.h"
#include "wire/text_values.h"

namespace timock::load {

using std::chrono::nanoseconds;

Arrival Arrival::Parse(const std::string& text) {
  const std::string burst = "burst:";
  if (text == "constant") return {};
  if (text == "poisson") return {.kind = Kind::kPoisson};
  if (text.starts_with(burst)) {
    return {.burst = conformance::ParseCount(text.substr(burst.size()), "--arrival burst")};
  }
  throw conformance::ConfigError("--arrival is \"" + text +
                                 "\"; expected constant, poisson or burst:N");
}

std::string Arrival::Text() const {
  if (kind == Kind::kPoisson) return "poisson";
  return burst == 1 ? "constant" : "burst:" + std::to_string(burst);
}

std::vector<nanoseconds> MakeSchedule(const ScheduleOptions& options) {
  std::vector<nanoseconds> moments;
  const double between = 1e9 / options.rate;
  Random random(options.seed);
  double poisson = 0;
  for (std::size_t i = 0;; ++i) {
    double at = 0;
    if (options.arrival.kind == Arrival::Kind::kPoisson) {
      poisson -= std::log1p(-random.Fraction()) * between;
      at = poisson;
    } else {
      at = static_cast<double>(i - i % options.arrival.burst) * between;
    }
    const nanoseconds moment{std::llround(at)};
    if (moment >= options.duration) return moments;
    moments.push_back(moment);
  }
}

std::vector<PlannedRequest> MakePlan(const ScheduleOptions& schedule, const BodyMix& mix,
                                     std::size_t apps, std::optional<double> quiet_rate) {
  const std::vector<nanoseconds> moments = MakeSchedule(schedule);
  const std::vector<BodyKind> kinds = mix.Draw(moments.size(), schedule.seed);
  std::vector<PlannedRequest> plan;
  for (std::size_t i = 0; i < moments.size(); ++i) {
    const std::size_t app = quiet_rate ? 0 : i % apps;
    plan.push_back({moments[i], static_cast<std::uint32_t>(app), kinds[i]});
  }
  if (!quiet_rate) return plan;
  for (const nanoseconds at : MakeSchedule({.rate = *quiet_rate, .duration = schedule.duration})) {
    plan.push_back({at, 1});
  }
  std::stable_sort(plan.begin(), plan.end(),
                   [](const PlannedRequest& a, const PlannedRequest& b) { return a.at < b.at; });
  return plan;
}

conformance::Outgoing RequestOf(const PlannedRequest& planned, conformance::Target& target) {
  std::optional<conformance::Identity> who = target.Apps().at(planned.app);
  if (planned.kind == BodyKind::kNonAdmin) who = conformance::StrangerTo(*who, "non_admin");
  if (!who) {
    throw conformance::ConfigError(
        "--body-mix non-admin needs TIMOCK_SECRET_KEY to sign for somebody else");
  }
  const bool cut = planned.kind == BodyKind::kBadJson;
  return conformance::BuildRequest(
      {.body =
           cut ? R"({"AttrNames":{"0":)" : R"({"AttrNames":{"0":"sex","1":"city","2":"country"}})"},
      *who, target);
}

std::size_t ConnectionsFor(const ScheduleOptions& schedule) {
  constexpr double kAnswerTime = 0.005;
  constexpr std::size_t kMin = 8;
  constexpr std::size_t kMax = 1000;
  const auto enough = static_cast<std::size_t>(std::ceil(schedule.rate * kAnswerTime));
  return std::clamp(enough + schedule.arrival.burst, kMin, kMax);
}

}  // namespace timock::load
