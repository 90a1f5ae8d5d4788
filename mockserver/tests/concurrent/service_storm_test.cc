// Eight threads do random things to one Service, each with an app of its own, and the sums agree at
// the end: what threads were answered, what was counted, journalled and reported.

#include <gtest/gtest.h>

#include <atomic>
#include <mutex>
#include <string>
#include <utility>

#include "concurrent/storm.h"
#include "timock/timock.h"

namespace timock::testing {
namespace {

constexpr std::size_t kThreads = 8;
constexpr int kSteps = 250;
constexpr int kThrottled = 60007;
constexpr int kUnknownApp = 70020;
constexpr int kFaultCode = -1;  // one that nothing else answers
constexpr std::uint32_t kNoApp = 99;

// What one thread does, with the apps that it alone changes.
class Actor {
 public:
  Actor(Service& service, std::uint64_t seed) : service_(service), random_(seed) { Create(); }

  void Step() {
    using Act = void (Actor::*)();
    static constexpr Act kActs[] = {
        &Actor::CallOwn,   &Actor::CallOwn,      &Actor::CallOwn,   &Actor::CallOther,
        &Actor::CallOther, &Actor::CallUnsigned, &Actor::CallNoApp, &Actor::SendBadMessage,
        &Actor::Create,    &Actor::Remove,       &Actor::Put,       &Actor::PutNames,
        &Actor::MoveClock, &Actor::Switch,       &Actor::AddFault,  &Actor::Look};
    (this->*kActs[Below(random_, std::size(kActs))])();
  }

  const Answers& answers() const { return answers_; }
  const std::vector<App>& apps() const { return apps_; }
  std::uint64_t met_throttle() const { return met_throttle_; }

 private:
  App& Own() { return apps_[Below(random_, apps_.size())]; }

  // The code of the answer.
  std::optional<int> Send(const std::string& target, const std::string& body) {
    const HttpResponse answer = service_.Handle({.method = "POST", .target = target, .body = body});
    const std::optional<int> code = CodeOf(answer.body);
    ++answers_[code];
    // Every other check stands behind the throttle, as the calls of this test are well formed.
    if (code != kUnknownApp && code != kFaultCode) ++met_throttle_;
    return code;
  }

  void CallOwn() {
    App& app = Own();
    const std::string name = "name" + std::to_string(random_() % 1'000);
    const std::string target =
        service_.Target("im_set_attr_name", app.sdkappid, app.admins.front()).value();
    ++calls_[app.sdkappid];
    if (Send(target, R"({"AttrNames":{"3":")" + name + "\"}}") == 0) app.names[3] = name;
    EXPECT_EQ(service_.Names(app.sdkappid), app.names) << "a name is lost, or a refused one stored";
  }

  void CallOther() {
    const std::uint32_t demo = DemoApp().sdkappid;
    Send(service_.Target("im_get_attr_name", demo, "administrator").value(), "{}");
  }

  void CallUnsigned() {
    const App& app = Own();
    ++calls_[app.sdkappid];
    Send("/v4/all_member_push/im_set_attr_name?sdkappid=" + std::to_string(app.sdkappid) +
             "&identifier=administrator&usersig=x&random=1&contenttype=json",
         "{}");
  }

  void CallNoApp() {
    EXPECT_EQ(Send("/v4/all_member_push/im_set_attr_name?sdkappid=" + std::to_string(kNoApp) +
                       "&identifier=administrator&usersig=x&random=1&contenttype=json",
                   "{}"),
              kUnknownApp);
  }

  void SendBadMessage() {
    HttpResponse response;
    if (Below(random_, 2) == 0) {
      service_.RefuseMalformed("reason", &response);
      ++answers_[CodeOf(response.body)];
    } else {
      service_.RefuseProxy("GET", "http://example.com/", &response);
      ++answers_[std::nullopt];
    }
  }

  void Create() {
    if (apps_.size() < 5) apps_.push_back(service_.CreateApp().value());
  }

  void Remove() {
    if (apps_.size() < 2) return;
    EXPECT_TRUE(service_.RemoveApp(apps_.back().sdkappid));
    EXPECT_FALSE(service_.FindApp(apps_.back().sdkappid));
    apps_.pop_back();
  }

