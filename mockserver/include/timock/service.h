#ifndef TIMOCK_SERVICE_H_
#define TIMOCK_SERVICE_H_

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "timock/app.h"
#include "timock/clock.h"
#include "timock/fault.h"
#include "timock/http_message.h"
#include "timock/journal.h"
#include "timock/profile.h"
#include "timock/result.h"

namespace timock {

/// What became of one call. A refused call has at least one diagnosis, its own reason first; an
/// accepted one has those that its client should know of.
struct CallEvent {
  UnixTime at = {};
  std::string_view method = {};
  std::string_view command = {};  ///< "all_member_push/im_set_attr_name"; empty when there is none.
  std::optional<std::uint32_t> sdkappid = {};
  int http_status = 200;
  std::optional<int> error_code = 0;  ///< Unset where the answer held none.
  std::string_view rule = {};   ///< The switch that refused the call; empty when it was accepted.
  std::string_view fault = {};  ///< Id of the fault that it met.
  std::span<const Diagnosis> diagnoses = {};
};

struct ServiceOptions {
  std::vector<App> apps = {DemoApp()};
  Profile profile = {};
  bool verify_user_sig = true;              ///< False skips every check of PROTOCOL section 6.
  std::shared_ptr<const Clock> clock = {};  ///< Null: the machine's.
  ClockSetting clock_setting = {};          ///< Where it starts from; see SetClock.
  std::size_t max_body_bytes = 65'536;      ///< Rule `body_too_large`.
  std::size_t max_apps = 1'000'000;
  JournalOptions journal = {};
  /// Called once a call, from the thread that made it, when the reply is ready. The event and what
  /// it refers to are valid only inside the call. Must be safe to call from several threads. When
  /// it throws, the call is recorded and carried out, but answered as AnswerException does.
  std::function<void(const CallEvent&)> on_call = {};
};

/// The present state of one app's throttle. Windows are as long as the profile's.
struct ThrottleStatus {
  std::uint32_t sdkappid = 0;
  std::string command = {};  ///< Empty where all commands of the app share a counter.
  std::optional<std::uint32_t> limit = {};  ///< Unset: unlimited, and nothing is counted.
  std::uint64_t admitted = 0;               ///< In the window that ends now.
  std::uint64_t refused = 0;                ///< In the window that ends now.
  /// The moment from which a call would be admitted. Unset where each identifier has a counter of
  /// its own.
  std::optional<UnixTime> next_free = {};
  std::uint64_t worst_admitted = 0;  ///< Most calls admitted in any one window so far.
  bool worst_at_least = false;       ///< More than can be remembered: the true number is higher.
  std::uint64_t admitted_total = 0;
  std::uint64_t refused_total = 0;
};

/// Counters since Create; only ever grow.
struct CallMetrics {
  struct Outcome {
    std::string command = {};  ///< "all_member_push/im_set_attr_name"; empty: none that is served.
    std::optional<int> error_code = 0;  ///< Unset: the answer held none.
    std::uint64_t calls = 0;
  };
  std::vector<Outcome> outcomes = {};
  std::uint64_t other_outcomes = 0;  ///< Calls that found no counter of their own.
  /// Calls by duration: the upper bounds in seconds, and how many took at most that.
  std::vector<double> duration_bounds = {};
  std::vector<std::uint64_t> duration_counts = {};  ///< Cumulative; one more than bounds: all.
  double duration_sum = 0;                          ///< Seconds.
  std::uint64_t exceptions = 0;                     ///< See Service::AnswerException.
  std::uint64_t throttle_admitted = 0;
  std::uint64_t throttle_refused = 0;
};

/// All that can be dumped and put back: what decides the next answer, apart from what calls have
/// left in the throttle's counters.
struct ServiceState {
  std::vector<App> apps = {};
  Profile profile = {};
  bool verify_user_sig = true;
  ClockSetting clock = {};
};

/// The fake without sockets: a request in, the documented answer out. Safe to use from any number
/// of threads. Each method that reads or changes apps, profile and clock is one step to every other
/// one. A call under way goes on with the app and the profile that it began with, and what it
/// stores goes with that app when the app is put again, reset or removed meanwhile. No exception
/// leaves Handle and what else answers a request: see AnswerException.
class Service {
 public:
  /// Fails when an app is not valid or given twice, and names it.
  static Result<std::unique_ptr<Service>> Create(ServiceOptions options = {});
  ~Service();
  Service(const Service&) = delete;
  Service& operator=(const Service&) = delete;

