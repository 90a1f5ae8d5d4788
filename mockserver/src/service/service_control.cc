#include <algorithm>
#include <set>
#include <string>
#include <utility>

#include "apps/app_fields.h"
#include "base/secrets.h"
#include "calls/endpoints.h"
#include "profile/assumptions.h"
#include "service/service_impl.h"
#include "text/url.h"

namespace timock {
namespace {

ThrottleStatus StatusOf(std::uint32_t sdkappid, const ThrottleView& view,
                        const CallSettings& settings, const Moment& moment) {
  const Tick window = settings.profile.throttle.window;
  ThrottleStatus status{.sdkappid = sdkappid,
                        .limit = view.limit,
                        .admitted = view.admitted->In(moment.tick, window),
                        .refused = view.refused->In(moment.tick, window),
                        .worst_admitted = view.admitted->worst(),
                        .worst_at_least = view.admitted->at_least(),
                        .admitted_total = view.admitted->total(),
                        .refused_total = view.refused->total()};
  if (view.command) status.command = settings.endpoints[*view.command].command;
  if (view.next_free) status.next_free = moment.now + (*view.next_free - moment.tick);
  return status;
}

Error NoSuchApp(const char* pointer, std::uint32_t sdkappid) {
  return Error{
      .message = "there is no app " + std::to_string(sdkappid) + ", and no recorded call names it",
      .pointer = pointer,
      .code = Error::Code::kNotFound};
}

std::string ServedCommands() {
  std::string names;
  for (const Endpoint& endpoint : ServedEndpoints()) {
    names.append(names.empty() ? "" : ", ").append(endpoint.command);
  }
  return names;
}

/// The count of a filter that no call can fit.
JournalCount Hopeless(const Error& error) { return {.near_misses = {{.why = error.Text()}}}; }

}  // namespace

Result<Done> Service::Impl::CheckApps(const std::vector<App>& wanted) const {
  std::set<std::uint32_t> ids;
  for (const App& app : wanted) {
    if (Result<Done> fits = CheckApp(app); !fits) return fits;
    if (!ids.insert(app.sdkappid).second) {
      return Error{"app " + std::to_string(app.sdkappid) + " is given twice"};
    }
  }
  if (wanted.size() > options.max_apps) return TooManyApps();
  return Done{};
}

void Service::Impl::UseApps(const std::vector<App>& wanted) {
  std::set<std::uint32_t> ids;
  for (const App& app : wanted) ids.insert(app.sdkappid);
  for (const auto& [id, state] : apps.All()) {
    if (!ids.contains(id)) Remove(id);
  }
  // Those that go made room for those that come.
  for (const App& app : wanted) Put(app).value();
}

Result<App> Service::CreateApp(App like) {
  if (like.keys.empty()) like.keys = {RandomHex(32)};
  if (like.admins.empty()) like.admins = {"administrator"};
  if (const Result<Done> fits = CheckApp(like); !fits) return fits.error();
  const MutexLock lock(impl_->control_mutex);
  // An id of an app that was removed is not given again: its calls may still be on their way.
  while (impl_->apps.Find(impl_->next_sdkappid) != nullptr ||
         impl_->removed_ahead.erase(impl_->next_sdkappid) > 0) {
    ++impl_->next_sdkappid;
  }
  like.sdkappid = impl_->next_sdkappid;
  if (const Result<Done> put = impl_->Put(like); !put) return put.error();
  ++impl_->next_sdkappid;
  impl_->journal.Expect(like.sdkappid);
  return impl_->apps.Find(like.sdkappid)->Snapshot();
}

Result<Done> Service::CheckFilter(const JournalFilter& filter) const {
  const auto called = [this](const JournalFilter& by) {
    return impl_->journal.Count(by).count > 0;
  };
  const auto known = [&filter](std::string_view command) {
    return CommandMatches(command, filter.command);
  };
  if (filter.sdkappid && !FindApp(*filter.sdkappid) && !called({.sdkappid = filter.sdkappid})) {
    return NoSuchApp("/sdkappid", *filter.sdkappid);
  }
  if (filter.command.empty()) return Done{};
  const auto served = ServedEndpoints();
  const auto unserved = UnservedCommands();
  if (std::any_of(unserved.begin(), unserved.end(), known) ||
      std::any_of(served.begin(), served.end(),
                  [&](const Endpoint& endpoint) { return known(endpoint.command); }) ||
      called({.command = filter.command})) {
    return Done{};
  }
  return Error{.message = "no command \"" + filter.command +
                          "\" is known, and no recorded call names it; served are " +
                          ServedCommands(),
               .pointer = "/command",
               .code = Error::Code::kNotFound};
}

JournalPage Service::Calls(const JournalFilter& filter, std::size_t limit, bool newest) const {
  return impl_->journal.Read(filter, limit, newest);
}

std::optional<JournalEntry> Service::FindCall(std::uint64_t id) const {
  return impl_->journal.Find(id);
}

JournalCount Service::CountCalls(const JournalFilter& filter) const {
  return impl_->journal.Count(filter);
}

JournalCount Service::WaitForCalls(const JournalFilter& filter, std::uint64_t at_least,
                                   std::chrono::milliseconds wait) const {
  if (const Result<Done> fits = CheckFilter(filter); !fits) return Hopeless(fits.error());
  return impl_->journal.WaitFor(filter, at_least, wait);
}

JournalCount Service::ExplainCalls(const JournalFilter& filter) const {
  if (const Result<Done> fits = CheckFilter(filter); !fits) return Hopeless(fits.error());
  return impl_->journal.Explain(filter);
}

void Service::ClearCalls(const JournalFilter& filter) { impl_->journal.Clear(filter); }

JournalStatus Service::journal_status() const { return impl_->journal.status(); }

std::vector<Assumption> Service::Assumptions(const JournalFilter& filter) const {
  return AssumptionsOf(profile(), impl_->journal.Dependences(filter));
}

Result<FaultStatus> Service::AddFault(const Fault& fault) {
  const FaultMatch& match = fault.match;
  if (match.sdkappid && !CheckFilter({.sdkappid = match.sdkappid})) {
    return NoSuchApp("/match/sdkappid", *match.sdkappid);
  }
  const auto served = ServedEndpoints();
  const bool is_served =
      std::any_of(served.begin(), served.end(), [&match](const Endpoint& endpoint) {
        return CommandMatches(endpoint.command, match.command);
      });
  if (!match.command.empty() && !is_served) {
    return Error{
        "\"" + match.command + "\" is not a served command; expected one of " + ServedCommands(),
        "/match/command"};
  }
  return impl_->faults.Add(fault);
}

std::vector<FaultStatus> Service::Faults() const { return impl_->faults.All(); }

std::optional<FaultStatus> Service::FindFault(std::string_view id) const {
  return impl_->faults.Find(id);
}

bool Service::RemoveFault(std::string_view id) { return impl_->faults.Remove(id); }

void Service::RemoveFaults() { impl_->faults.Clear(); }

UnixTime Service::Now() const { return impl_->Current()->clock.Read().now; }

UnixTime Service::AppNow(std::uint32_t sdkappid) const {
  const std::shared_ptr<const AppState> app = impl_->apps.Find(sdkappid);
  return app ? impl_->MomentOf(*app).now : Now();
}

Result<Done> Service::SetAppClock(std::uint32_t sdkappid,
                                  const std::optional<ClockSetting>& setting) {
  const MutexLock lock(impl_->control_mutex);
  const std::shared_ptr<AppState> app = impl_->apps.Find(sdkappid);
  if (!app) return Impl::NoApp(sdkappid);
  if (!setting) {
    app->UseClock({});
    return Done{};
  }
  ControlledClock clock = app->Clock(impl_->Current()->clock);
  if (Result<Done> set = clock.Set(*setting); !set) return set;
  app->UseClock(clock);
  return Done{};
}

Result<Done> Service::AdvanceAppClock(std::uint32_t sdkappid, std::chrono::nanoseconds by) {
  const MutexLock lock(impl_->control_mutex);
  const std::shared_ptr<AppState> app = impl_->apps.Find(sdkappid);
  if (!app) return Impl::NoApp(sdkappid);
  ControlledClock clock = app->Clock(impl_->Current()->clock);
  if (Result<Done> advanced = clock.Advance(by); !advanced) return advanced;
  app->UseClock(clock);
  return Done{};
}

ClockSetting Service::clock() const { return impl_->Current()->clock.Setting(); }

Result<Done> Service::SetClock(const ClockSetting& setting) {
  const MutexLock lock(impl_->control_mutex);
  const std::shared_ptr<const Snapshot> old = impl_->Current();
  ControlledClock clock = old->clock;
  if (Result<Done> set = clock.Set(setting); !set) return set;
  impl_->Use(old->calls.owner, old->calls.verify_user_sig, clock);
  return Done{};
}

Result<Done> Service::AdvanceClock(std::chrono::nanoseconds by) {
  const MutexLock lock(impl_->control_mutex);
  const std::shared_ptr<const Snapshot> old = impl_->Current();
  ControlledClock clock = old->clock;
  if (Result<Done> advanced = clock.Advance(by); !advanced) return advanced;
  impl_->Use(old->calls.owner, old->calls.verify_user_sig, clock);
  return Done{};
}

Profile Service::profile() const { return impl_->Current()->calls.owner; }

void Service::SetProfile(const Profile& profile) {
  const MutexLock lock(impl_->control_mutex);
  const std::shared_ptr<const Snapshot> old = impl_->Current();
  impl_->Use(profile, old->calls.verify_user_sig, old->clock);
}

bool Service::verifies_user_sig() const { return impl_->Current()->calls.verify_user_sig; }

void Service::SetVerifyUserSig(bool verify) {
  const MutexLock lock(impl_->control_mutex);
  const std::shared_ptr<const Snapshot> old = impl_->Current();
  impl_->Use(old->calls.owner, verify, old->clock);
}

std::vector<ThrottleStatus> Service::Throttles(std::optional<std::uint32_t> sdkappid) const {
  const MutexLock lock(impl_->control_mutex);
  const std::shared_ptr<const Snapshot> snapshot = impl_->Current();
  const CallSettings& settings = snapshot->calls;
  std::vector<ThrottleStatus> all;
  const auto add = [&](std::uint32_t id, const AppState& state) {
    const ThrottleRule& rule = settings.profile.throttle;
    const Moment moment = impl_->MomentOf(state);
    state.ViewThrottle(rule, settings.throttle_plan, moment.tick, [&](const ThrottleView& view) {
      all.push_back(StatusOf(id, view, settings, moment));
    });
  };
  if (!sdkappid) {
    for (const auto& [id, state] : impl_->apps.All()) add(id, *state);
  } else if (const std::shared_ptr<const AppState> state = impl_->apps.Find(*sdkappid)) {
    add(*sdkappid, *state);
  }
  return all;
}

ServiceState Service::State() const {
  const MutexLock lock(impl_->control_mutex);
  const std::shared_ptr<const Snapshot> snapshot = impl_->Current();
  return {.apps = impl_->AllApps(),
          .profile = snapshot->calls.owner,
          .verify_user_sig = snapshot->calls.verify_user_sig,
          .clock = snapshot->clock.Setting()};
}

Result<Done> Service::SetApps(const std::vector<App>& apps) {
  if (Result<Done> fit = impl_->CheckApps(apps); !fit) return fit;
  const MutexLock lock(impl_->control_mutex);
  impl_->UseApps(apps);
  return Done{};
}

Result<Done> Service::SetState(const ServiceState& state, bool with_apps) {
  if (with_apps) {
    if (Result<Done> fit = impl_->CheckApps(state.apps); !fit) return fit;
  }
  const MutexLock lock(impl_->control_mutex);
  ControlledClock clock = impl_->Current()->clock;
  if (Result<Done> set = clock.Set(state.clock); !set) return set;
  impl_->Use(state.profile, state.verify_user_sig, clock);
  if (with_apps) impl_->UseApps(state.apps);
  return Done{};
}

void Service::Reset() {
  const MutexLock lock(impl_->control_mutex);
  ControlledClock clock = impl_->Current()->clock;
  clock.Set(impl_->options.clock_setting).value();
  impl_->Use(impl_->options.profile, impl_->options.verify_user_sig, clock);
  impl_->UseApps(impl_->first_apps);
  impl_->faults.Clear();
  impl_->journal.Clear({});
}

bool Service::ResetApp(std::uint32_t sdkappid) {
  const MutexLock lock(impl_->control_mutex);
  const std::shared_ptr<const AppState> state = impl_->apps.Find(sdkappid);
  if (!state) return false;
  impl_->Put(state->config()).value();
  impl_->faults.RemoveOf(sdkappid);
  impl_->journal.Clear({.sdkappid = sdkappid});
  return true;
}

CallMetrics Service::metrics() const {
  CallMetrics metrics = impl_->counters.Metrics();
  metrics.exceptions = impl_->exceptions.load(std::memory_order_relaxed);
  return metrics;
}

}  // namespace timock
