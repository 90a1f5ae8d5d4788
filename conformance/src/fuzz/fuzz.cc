#include "fuzz/fuzz.h"

#include <utility>
#include <vector>

#include "fuzz/fuzz_call.h"
#include "fuzz/fuzz_case.h"
#include "fuzz/fuzz_oracle.h"
#include "target/request_builder.h"
#include "target/user_sig_maker.h"
#include "wire/config_error.h"
#include "wire/interrupt.h"
#include "wire/stopwatch.h"

namespace timock::conformance {
namespace {

constexpr std::uint32_t kLimit = 1'000'000;  // calls a window
constexpr std::uint64_t kCallsATime = 10'000;
constexpr std::uint64_t kCallsARead = 16;
constexpr std::uint64_t kCallsATold = 1'024;  // a multiple of that

/// What is wrong, and of which kind it is: a reduced call must fail in the same way.
struct Problem {
  enum class Kind { kReply, kCode, kNames };
  Kind kind = Kind::kReply;
  std::string text;
  FuzzOracle::Answer expected = {};
};
using Found = std::optional<Problem>;

/// A call of the run, with the names that were stored before it.
struct Played {
  std::uint64_t index = 0;
  FuzzRecipe recipe = {};
  FuzzNames before = {};
};

class Fuzzer {
 public:
  Fuzzer(Target& target, const FuzzOptions& options)
      : target_(target), options_(options), apps_(target.Can("apps")) {
    if (!options.profile) return;
    oracle_.emplace(*options.profile);
    window_ = std::chrono::milliseconds((*options.profile)["throttle.window_ms"].get<int>());
  }

  FuzzReport Run() {
    FuzzReport report;
    Found found = Begin({});
    if (found && target_.Send(BuildRequest({.body = "{}"}, who_, target_)).status == 0) {
      throw UnreachableError(target_.Describe() + ": " + found->text);
    }
    if (found) played_.push_back({.recipe = {.reads = true}});
    for (; report.calls < options_.calls && !found && InterruptedBy() == 0; ++report.calls) {
      if (report.calls % kCallsATime == kCallsATime - 1) PassTime();
      Play({report.calls, MakeRecipe(options_.seed, report.calls, apps_), names_}, &found);
      if (!found && (report.calls + 1) % kCallsARead == 0) {
        found = ReadBack();
        if (!found) played_.clear();
        const bool tell = (report.calls + 1) % kCallsATold == 0;
        if (options_.progress && tell) options_.progress(report.calls + 1);
      }
    }
    if (InterruptedBy() == 0) {
      if (!found) found = ReadBack();
      if (found) report.failure = Explain(*found);
    }
    return report;
  }

 private:
  void Play(Played played, Found* found) {
    played_.push_back(std::move(played));
    *found = Try(MakeCall(played_.back().recipe));
  }

  /// A new app, or the caller's, that has these names.
  Found Begin(const FuzzNames& names) {
    if (apps_) {
      target_.Reset();
      who_ = target_.MakeApp({.limit = kLimit});
    } else {
      who_ = target_.Who("admin").value();
    }
    user_sigs_.clear();
    if (!names.empty()) {
      const CaseRequest request{.body = nlohmann::json{{"AttrNames", names}}.dump()};
      target_.Send(BuildRequest(request, who_, target_));
    }
    return TakeNames();
  }

  /// The names as they are told; once more later, where the throttle may be what refuses that.
  NamesReading Read() {
    NamesReading reading = ReadNames(target_, who_);
    if (reading.names || target_.TimeStands()) return reading;
    SleepFor(2 * window_);
    return ReadNames(target_, who_);
  }

  /// What is stored now is what is expected from here on.
  Found TakeNames() {
    NamesReading reading = Read();
    if (!reading.names) return Problem{.text = std::move(reading.problem)};
    names_ = std::move(*reading.names);
    return {};
  }

  Found ReadBack() {
    const NamesReading reading = Read();
    if (!reading.names) return Problem{.text = reading.problem};
    return CompareNames(*reading.names);
  }

  Found CompareNames(const nlohmann::json& stored) const {
    if (!oracle_ || stored == nlohmann::json(names_)) return {};
    return Problem{Problem::Kind::kNames, "the stored names are " + stored.dump() + ", expected " +
                                              nlohmann::json(names_).dump()};
  }

  /// Forgets the calls that the throttle counts.
  void PassTime() {
    if (!target_.TimeStands()) return;
    target_.Advance(2 * window_);
    constexpr std::chrono::hours kOldEnough{1};
    if (target_.Now() - signed_at_ > kOldEnough) user_sigs_.clear();
  }