  HttpResponse Handle(const HttpRequest& request);

  /// The same for a transport; reuses the memory of `*response`.
  void Handle(const HttpRequestView& request, HttpResponse* response);

  /// The answer to bytes that are not a valid HTTP message (P9): status 400 and close. `reason`
  /// says what is wrong with them and goes to `on_call` under the rule "http_malformed".
  void RefuseMalformed(std::string_view reason, HttpResponse* response);

  /// A proxy's answer to a request that would leave the machine: status 403 and close. Method and
  /// target go to `on_call` under the rule "proxy_refused".
  void RefuseProxy(std::string_view method, std::string_view target, HttpResponse* response);

  /// The answer to a request that an exception has ended, for the catch of a transport: status 500,
  /// the text of the exception that is being handled as `{"error":{"message":...}}`, and close.
  /// Counted in CallMetrics::exceptions; the text goes to the journal and to `on_call` under the
  /// rule "exception".
  void AnswerException(HttpResponse* response) noexcept;

  std::size_t max_body_bytes() const;

  // Apps.

  /// Adds an app, or replaces the one of the same SDKAppID with all its state.
  Result<Done> PutApp(const App& app);
  /// Frees all that the app had; its recorded calls stay. False when there is no such app.
  bool RemoveApp(std::uint32_t sdkappid);
  /// Replaces all apps by `apps`, or changes nothing and says why.
  Result<Done> SetApps(const std::vector<App>& apps);
  /// The app in its present state, names included.
  std::optional<App> FindApp(std::uint32_t sdkappid) const;
  std::vector<App> Apps() const;

  /// Adds an app with an SDKAppID that no other app has or had, a random key when `like` has none,
  /// and the admin `administrator` when it has none; `like.sdkappid` does not count. For a test of
  /// its own among others.
  Result<App> CreateApp(App like = {});

  /// The stored names; empty for an unknown app.
  AttrNames Names(std::uint32_t sdkappid) const;
  /// Replaces the stored names, without the checks of the endpoint except slot 0 to 9.
  Result<Done> SetNames(std::uint32_t sdkappid, const AttrNames& names);

  /// A fresh UserSig of a known app, under its first key, from its clock. Fails when
  /// there is no such app, the identifier is empty or too long for a UserSig, or `expire` is not
  /// within 9000000000 seconds; the message begins with "/sdkappid: ", "/identifier: " or "/expire:
  /// ".
  Result<std::string> Sign(std::uint32_t sdkappid, std::string_view identifier,
                           std::chrono::seconds expire = std::chrono::hours{24}) const;

  /// Path and query of a signed call, ready to send: `Target("im_set_attr_name", 1400000000,
  /// "administrator")`. A command without a service before it and a slash is one of
  /// all_member_push. `random` is another one each time.
  Result<std::string> Target(std::string_view command, std::uint32_t sdkappid,
                             std::string_view identifier) const;

  // Journal.

  /// Whether a call can fit: fails when the filter names an app that does not exist, or a command
  /// that is not one of the vendor's, and no recorded call names it either. The message begins with
  /// "/sdkappid: " or "/command: ". The control API refuses such a filter; the methods below find
  /// nothing, and those that explain say why.
  Result<Done> CheckFilter(const JournalFilter& filter) const;

