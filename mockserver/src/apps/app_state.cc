#include "apps/app_state.h"

#include <algorithm>
#include <functional>
#include <unordered_map>
#include <utility>

#include "base/ticks.h"

namespace timock {
namespace {

constexpr std::chrono::seconds kLockoutTime{60};

struct TextHash {
  using is_transparent = void;
  std::size_t operator()(std::string_view text) const {
    return std::hash<std::string_view>{}(text);
  }
};

template <typename T>
using ByText = std::unordered_map<std::string, T, TextHash, std::equal_to<>>;

// Scope app_and_identifier. Until its UserSig is verified, anybody can use any identifier, so those
// have counters of their own only while there is room.
class IdentifierCounters {
 public:
  ThrottleCounter& Of(std::string_view identifier) {
    for (ByText<ThrottleCounter>* counters : {&verified_, &unverified_}) {
      if (const auto found = counters->find(identifier); found != counters->end()) {
        return found->second;
      }
    }
    if (verified_.size() + unverified_.size() >= kMaxIdentifiers) return shared_;
    return unverified_[std::string(identifier)];
  }

  // The places that it has taken so far stay taken, the shared ones too.
  void MarkVerified(std::string_view identifier) {
    if (verified_.contains(identifier) || verified_.size() >= kMaxIdentifiers) return;
    if (const auto found = unverified_.find(identifier); found != unverified_.end()) {
      verified_.insert(unverified_.extract(found));
    } else {
      verified_.emplace(identifier, shared_);
    }
  }

 private:
  ByText<ThrottleCounter> verified_;
  ByText<ThrottleCounter> unverified_;
  ThrottleCounter shared_;
};

// A UserSig that was verified for this app. Decoding and verifying one costs many times
// what comparing it does (BM_VerifyUserSigCold, BM_VerifyUserSigCached), and clients send the same
// one for hours. What is remembered holds for as long as the AppState, for an
// app that is put again with other keys gets a new one; claims that depend on the call or the clock
// are compared again each time. The last kMaxVerified are kept, in turn.
struct VerifiedUserSig {
  std::size_t hash = 0;
  std::string user_sig;
  UserSigClaims claims;
};

// Moments of the last window, oldest first.
class RecentTicks {
 public:
  // How many lie in (now - window, now].
  std::size_t In(Tick now, Tick window) {
    const auto length = static_cast<std::uint64_t>(window.count());
    if (StepsBackBeyond(length, now.count(), &newest_)) ticks_.clear();
    std::erase_if(ticks_, [&](std::int64_t tick) { return ElapsedNs(tick, newest_) >= length; });
    return ticks_.size();
  }

  // Behind a call of In for the same `now`, if it was ever called.
  void Add(Tick now) {
    newest_ = std::max(newest_, std::int64_t{now.count()});
    ticks_.push_back(newest_);
  }

  void Clear() { ticks_.clear(); }

 private:
  std::vector<std::int64_t> ticks_;
  std::int64_t newest_ = Tick::min().count();  // none seen yet
};

// Whom a counter or a lock is for. `a+b` and `a%20b` may both mean "a b" (R5), and neither may get
// around the other's count, so a plus counts as a space.
std::string CallerKey(std::string_view identifier) {
  std::string key(identifier);
  std::replace(key.begin(), key.end(), '+', ' ');
  return key;
}

// When a call would be admitted, if none came before. `counter` is a copy to try it on; a refusal
// that takes a place (`count_refused`) is not one that came.
Tick NextFree(ThrottleCounter counter, ThrottlePlan plan, Tick now) {
  plan.count_refused = false;
  const ThrottleDecision decision = counter.Admit(plan, now);
  return decision.admitted ? now : decision.next_free;
}

bool Holds(const std::vector<SlotName>& update, int slot) {
  return std::any_of(update.begin(), update.end(),
                     [&](const SlotName& entry) { return entry.slot == slot; });
}

// The first name at two slots of `stored` as it would be after `update`. The slots that the
// update leaves alone come first, so that the new name is the one that is reported.
std::optional<DuplicateName> FirstDuplicate(const AttrNames& stored,
                                            const std::vector<SlotName>& update) {
  struct Entry {
    int slot = 0;
    std::string_view name;
  };
  std::array<Entry, 20> table;
  std::size_t size = 0;
  for (const auto& [slot, name] : stored) {
    if (!Holds(update, slot)) table[size++] = {slot, name};
  }
  for (const SlotName& entry : update) table[size++] = {entry.slot, entry.name};
  for (std::size_t i = 1; i < size; ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      if (table[i].name == table[j].name) {
        return DuplicateName{std::string(table[i].name), table[j].slot};
      }
    }
  }
  return {};
}

// So that a reset goes back to the moment at which a clock was frozen.
App WithMoment(App app, const ControlledClock& base) {
  if (app.clock && !app.clock->at) app.clock->at = base.Read().now;
  return app;
}

}  // namespace