  /// Signing takes far longer than all else, so each kind of UserSig is made once.
  const std::string& UserSigOf(const FuzzCall& call, const Identity& who) {
    const Signing signing = call.signing.value_or(Signing{});
    const std::string kind =
        call.request.identity + ": " + (call.signing ? SigningText(signing) : "");
    std::string& user_sig = user_sigs_[kind];
    if (user_sig.empty()) {
      CaseRequest one{.query_text = "${usersig}"};
      one.signing = signing;
      const std::string target = BuildRequest(one, who, target_).target;
      user_sig = target.substr(target.find('?') + 1);
      signed_at_ = target_.Now();
    }
    return user_sig;
  }

  Identity CallerOf(const FuzzCall& call) const {
    return StrangerTo(who_, call.request.identity).value_or(who_);
  }

  Reply Send(const FuzzCall& call) {
    Identity who = CallerOf(call);
    who.user_sig = UserSigOf(call, who);
    who.key.clear();
    return target_.Send(BuildRequest(call.request, who, target_));
  }

  /// Changes the app for the call, and changes it back.
  Found Try(const FuzzCall& call) {
    if (call.app == FuzzApp::kAsMade) return TryOnce(call);
    AppSetup setup{.limit = kLimit};
    if (call.app == FuzzApp::kDisabled) setup.enabled = false;
    if (call.app == FuzzApp::kFeatureOff) setup.feature = AppSetup::Feature::kOff;
    if (call.app == FuzzApp::kUsedUp) setup.limit = 1;
    target_.ChangeApp(setup);
    Found found;
    if (call.app == FuzzApp::kUsedUp) {  // the same call takes the place, if it comes that far
      FuzzCall first = call;
      std::erase(first.broken, "throttle.code");
      found = TryOnce(first);
    }
    if (!found) found = TryOnce(call);
    if (!found) target_.ChangeApp({.limit = kLimit});
    return found;
  }

  Found TryOnce(const FuzzCall& call) {
    const Reply reply = Send(call);
    if (reply.status == 400 && reply.closed && call.lawless) {  // P9
      const EnvelopeReading reading = ReadEnvelope(reply.body);
      return reading.envelope ? Found{} : Problem{.text = reading.problem};
    }
    const std::vector<std::string> wrong = JudgeAnyReply(reply, options_.profile);
    if (!wrong.empty()) return Problem{.text = wrong.front()};
    const Envelope envelope = std::move(*ReadEnvelope(reply.body).envelope);
    if (call.lawless || !oracle_) {
      return envelope.error_code == 0 && !call.reads ? TakeNames() : Found{};
    }
    return Judged(call, envelope, reply.closed);
  }

  Found Judged(const FuzzCall& call, const Envelope& envelope, bool closed) {
    const ExpectedProfile& profile = *options_.profile;
    const int code = envelope.error_code;
    // Who holds back or locks out by real time, or by earlier calls, is not to be foreseen.
    const bool throttled = !target_.TimeStands() && code == profile.CodeOf("throttle.code");
    const bool locked =
        profile["usersig_lockout.failures"] != 0 && code == profile.CodeOf("usersig_lockout.code");
    if (code != 0 && (throttled || locked)) return {};
    const FuzzOracle::Answer expected = oracle_->Of(call, &names_);
    if (code != expected.code) {
      const std::string why = expected.code == 0 ? ": no check refuses the call"
                                                 : ", as the switch " + expected.switch_name +
                                                       " of profile " + profile.name() + " says";
      return Problem{Problem::Kind::kCode,
                     "ErrorCode is " + std::to_string(code) + ", expected " +
                         std::to_string(expected.code) + why,
                     expected};
    }
    if (closed && expected.switch_name != "body_too_large") {  // P7
      return Problem{.text = "the connection ends with this reply, expected it to stay open"};
    }
    if (code != 0 || !call.reads) return {};
    return CompareNames(envelope.members.value("AttrNames", nlohmann::json()));
  }

  /// The call alone: in a new app with these names, and read back.
  Found Alone(const FuzzCall& call, const FuzzNames& before) {
    if (--tries_left_ < 0 || MonotonicNow() > reduce_until_) return {};
    Found found = Begin(before);
    before_ = names_;
    if (!found) found = Try(call);
    return found ? found : ReadBack();
  }

  FuzzFailure Explain(Problem problem) {
    try {
      // Wrong names may come from any call since they were right.
      for (std::size_t i = played_.size(); i > 0; --i) {
        for (const FuzzNames& before : {FuzzNames{}, played_[i - 1].before}) {
          tries_left_ = 500;
          reduce_until_ = MonotonicNow() + std::chrono::seconds{30};
          Played played{played_[i - 1].index, played_[i - 1].recipe, before};
          const Found again = Alone(MakeCall(played.recipe), before);
          if (again && again->kind == problem.kind) return Reduced(std::move(played), *again);
        }
        if (problem.kind != Problem::Kind::kNames) break;
      }
      problem.text += " (not when the call is made alone: the whole run repeats it)";
    } catch (const UnreachableError&) {
      problem.text += " (and nothing answers any more)";
    }
    const Played& last = played_.back();
    before_ = last.before;
    return Told(last, MakeCall(last.recipe), problem);
  }

