#include "faults/fault_plan.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <iterator>
#include <nlohmann/json.hpp>
#include <numbers>
#include <utility>

#include "base/secrets.h"
#include "faults/fault_fields.h"
#include "json/json_pointer.h"
#include "json/strict_json.h"
#include "text/url.h"

namespace timock {
namespace {

using nlohmann::json;

/// splitmix64: one step of the generator whose state is `*state`.
std::uint64_t Draw(std::uint64_t* state) {
  std::uint64_t mixed = *state += 0x9e3779b97f4a7c15U;
  mixed = (mixed ^ (mixed >> 30)) * 0xbf58476d1ce4e5b9U;
  mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111ebU;
  return mixed ^ (mixed >> 31);
}

/// From 0 to below 1.
double DrawFraction(std::uint64_t* state) {
  return static_cast<double>(Draw(state) >> 11) * 0x1p-53;
}

/// From a normal distribution of mean 0 and deviation 1 (Box and Muller).
double DrawNormal(std::uint64_t* state) {
  const double radius = std::sqrt(-2.0 * std::log(1.0 - DrawFraction(state)));
  return radius * std::cos(2.0 * std::numbers::pi * DrawFraction(state));
}

std::chrono::milliseconds DrawDelay(const FaultDelay& delay, std::uint64_t* state) {
  switch (delay.kind) {
    case FaultDelay::Kind::kNone:
      return std::chrono::milliseconds{0};
    case FaultDelay::Kind::kFixed:
      return delay.low;
    case FaultDelay::Kind::kUniform: {
      const auto choices = static_cast<double>((delay.high - delay.low).count() + 1);
      return delay.low +
             std::chrono::milliseconds{static_cast<std::int64_t>(DrawFraction(state) * choices)};
    }
    case FaultDelay::Kind::kLogNormal:
      break;
  }
  const double drawn =
      static_cast<double>(delay.median.count()) * std::exp(delay.sigma * DrawNormal(state));
  const auto max = static_cast<double>(kMaxFaultDelay.count());
  return std::chrono::milliseconds{static_cast<std::int64_t>(std::min(std::round(drawn), max))};
}

/// Below 2^53, so that it survives a JSON reader whose numbers are doubles.
std::uint64_t RandomSeed() { return RandomNumber() >> 11; }

bool FitsCall(const FaultMatch& match, const Call& call) {
  if (match.sdkappid && match.sdkappid != call.sdkappid) return false;
  if (!match.command.empty() && !CommandMatches(call.command, match.command)) return false;
  return match.identifier.empty() || call.caller.Is(match.identifier);
}

bool LooksIntoBody(const FaultMatch& match) {
  return !match.body_pointer.empty() || !match.body_equals.empty();
}

}  // namespace

struct FaultPlan::BodyMatch {
  /// `match` was checked.
  explicit BodyMatch(const FaultMatch& match)
      : pointer(JsonPointer::Parse(match.body_pointer).value()) {
    if (!match.body_equals.empty()) equals = ParseStrictJson(match.body_equals).value();
  }

  bool Fits(const json& body) const {
    const json* const value = pointer.Find(body);
    return value != nullptr && (!equals || *value == *equals);
  }

  JsonPointer pointer;
  std::optional<json> equals;
};

// Invariant: a fault's counts and the state of its generator depend on its seed and on the calls
// that fit it, and on nothing else. So all faults are looked at for every call, also once one has
// hit, and what is drawn for a fault is drawn whether it then acts or not; else an older fault, or
// `times`, would shift all later draws of a younger one.
std::optional<FaultHit> FaultPlan::Apply(const Call& call) {
  std::optional<FaultHit> hit;
  const MutexLock lock(mutex_);
  std::optional<Result<json>> body;  // read when the first fault looks into it
  const auto body_fits = [&](const BodyMatch& match) {
    if (!body) body = ParseStrictJson(call.request.body);
    return body->ok() && match.Fits(body->value());
  };
  for (ActiveFault& active : faults_) {
    const Fault& fault = active.status.fault;
    if (!FitsCall(fault.match, call)) continue;
    if (active.body && !body_fits(*active.body)) continue;
    ++active.status.matched;
    if (active.status.matched % fault.match.every_nth != 0) continue;
    if (fault.match.probability < 1 && DrawFraction(&active.random) >= fault.match.probability) {
      continue;
    }
    const std::chrono::milliseconds delay = DrawDelay(fault.action.delay, &active.random);
    if (hit || (fault.times && active.status.hits >= *fault.times)) continue;
    ++active.status.hits;
    hit = FaultHit{.id = fault.id, .action = fault.action, .delay = delay};
  }
  return hit;
}

bool FaultPlan::IsTaken(std::string_view id) const {
  return std::any_of(faults_.begin(), faults_.end(),
                     [id](const ActiveFault& active) { return active.status.fault.id == id; });
}

Result<FaultStatus> FaultPlan::Add(const Fault& fault) {
  if (const Result<Done> fits = CheckFault(fault); !fits) return fits.error();
  ActiveFault active{.status = {.fault = fault}, .body = nullptr};
  Fault& kept = active.status.fault;
  if (!kept.seed) kept.seed = RandomSeed();
  active.random = *kept.seed;
  if (LooksIntoBody(fault.match)) active.body = std::make_shared<const BodyMatch>(fault.match);
  const MutexLock lock(mutex_);
  if (faults_.size() >= kMaxFaults) {
    return Error{.message = std::to_string(kMaxFaults) +
                            " faults are set already, which is the maximum; remove some first",
                 .code = Error::Code::kFull};
  }
  if (IsTaken(kept.id)) {
    return Error{"a fault \"" + kept.id + "\" is set already; remove that one, or give another id",
                 "/id"};
  }
  while (kept.id.empty()) {
    std::string next = "fault-" + std::to_string(++given_ids_);
    if (!IsTaken(next)) kept.id = std::move(next);
  }
  faults_.push_back(std::move(active));
  return faults_.back().status;
}

std::vector<FaultStatus> FaultPlan::All() const {
  const MutexLock lock(mutex_);
  std::vector<FaultStatus> all;
  all.reserve(faults_.size());
  std::transform(faults_.begin(), faults_.end(), std::back_inserter(all),
                 [](const ActiveFault& active) { return active.status; });
  return all;
}

std::optional<FaultStatus> FaultPlan::Find(std::string_view id) const {
  const MutexLock lock(mutex_);
  for (const ActiveFault& active : faults_) {
    if (active.status.fault.id == id) return active.status;
  }
  return {};
}

template <typename Fits>
bool FaultPlan::RemoveWhere(Fits fits) {
  return std::erase_if(faults_, fits) > 0;
}

bool FaultPlan::Remove(std::string_view id) {
  const MutexLock lock(mutex_);
  return RemoveWhere([id](const ActiveFault& active) { return active.status.fault.id == id; });
}

void FaultPlan::RemoveOf(std::uint32_t sdkappid) {
  const MutexLock lock(mutex_);
  RemoveWhere([sdkappid](const ActiveFault& active) {
    return active.status.fault.match.sdkappid == sdkappid;
  });
}

void FaultPlan::Clear() {
  const MutexLock lock(mutex_);
  RemoveWhere([](const ActiveFault& /*active*/) { return true; });
}

}  // namespace timock
