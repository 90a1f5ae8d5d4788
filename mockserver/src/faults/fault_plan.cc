#include "faults/fault_plan.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <iterator>
#include <nlohmann/json.hpp>
#include <numbers>
#include <utility>

#include "base/secrets.h"
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
  const auto most = static_cast<double>(kMaxFaultDelay.count());
  return std::chrono::milliseconds{static_cast<std::int64_t>(std::min(std::round(drawn), most))};
}

/// Below 2^53, so that it survives a JSON reader whose numbers are doubles.
std::uint64_t RandomSeed() { return RandomNumber() >> 11; }

bool FitsSubject(const FaultMatch& match, const CallSubject& subject) {
  if (match.sdkappid && match.sdkappid != subject.sdkappid) return false;
  if (!match.command.empty() && !CommandMatches(subject.command, match.command)) return false;
  return match.identifier.empty() || match.identifier == subject.identifier ||
         match.identifier == subject.identifier_spaced;
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

std::optional<FaultHit> FaultPlan::Meet(const HttpRequestView& request) {
  const CallSubject subject = ReadSubject(request.target);
  std::optional<json> body;
  if (body_readers_.load(std::memory_order_acquire) > 0) {
    if (Result<json> read = ParseStrictJson(request.body)) body = std::move(read).value();
  }
  std::optional<FaultHit> hit;
  const MutexLock lock(mutex_);
  for (Standing& standing : faults_) {
    const Fault& fault = standing.status.fault;
    if (!FitsSubject(fault.match, subject)) continue;
    if (standing.body && !(body && standing.body->Fits(*body))) continue;
    ++standing.status.matched;
    if (standing.status.matched % fault.match.every_nth != 0) continue;
    if (fault.match.probability < 1 && DrawFraction(&standing.random) >= fault.match.probability) {
      continue;
    }
    // Drawn whether the fault acts or not: the next draws must not depend on it.
    const std::chrono::milliseconds delay = DrawDelay(fault.action.delay, &standing.random);
    if (hit || (fault.times && standing.status.hits >= *fault.times)) continue;
    ++standing.status.hits;
    hit = FaultHit{.id = fault.id, .action = fault.action, .delay = delay};
  }
  return hit;
}

bool FaultPlan::IsTaken(std::string_view id) const {
  return std::any_of(faults_.begin(), faults_.end(),
                     [id](const Standing& standing) { return standing.status.fault.id == id; });
}

Result<FaultStatus> FaultPlan::Add(const Fault& fault) {
  if (const Result<Done> fits = CheckFault(fault); !fits) return fits.error();
  Standing standing{.status = {.fault = fault}, .body = nullptr};
  Fault& kept = standing.status.fault;
  if (!kept.seed) kept.seed = RandomSeed();
  standing.random = *kept.seed;
  if (LooksIntoBody(fault.match)) standing.body = std::make_shared<const BodyMatch>(fault.match);
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
  faults_.push_back(std::move(standing));
  if (faults_.back().body) ++body_readers_;
  size_.store(faults_.size(), std::memory_order_release);
  return faults_.back().status;
}

std::vector<FaultStatus> FaultPlan::All() const {
  const MutexLock lock(mutex_);
  std::vector<FaultStatus> all;
  all.reserve(faults_.size());
  std::transform(faults_.begin(), faults_.end(), std::back_inserter(all),
                 [](const Standing& standing) { return standing.status; });
  return all;
}

std::optional<FaultStatus> FaultPlan::Find(std::string_view id) const {
  const MutexLock lock(mutex_);
  for (const Standing& standing : faults_) {
    if (standing.status.fault.id == id) return standing.status;
  }
  return {};
}

template <typename Fits>
bool FaultPlan::RemoveWhere(Fits fits) {
  const auto removed = std::erase_if(faults_, fits);
  const auto readers = std::count_if(faults_.begin(), faults_.end(), [](const Standing& standing) {
    return standing.body != nullptr;
  });
  body_readers_.store(static_cast<std::size_t>(readers), std::memory_order_release);
  size_.store(faults_.size(), std::memory_order_release);
  return removed > 0;
}

bool FaultPlan::Remove(std::string_view id) {
  const MutexLock lock(mutex_);
  return RemoveWhere([id](const Standing& standing) { return standing.status.fault.id == id; });
}

void FaultPlan::RemoveOf(std::uint32_t sdkappid) {
  const MutexLock lock(mutex_);
  RemoveWhere([sdkappid](const Standing& standing) {
    return standing.status.fault.match.sdkappid == sdkappid;
  });
}

void FaultPlan::Clear() {
  const MutexLock lock(mutex_);
  RemoveWhere([](const Standing& /*standing*/) { return true; });
}

}  // namespace timock