  /// Whether it fails in the same way; then that is the problem.
  bool Keep(const FuzzRecipe& recipe, const FuzzNames& before, Problem* problem) {
    const Found found = Alone(MakeCall(recipe), before);
    if (!found || found->kind != problem->kind) return false;
    *problem = *found;
    return true;
  }

  /// Takes away what `list` holds, one by one, where the failure stays.
  template <typename List>
  void Thin(List* list, const Played& played, Problem* problem) {
    for (std::size_t i = list->size(); i > 0; --i) {
      const List whole = *list;
      list->erase(std::next(list->begin(), static_cast<std::ptrdiff_t>(i - 1)));
      if (!Keep(played.recipe, played.before, problem)) *list = whole;
    }
  }

  FuzzFailure Reduced(Played played, Problem problem) {
    Thin(&played.recipe.steps, played, &problem);
    Thin(&played.recipe.names, played, &problem);
    Thin(&played.before, played, &problem);
    for (auto& [slot, name] : played.recipe.names) {
      const std::string whole = std::exchange(name, "n" + slot);
      if (!Keep(played.recipe, played.before, &problem)) name = whole;
    }
    FuzzCall call = MakeCall(played.recipe);
    if (call.lawless) {
      Shorten(&call.request.body, call, played.before, &problem);
      if (call.request.path) Shorten(&*call.request.path, call, played.before, &problem);
      if (call.request.headers) {
        Shorten(&call.request.headers->front().second, call, played.before, &problem);
      }
    }
    // For the names before and after it, as the call that was kept has them.
    tries_left_ = 1;
    reduce_until_ = std::chrono::nanoseconds::max();
    if (const Found found = Alone(call, played.before)) problem = *found;
    return Told(played, call, problem);
  }

  /// Takes halves, quarters and so on out of a text of the call.
  void Shorten(std::string* text, const FuzzCall& call, const FuzzNames& before, Problem* problem) {
    for (std::size_t size = Units(*text).size(); size > 0; size /= 2) {
      for (std::size_t at = 0; at < Units(*text).size();) {
        const std::string whole = *text;
        const std::vector<std::string> units = Units(whole);
        text->clear();
        for (std::size_t i = 0; i < units.size(); ++i) {
          if (i < at || i >= at + size) *text += units[i];
        }
        const Found found = Alone(call, before);
        if (found && found->kind == problem->kind) {
          *problem = *found;
        } else {
          *text = whole;
          at += size;
        }
      }
    }
  }

  FuzzFailure Told(const Played& played, FuzzCall call, const Problem& problem) {
    FuzzFailure failure{.call = played.index, .problem = problem.text};
    for (const FuzzRecipe::Step& step : played.recipe.steps) {
      failure.changes += (failure.changes.empty() ? "" : ", ");
      failure.changes += FuzzMutations()[step.mutation].Title();
    }
    if (failure.changes.empty()) failure.changes = "a valid call";
    call.request.signing = call.signing;
    failure.curl = CurlLine(BuildRequest(call.request, CallerOf(call), target_), target_.BaseUrl(),
                            target_.secrets());
    failure.case_file = FuzzCaseFile(
        {.id =
             "fuzz.seed_" + std::to_string(options_.seed) + "_call_" + std::to_string(played.index),
         .title = failure.changes,
         .before = before_,
         .names = names_,
         .switch_name = problem.expected.switch_name,
         .code = problem.kind == Problem::Kind::kCode ? std::optional(problem.expected.code)
                                                      : std::nullopt,
         .reads_back = problem.kind == Problem::Kind::kNames},
        call);
    return failure;
  }

  Target& target_;
  const FuzzOptions& options_;
  const bool apps_;
  std::chrono::milliseconds window_{1'000};  ///< Of the throttle.
  std::optional<FuzzOracle> oracle_;
  Identity who_;
  FuzzNames names_;   ///< That are stored, by all that was answered.
  FuzzNames before_;  ///< Those before the call that was made alone.
  std::map<std::string, std::string> user_sigs_;
  std::chrono::nanoseconds signed_at_{0};
  std::vector<Played> played_;  ///< Since the names were right.
  int tries_left_ = 0;
  std::chrono::nanoseconds reduce_until_{0};  ///< A call that is not answered takes 10 s.
};

}  // namespace

FuzzReport Fuzz(Target& target, const FuzzOptions& options) {
  if (target.rules().live) {
    throw ConfigError("fuzz never calls a live target: give one of this machine, without --live");
  }
  return Fuzzer(target, options).Run();
}

}  // namespace timock::conformance