  void Put() {
    App& app = Own();
    app.limit = static_cast<std::uint32_t>(1 + Below(random_, 20));
    app.names.clear();
    service_.PutApp(app).value();
    EXPECT_EQ(service_.FindApp(app.sdkappid), app);
  }

  void PutNames() {
    App& app = Own();
    app.names = {{static_cast<int>(Below(random_, 10)), "put"}};
    EXPECT_TRUE(service_.SetNames(app.sdkappid, app.names).ok());
    EXPECT_EQ(service_.Names(app.sdkappid), app.names);
  }

  void MoveClock() {
    const std::chrono::milliseconds steps[] = {std::chrono::milliseconds{300},
                                               std::chrono::milliseconds{-200},
                                               std::chrono::minutes{1}, std::chrono::minutes{-1}};
    service_.AdvanceClock(steps[Below(random_, std::size(steps))]).value();
  }

  void Switch() {
    const Profile profile = service_.profile();
    const int code = Below(random_, 2) == 0 ? 90009 : 60010;
    service_.SetProfile(profile.With(R"({"not_admin":)" + std::to_string(code) + "}").value());
  }

  void AddFault() {
    Fault fault{.action = {.error_code = kFaultCode}, .times = 1 + Below(random_, 3)};
    fault.match.sdkappid = apps_.front().sdkappid;
    service_.AddFault(fault).value();
  }

  void Look() {
    const App& app = Own();
    EXPECT_TRUE(service_.FindApp(app.sdkappid) == app);
    const JournalCount count = service_.CountCalls({.sdkappid = app.sdkappid});
    EXPECT_EQ(count.count, calls_[app.sdkappid]) << "an answer without a record, or one too many";
    EXPECT_TRUE(count.complete);
    service_.Throttles(app.sdkappid);
    service_.State();
    service_.metrics();
  }

  Service& service_;
  Random random_;
  std::vector<App> apps_;
  std::map<std::uint32_t, std::uint64_t> calls_;
  Answers answers_;
  std::uint64_t met_throttle_ = 0;
};

TEST(ServiceStormTest, SumsAgreeAndNothingIsLost) {
  const std::uint64_t seed = PrintedSeed();
  std::mutex mutex;
  Answers reported;
  ServiceOptions options{.journal = {.max_entries = 100'000, .max_bytes = std::size_t{1} << 27}};
  options.on_call = [&](const CallEvent& event) {
    const std::lock_guard lock(mutex);
    ++reported[event.error_code];
  };
  const auto service = Service::Create(std::move(options)).value();
  std::vector<std::unique_ptr<Actor>> actors;
  for (std::size_t i = 0; i < kThreads; ++i) {
    actors.push_back(std::make_unique<Actor>(*service, seed + i));
  }
  InThreads(kThreads, [&](std::size_t i) {
    for (int step = 0; step < kSteps; ++step) actors[i]->Step();
  });

  Answers answers;
  std::map<std::uint32_t, App> apps = {{DemoApp().sdkappid, DemoApp()}};
  std::uint64_t met_throttle = 0;
  for (const auto& actor : actors) {
    for (const auto& [code, calls] : actor->answers()) answers[code] += calls;
    for (const App& app : actor->apps()) apps[app.sdkappid] = app;
    met_throttle += actor->met_throttle();
  }
  std::uint64_t all = 0;
  for (const auto& [code, calls] : answers) all += calls;
  EXPECT_GT(answers[0], 0U);
  EXPECT_GT(answers[kFaultCode], 0U);
  EXPECT_EQ(CountedBy(*service), answers);
  EXPECT_EQ(JournalledBy(*service), answers);
  EXPECT_EQ(reported, answers);
  EXPECT_EQ(service->journal_status().last_id, all);
  const CallMetrics metrics = service->metrics();
  EXPECT_EQ(metrics.duration_counts.back(), all);
  EXPECT_EQ(metrics.throttle_refused, answers[kThrottled]);
  EXPECT_EQ(metrics.throttle_admitted + metrics.throttle_refused, met_throttle);
  std::map<std::uint32_t, App> left;
  for (App& app : service->Apps()) left[app.sdkappid] = std::move(app);
  EXPECT_EQ(left, apps);
}

}  // namespace
}  // namespace timock::testing
