// Each public method of Service is one step to every other one: what two threads do at the same
// time has the result of one order or the other.

#include <gtest/gtest.h>

#include <atomic>
#include <barrier>
#include <set>
#include <string>
#include <utility>

#include "concurrent/storm.h"
#include "timock/timock.h"

namespace timock::testing {
namespace {

constexpr std::uint32_t kDemo = 1'400'000'000;
constexpr std::uint32_t kOther = 7;

App AppOf(std::uint32_t sdkappid, const std::string& version = "administrator") {
  App app = DemoApp();
  app.sdkappid = sdkappid;
  app.admins = {version};
  app.names = {{0, version}};
  return app;
}

// Two threads, one of which repeats its part until the other has done its own `times` over.
template <typename Part, typename Other>
void Against(int times, Part&& part, Other&& other) {
  std::atomic<bool> done = false;
  InThreads(2, [&](std::size_t i) {
    if (i == 1) {
      while (!done) other();
      return;
    }
    for (int n = 0; n < times; ++n) part(n);
    done = true;
  });
}

struct Method {
  const char* name;
  void (*call)(Service&, Random&);
};

std::uint32_t AnyApp(Random& random) { return Below(random, 2) == 0 ? kDemo : kOther; }

void CallOnce(Service& service, Random& random) {
  const auto target = service.Target("im_set_attr_name", AnyApp(random), "administrator");
  if (!target) return;
  service.Handle({.method = "POST", .target = target.value(), .body = R"({"AttrNames":{}})"});
}

Profile AnyProfile(Random& random) {
  return Profile::Named(Below(random, 2) == 0 ? "lenient" : "seed-2022-04").value();
}

constexpr Method kMethods[] = {
    {"Handle", CallOnce},
    {"RefuseMalformed",
     [](Service& service, Random&) {
       HttpResponse response;
       service.RefuseMalformed("reason", &response);
     }},
    {"RefuseProxy",
     [](Service& service, Random&) {
       HttpResponse response;
       service.RefuseProxy("GET", "http://example.com/", &response);
     }},
    {"PutApp",
     [](Service& service, Random& random) { service.PutApp(AppOf(AnyApp(random))).value(); }},
    {"RemoveApp", [](Service& service, Random& random) { service.RemoveApp(AnyApp(random)); }},
    {"SetApps",
     [](Service& service, Random&) {
       service.SetApps({AppOf(kDemo), AppOf(kOther)}).value();
     }},
    {"FindApp", [](Service& service, Random& random) { service.FindApp(AnyApp(random)); }},
    {"Apps", [](Service& service, Random&) { service.Apps(); }},
    {"CreateApp",
     [](Service& service, Random&) { service.RemoveApp(service.CreateApp().value().sdkappid); }},
    {"Names", [](Service& service, Random& random) { service.Names(AnyApp(random)); }},
    {"SetNames",
     [](Service& service, Random& random) {
       static_cast<void>(service.SetNames(AnyApp(random), {{1, "city"}}));
     }},
    {"Sign",
     [](Service& service, Random& random) {
       static_cast<void>(service.Sign(AnyApp(random), "administrator"));
     }},
    {"Calls", [](Service& service, Random&) { service.Calls({}, 3, true); }},
    {"FindCall", [](Service& service, Random& random) { service.FindCall(Below(random, 50)); }},
    {"CountCalls", [](Service& service, Random&) { service.CountCalls({.sdkappid = kDemo}); }},
    {"WaitForCalls",
     [](Service& service, Random&) { service.WaitForCalls({}, 1, std::chrono::milliseconds{0}); }},
    {"ExplainCalls", [](Service& service, Random&) { service.ExplainCalls({.error_code = 1}); }},
    {"ClearCalls", [](Service& service, Random&) { service.ClearCalls({.sdkappid = kOther}); }},
    {"journal_status", [](Service& service, Random&) { service.journal_status(); }},
    {"Assumptions", [](Service& service, Random&) { service.Assumptions(); }},
    {"AddFault",
     [](Service& service, Random&) {
       Fault fault{.action = {.error_code = 91000}, .times = 1};
       fault.match.sdkappid = kDemo;
       static_cast<void>(service.AddFault(fault));
     }},
    {"Faults", [](Service& service, Random&) { service.Faults(); }},
    {"FindFault", [](Service& service, Random&) { service.FindFault("fault-1"); }},
    {"RemoveFault", [](Service& service, Random&) { service.RemoveFault("fault-2"); }},
    {"RemoveFaults", [](Service& service, Random&) { service.RemoveFaults(); }},
    {"Now", [](Service& service, Random&) { service.Now(); }},
    {"clock", [](Service& service, Random&) { service.clock(); }},
    {"SetClock",
     [](Service& service, Random& random) {
       const auto mode =
           Below(random, 2) == 0 ? ClockSetting::Mode::kReal : ClockSetting::Mode::kFrozen;
       service.SetClock({mode, UnixSeconds(1'795'369'800)}).value();
     }},
    {"AdvanceClock",
     [](Service& service, Random& random) {
       const std::chrono::hours step{Below(random, 2) == 0 ? 1 : -1};
       service.AdvanceClock(step).value();
     }},
    {"profile", [](Service& service, Random&) { service.profile(); }},
    {"SetProfile",
     [](Service& service, Random& random) { service.SetProfile(AnyProfile(random)); }},
    {"verifies_user_sig", [](Service& service, Random&) { service.verifies_user_sig(); }},
    {"SetVerifyUserSig",
     [](Service& service, Random& random) { service.SetVerifyUserSig(Below(random, 2) == 0); }},
    {"Throttles", [](Service& service, Random&) { service.Throttles(); }},
    {"State", [](Service& service, Random&) { service.State(); }},
    {"SetState",
     [](Service& service, Random& random) {
       service.SetState({.apps = {AppOf(kDemo)}, .profile = AnyProfile(random), .clock = {}})
           .value();
     }},
    {"Reset", [](Service& service, Random&) { service.Reset(); }},
    {"ResetApp", [](Service& service, Random& random) { service.ResetApp(AnyApp(random)); }},
    {"metrics", [](Service& service, Random&) { service.metrics(); }},
};

TEST(PairsTest, EveryMethodRunsAgainstEveryOtherOne) {
  constexpr int kTimes = 3;
  const std::uint64_t seed = PrintedSeed();
  const auto service = Service::Create({.journal = {.max_entries = 200}}).value();
  std::barrier meet(2);
  InThreads(2, [&](std::size_t thread) {
    Random random(seed + thread);
    for (std::size_t first = 0; first < std::size(kMethods); ++first) {
      for (std::size_t second = first; second < std::size(kMethods); ++second) {
        meet.arrive_and_wait();
        const Method& method = kMethods[thread == 0 ? first : second];
        for (int n = 0; n < kTimes; ++n) method.call(*service, random);
      }
    }
  });
  service->Reset();
  EXPECT_EQ(service->Apps(), std::vector<App>{DemoApp()});
  const auto target = service->Target("im_get_attr_name", kDemo, "administrator").value();
  EXPECT_EQ(CodeOf(service->Handle({.method = "POST", .target = target, .body = "{}"}).body), 0);
  EXPECT_EQ(service->metrics().duration_counts.back(), service->journal_status().last_id)
      << "each call has one record";
}

TEST(PairsTest, SetNamesAndResetAppBearThatTheAppGoes) {
  const auto service = Service::Create().value();
  Against(
      20'000,
      [&](int n) {
        if (n % 2 == 0) {
          static_cast<void>(service->SetNames(kOther, {{0, "sex"}}));
        } else {
          service->ResetApp(kOther);
        }
      },
      [&] {
        service->PutApp(AppOf(kOther)).value();
        service->RemoveApp(kOther);
      });
  EXPECT_FALSE(service->FindApp(kOther)) << "neither brings it back";
}

TEST(PairsTest, ResetAppDoesNotUndoAPutApp) {
  const auto service = Service::Create().value();
  Against(
      8'000,
      [&](int n) {
        const App app = AppOf(kOther, std::to_string(n));
        service->PutApp(app).value();
        ASSERT_EQ(service->FindApp(kOther), app);
      },
      [&] { service->ResetApp(kOther); });
}

TEST(PairsTest, FindAppSeesAnAppAsItWasPut) {
  const auto service = Service::Create().value();
  service->PutApp(AppOf(kOther, "0")).value();
  Against(
      5'000,
      [&](int /*n*/) {
        const App app = service->FindApp(kOther).value();
        ASSERT_EQ(app.names.at(0), app.admins.at(0));
      },
      [&, n = 0]() mutable { service->PutApp(AppOf(kOther, std::to_string(++n))).value(); });
}

TEST(PairsTest, SetStateChangesAllOrNothingAtTheBoundOfApps) {
  for (int round = 0; round < 300; ++round) {
    const auto service = Service::Create({.max_apps = 4}).value();
    std::barrier meet(2);
    InThreads(2, [&](std::size_t thread) {
      meet.arrive_and_wait();
      if (thread == 0) {
        for (int n = 0; n < round; ++n) service->verifies_user_sig();  // meets it later and later
        static_cast<void>(service->PutApp(AppOf(kOther)));
        return;
      }
      const ServiceState state{.apps = {AppOf(1), AppOf(2), AppOf(3)},
                               .profile = {},
                               .verify_user_sig = false,
                               .clock = {}};
      const bool changed = service->SetState(state).ok();
      EXPECT_EQ(service->verifies_user_sig(), !changed);
      EXPECT_EQ(service->FindApp(1).has_value(), changed);
      EXPECT_EQ(service->FindApp(3).has_value(), changed) << "round " << round;
    });
    if (::testing::Test::HasFailure()) return;
  }
}

TEST(PairsTest, AStateIsReadWhole) {
  const auto service = Service::Create().value();
  const auto state = [](std::uint32_t which) {
    return ServiceState{.apps = {AppOf(which), AppOf(which + 2)},
                        .profile = Profile::Named(which == 1 ? "lenient" : "seed-2022-04").value(),
                        .verify_user_sig = which == 1,
                        .clock = {ClockSetting::Mode::kFrozen, UnixSeconds(which)}};
  };
  const ServiceState states[] = {state(1), state(2)};
  service->SetState(states[0]).value();
  Against(
      1'500, [&](int n) { service->SetState(states[n % 2]).value(); },
      [&] {
        const ServiceState read = service->State();
        const ServiceState& whole = states[read.verify_user_sig ? 0 : 1];
        EXPECT_EQ(read.apps, whole.apps);
        EXPECT_EQ(read.profile.name(), whole.profile.name());
        EXPECT_EQ(read.clock, whole.clock);
      });
}

TEST(PairsTest, AppsAreReadWhole) {
  const auto service = Service::Create().value();
  const std::vector<App> sets[] = {{AppOf(1), AppOf(2)}, {AppOf(3), AppOf(4)}};
  service->SetApps(sets[0]).value();
  Against(
      1'500, [&](int n) { service->SetApps(sets[n % 2]).value(); },
      [&] {
        const std::vector<App> read = service->Apps();
        EXPECT_TRUE(read == sets[0] || read == sets[1]) << read.size() << " apps";
      });
}

TEST(PairsTest, CallsGoOnUnderMetricsAndSetProfile) {
  constexpr std::size_t kCallers = 8;
  constexpr int kCalls = 25;
  const auto service = Service::Create().value();
  std::atomic<std::size_t> callers = kCallers;
  InThreads(kCallers + 2, [&](std::size_t thread) {
    Random random(thread);
    if (thread < kCallers) {
      for (int n = 0; n < kCalls; ++n) CallOnce(*service, random);
      --callers;
    }
    while (callers > 0) {
      if (thread == kCallers) service->metrics();
      if (thread == kCallers + 1) service->SetProfile(AnyProfile(random));
      if (thread < kCallers) return;
    }
  });
  EXPECT_GT(service->metrics().duration_counts.back(), 0U);
}

TEST(PairsTest, CreateAppGivesEachIdOnce) {
  constexpr std::size_t kThreads = 4;
  const auto service = Service::Create().value();
  std::set<std::uint32_t> given[kThreads];
  InThreads(kThreads, [&](std::size_t thread) {
    for (int n = 0; n < 500; ++n) {
      const std::uint32_t id = service->CreateApp().value().sdkappid;
      EXPECT_TRUE(given[thread].insert(id).second);
      if (n % 2 == 0) {
        EXPECT_TRUE(service->RemoveApp(id));
      }
    }
  });
  std::set<std::uint32_t> all;
  for (const std::set<std::uint32_t>& ids : given) all.insert(ids.begin(), ids.end());
  EXPECT_EQ(all.size(), kThreads * 500);
  EXPECT_EQ(service->Apps().size(), kThreads * 250 + 1);
}

}  // namespace
}  // namespace timock::testing
