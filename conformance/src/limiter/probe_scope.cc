#include "limiter/probe_scope.h"

#include <algorithm>
#include <optional>

#include "target/request_builder.h"

namespace timock::conformance {
namespace {

using std::chrono::nanoseconds;
using Lane = ProbeSender::Lane;
using Passes = ProbeSender::Passes;

class ScopeProber {
 public:
  ScopeProber(Target& target, ProbeSender& sender, const ProbeFinding& found)
      : target_(target), sender_(sender), found_(found) {
    admin_ = *target.Who("admin");
    call_ = ProbedCall(target, admin_);
  }

  ScopeFinding Run() {
    const std::optional<Identity> app = target_.Who("second_app");
    if (app) {
      Compare("apps", sender_.Subject(ProbedCall(target_, *app)));
    } else {
      Unknown("apps", "the target or the credentials have no second app");
    }
    if (const std::optional<Identity> admin = target_.Who("second_admin")) {
      Compare("admins", sender_.Subject(ProbedCall(target_, *admin)));
    } else {
      Unknown("admins", "the target or the credentials have no second admin");
    }
    Compare("connections", sender_.Subject(call_, Lane::kSecond), Lane::kFirst);
    Compare("commands", sender_.Subject(BuildRequest({.command = "im_get_attr_name", .body = "{}"},
                                                     admin_, target_)));
    result_.scope = ScopeOf(result_.pairs);
    return std::move(result_);
  }

 private:
  void Unknown(const std::string& pair, const std::string& why) {
    result_.pairs.push_back({.pair = pair, .reason = why});
  }

  /// The first kind uses up its limit, then the other one calls.
  void Compare(const std::string& pair, const ProbeSubject& other, Lane lane = Lane::kAll) {
    constexpr int kMaxTries = 3;
    PairFinding finding{.pair = pair};
    for (int i = 0; i < kMaxTries && finding.sharing == Sharing::kUnknown; ++i) {
      CompareOnce(other, lane, &finding);
    }
    if (finding.sharing == Sharing::kUnknown) {
      finding.reason = std::to_string(finding.passed) + " of " + std::to_string(finding.calls) +
                       " calls passed: neither all nor none";
    }
    result_.pairs.push_back(std::move(finding));
  }

  void CompareOnce(const ProbeSubject& other, Lane lane, PairFinding* finding) {
    const ProbeSubject own = sender_.Subject(call_, lane);
    const nanoseconds window = found_.window;
    const nanoseconds rested = own.now() + window * 33 / 10;
    // Where windows have edges, this is to lie in the first half of one.
    const std::size_t burst = std::max<std::size_t>(found_.burst, 1);
    Count(own.fire(std::vector<nanoseconds>(burst, rested)));
    std::size_t passed = Count(own.fire({own.now()}));
    for (std::size_t i = 0; i < burst && passed != 0; ++i) passed = Count(own.fire({own.now()}));
    finding->calls = std::max<std::size_t>(1, std::min(burst, found_.limit) / 2);
    finding->passed = Count(other.fire(std::vector<nanoseconds>(finding->calls, own.now())));
    const double share = static_cast<double>(finding->passed) / static_cast<double>(finding->calls);
    if (share > 0.8) finding->sharing = Sharing::kApart;
    if (share < 0.2) finding->sharing = Sharing::kShared;
  }

  std::size_t Count(const std::vector<Shot>& shots) {
    result_.calls += shots.size();
    return static_cast<std::size_t>(
        std::count_if(shots.begin(), shots.end(), [](const Shot& shot) { return shot.passed; }));
  }

  Target& target_;
  ProbeSender& sender_;
  const ProbeFinding& found_;
  Identity admin_;
  Outgoing call_;
  ScopeFinding result_;
};

}  // namespace

std::string SharingName(Sharing sharing) {
  constexpr const char* kNames[] = {"share one limit", "have limits of their own", "unknown"};
  return kNames[static_cast<std::size_t>(sharing)];
}

std::string ScopeOf(const std::vector<PairFinding>& pairs) {
  const auto of = [&](const std::string& name) {
    const auto found = std::find_if(pairs.begin(), pairs.end(),
                                    [&](const PairFinding& each) { return each.pair == name; });
    return found == pairs.end() ? Sharing::kUnknown : found->sharing;
  };
  if (of("apps") == Sharing::kShared || of("connections") != Sharing::kShared) return "";
  const Sharing admins = of("admins");
  const Sharing commands = of("commands");
  if (commands == Sharing::kApart && admins != Sharing::kApart) return "app_and_command";
  if (commands == Sharing::kShared && admins == Sharing::kShared) return "app";
  if (commands == Sharing::kShared && admins == Sharing::kApart) return "app_and_identifier";
  return "";
}

ScopeFinding ProbeScope(Target& target, ProbeSender& sender, const ProbeFinding& found) {
  return ScopeProber(target, sender, found).Run();
}

}  // namespace timock::conformance