  /// All entries that fit: the first `limit` of them, or the last ones.
  JournalPage Calls(const JournalFilter& filter = {}, std::size_t limit = SIZE_MAX,
                    bool newest = false) const;
  std::optional<JournalEntry> FindCall(std::uint64_t id) const;
  JournalCount CountCalls(const JournalFilter& filter = {}) const;
  /// Waits, in real time and at most a day, until at least `at_least` entries fit; the count then,
  /// or at the end. Does not wait for what CheckFilter refuses.
  JournalCount WaitForCalls(const JournalFilter& filter, std::uint64_t at_least,
                            std::chrono::milliseconds wait) const;
  /// CountCalls, with near misses.
  JournalCount ExplainCalls(const JournalFilter& filter) const;
  /// Forgets the entries that fit.
  void ClearCalls(const JournalFilter& filter = {});
  JournalStatus journal_status() const;
  /// What the recorded calls that fit depended on, in the order in which a profile has them.
  std::vector<Assumption> Assumptions(const JournalFilter& filter = {}) const;

  // Faults.

  /// Fails when the fault is not valid, its id is taken, there are 1000 already, its command is not
  /// served, or there is no app of its `sdkappid` and no recorded call names one; the message
  /// begins with the JSON pointer of the bad member.
  Result<FaultStatus> AddFault(const Fault& fault);
  std::vector<FaultStatus> Faults() const;
  std::optional<FaultStatus> FindFault(std::string_view id) const;
  bool RemoveFault(std::string_view id);
  void RemoveFaults();

  // Clock, profile, throttle, state.

  UnixTime Now() const;
  /// kReal, kFrozen at the present moment, or kOffset, where `at` is the present moment.
  ClockSetting clock() const;
  /// Fails when the time lies outside the UNIX seconds 0 to 9000000000. UNIX time and ticks jump
  /// together.
  Result<Done> SetClock(const ClockSetting& setting);
  /// Moves UNIX time and ticks together, forwards or backwards; fails as SetClock does.
  Result<Done> AdvanceClock(std::chrono::nanoseconds by);
  /// The time of an app; the service's where it has no clock of its own, or is unknown.
  UnixTime AppNow(std::uint32_t sdkappid) const;
  /// A clock of the app's own, for tests that run in parallel, which goes on from the one that it
  /// had; empty: the service's again. Unlike PutApp it leaves names, counters and UserSigs. Fails
  /// as SetClock does, or when there is no such app.
  Result<Done> SetAppClock(std::uint32_t sdkappid, const std::optional<ClockSetting>& setting);
  /// Moves the app's clock, which is its own from then on.
  Result<Done> AdvanceAppClock(std::uint32_t sdkappid, std::chrono::nanoseconds by);

  Profile profile() const;
  /// Calls that have begun go on under the old one. Empties all throttle counters if the throttle's
  /// rule differs.
  void SetProfile(const Profile& profile);
  bool verifies_user_sig() const;
  void SetVerifyUserSig(bool verify);

  /// The counters of one app, or of all that have been called; see ThrottleStatus.
  std::vector<ThrottleStatus> Throttles(std::optional<std::uint32_t> sdkappid = {}) const;

  ServiceState State() const;
  /// Replaces the whole state by `state`, or changes nothing and says why. The journal and
  /// the faults stay; without `with_apps` the apps do, too, with all that calls have left in them.
  Result<Done> SetState(const ServiceState& state, bool with_apps = true);

  /// As after Create: apps, profile, clock; the journal and the faults are empty.
  void Reset();
  /// The app as it was put last, without its throttle counters, its remembered UserSigs, its
  /// journal entries and the faults that match it alone. False when there is no such app.
  bool ResetApp(std::uint32_t sdkappid);

  /// Counters since Create, for monitoring.
  CallMetrics metrics() const;

 private:
  struct Impl;
  explicit Service(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace timock

#endif  // TIMOCK_SERVICE_H_