// `usersig_lockout` of one identifier. A lock is a moment that is remembered for kLockoutTime, so
// the clock may go back under it as under any other.
struct AppState::Failures {
  // Whether nothing of it matters at `now`. Every moment that is asked for counts as seen.
  bool Over(const LockoutRule& rule, Tick now) {
    const std::size_t kept = failed.In(now, std::chrono::seconds{rule.window_s});
    return kept + locked.In(now, kLockoutTime) == 0;
  }

  RecentTicks failed;
  RecentTicks locked;  // when it was locked: one moment, or none
};

struct AppState::Activity {
  struct Seen {
    void Add(bool is_admitted, Tick now, Tick window) {
      (is_admitted ? admitted : refused).Add(now, window);
      (is_admitted ? refused : admitted).Notice(now, window);
    }

    WindowCount admitted;
    WindowCount refused;
  };

  void UsePlan(std::uint64_t generation) {
    if (plan_generation == generation) return;
    plan_generation = generation;
    by_command = {};
    by_identifier = {};
    seen = {};
  }

  std::uint64_t plan_generation = 0;
  std::array<ThrottleCounter, kServedCommands> by_command;
  std::array<Seen, kServedCommands> seen;
  IdentifierCounters by_identifier;
  std::vector<VerifiedUserSig> verified;
  std::size_t next_verified = 0;
  ByText<Failures> failures;
};

AppState::AppState(App config, const ControlledClock& base)
    : config_(WithMoment(std::move(config), base)), names_(config_.names) {
  if (!config_.clock) return;
  clock_ = std::make_unique<ControlledClock>(base);
  clock_->Set(*config_.clock).value();  // it was checked
}
AppState::~AppState() = default;

AppState::Activity& AppState::Active() {
  if (!activity_) activity_ = std::make_unique<Activity>();
  return *activity_;
}

App AppState::Snapshot() const {
  App app = config_;
  const MutexLock lock(mutex);
  app.names = names_;
  app.clock.reset();
  if (clock_) {
    app.clock = clock_->Setting();
    app.clock->at = clock_->Read().now;
  }
  return app;
}

Moment AppState::At(const Moment& service) const {
  if (!clock_) return service;
  Moment own = clock_->Read();
  own.real = service.real;  // when the call began
  return own;
}

ControlledClock AppState::Clock(const ControlledClock& service) const {
  const MutexLock lock(mutex);
  return clock_ ? *clock_ : service;
}

void AppState::UseClock(const std::optional<ControlledClock>& clock) {
  const MutexLock lock(mutex);
  clock_ = clock ? std::make_unique<ControlledClock>(*clock) : nullptr;
}

std::optional<ThrottlePlan> AppState::OwnPlan(const ThrottleRule& rule,
                                              const ThrottlePlan& plan) const {
  const std::optional<std::uint32_t>& limit = config_.limit;
  if (limit ? *limit == kNoLimit : !rule.limit) return {};
  ThrottlePlan own = plan;
  if (limit) own.limit = own.burst = *limit;
  return own;
}

ThrottleDecision AppState::Admit(const ThrottleRule& rule, const ThrottlePlan& plan,
                                 std::size_t command, std::string_view identifier, Tick now) {
  const std::optional<ThrottlePlan> own = OwnPlan(rule, plan);
  if (!own) return {.admitted = true, .next_free = now};
  Activity& active = Active();
  active.UsePlan(plan.generation);
  const std::size_t counter = rule.scope == ThrottleScope::kAppAndCommand ? command : 0;
  const ThrottleDecision decision =
      rule.scope == ThrottleScope::kAppAndIdentifier
          ? active.by_identifier.Of(CallerKey(identifier)).Admit(*own, now)
          : active.by_command[counter].Admit(*own, now);
  active.seen[counter].Add(decision.admitted, now, rule.window);
  return decision;
}

void AppState::ViewThrottle(const ThrottleRule& rule, const ThrottlePlan& plan, Tick now,
                            const std::function<void(const ThrottleView&)>& visit) const {
  const MutexLock lock(mutex);
  if (!activity_ || activity_->plan_generation != plan.generation) return;
  const std::optional<ThrottlePlan> own = OwnPlan(rule, plan);
  for (std::size_t command = 0; command < kServedCommands; ++command) {
    const Activity::Seen& seen = activity_->seen[command];
    if (seen.admitted.total() + seen.refused.total() == 0) continue;
    ThrottleView view{.admitted = &seen.admitted, .refused = &seen.refused};
    if (rule.scope == ThrottleScope::kAppAndCommand) view.command = command;
    if (own) view.limit = own->limit;
    if (rule.scope != ThrottleScope::kAppAndIdentifier) {
      view.next_free = own ? NextFree(activity_->by_command[command], *own, now) : now;
    }
    visit(view);
  }
}

const UserSigClaims* AppState::FindVerified(std::string_view user_sig) const {
  if (!activity_) return nullptr;
  const std::size_t hash = TextHash{}(user_sig);
  for (const VerifiedUserSig& entry : activity_->verified) {
    // Hashes first: a comparison of texts takes longer the more of them agrees, and would show a
    // caller who guesses how much of a UserSig is right.
    if (entry.hash == hash && entry.user_sig == user_sig) return &entry.claims;
  }
  return nullptr;
}

void AppState::RememberVerified(std::string_view user_sig, const UserSigClaims& claims) {
  VerifiedUserSig entry{TextHash{}(user_sig), std::string(user_sig), claims};
  Activity& active = Active();
  active.by_identifier.MarkVerified(CallerKey(claims.identifier));
  if (active.verified.size() < kMaxVerified) {
    active.verified.push_back(std::move(entry));
    return;
  }
  active.verified[active.next_verified] = std::move(entry);
  active.next_verified = (active.next_verified + 1) % kMaxVerified;
}

AppState::Failures* AppState::FailuresOf(const LockoutRule& rule, std::string_view identifier,
                                         Tick now) {
  ByText<Failures>& all = Active().failures;
  std::string caller = CallerKey(identifier);
  if (const auto found = all.find(caller); found != all.end()) return &found->second;
  if (all.size() >= kMaxIdentifiers) {
    std::erase_if(all, [&](const auto& entry) {
      Failures failures = entry.second;  // To look at: this identifier has not called now.
      return failures.Over(rule, now);
    });
  }
  return all.size() < kMaxIdentifiers ? &all[std::move(caller)] : nullptr;
}

bool AppState::LockedOut(const LockoutRule& rule, std::string_view identifier, Tick now) {
  Failures* const failures = FailuresOf(rule, identifier, now);
  if (failures == nullptr) return false;
  failures->failed.In(now, std::chrono::seconds{rule.window_s});  // sees this moment
  return failures->locked.In(now, kLockoutTime) > 0;
}

void AppState::NoteUserSigFailure(const LockoutRule& rule, std::string_view identifier, Tick now) {
  Failures* const failures = FailuresOf(rule, identifier, now);
  if (failures == nullptr) return;
  const std::size_t failed_before = failures->failed.In(now, std::chrono::seconds{rule.window_s});
  failures->failed.Add(now);
  if (failed_before + 1 >= rule.failures) {
    failures->failed.Clear();
    failures->locked.Clear();
    failures->locked.Add(now);
  }
}

void AppState::SetNames(AttrNames names) {
  const MutexLock lock(mutex);
  names_ = std::move(names);
}

NamesUpdate AppState::UpdateNames(const std::vector<SlotName>& update, bool replace,
                                  bool refuse_duplicates) {
  static const AttrNames empty_table;
  NamesUpdate result{.duplicate = FirstDuplicate(replace ? empty_table : names_, update)};
  result.others_kept = std::any_of(names_.begin(), names_.end(), [&](const auto& stored) {
    return !Holds(update, stored.first);
  });
  if (result.duplicate && refuse_duplicates) return result;
  if (replace) names_.clear();
  for (const SlotName& entry : update) names_[entry.slot] = entry.name;
  return result;
}

}  // namespace timock
