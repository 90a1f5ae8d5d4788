#ifndef TIMOCK_GTEST_H_
#define TIMOCK_GTEST_H_

/// For tests with GoogleTest: a fixture whose suite has one server and whose tests have an app
/// each, matchers, and how values are printed. Needs gmock: link timock::gtest and
/// GTest::gmock_main. Not part of timock.h.
///
///     using BackendTest = timock::TimockTest;
///
///     TEST_F(BackendTest, GivesUpWhenTheServiceDoes) {
///       app().FailWith(91000);
///       EXPECT_FALSE(MyClient(url(), app().sdkappid(), app().key()).SetAttrName(0, "sex"));
///       EXPECT_THAT(app(), timock::CalledTimes(3));
///     }

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <ostream>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "timock/timock.h"

namespace timock {

// What a failed EXPECT prints.

inline std::ostream& operator<<(std::ostream& out, const Error& error) {
  return out << error.Text();
}

inline std::ostream& operator<<(std::ostream& out, const Diagnosis& diagnosis) {
  return out << diagnosis.name << ": " << diagnosis.detail << "; " << diagnosis.remedy;
}

/// One line, and one more for each diagnosis.
inline std::ostream& operator<<(std::ostream& out, const JournalEntry& entry) {
  out << "#" << entry.id << " " << (entry.method.empty() ? "(not HTTP)" : entry.method) << " "
      << (entry.command.empty() ? entry.target : entry.command) << " -> " << entry.http_status;
  if (entry.error_code) out << ", ErrorCode " << *entry.error_code;
  if (!entry.fault.empty()) out << ", by the fault " << entry.fault;
  for (const Diagnosis& diagnosis : entry.diagnoses) out << "\n     " << diagnosis;
  return out;
}

inline std::ostream& operator<<(std::ostream& out, const HttpResponse& response) {
  return out << "HTTP " << response.status << " " << response.body;
}

/// Without its keys.
inline std::ostream& operator<<(std::ostream& out, const App& app) {
  return out << "app " << app.sdkappid << " with the names " << testing::PrintToString(app.names);
}

inline std::ostream& operator<<(std::ostream& out, const ClockSetting& setting) {
  constexpr const char* kModes[] = {"real", "frozen", "offset"};
  out << kModes[static_cast<int>(setting.mode)];
  if (setting.at) out << " at UNIX time " << setting.at->time_since_epoch().count() << " ns";
  return out;
}

/// The error. A value may be a UserSig, and is not shown.
template <typename T>
std::ostream& operator<<(std::ostream& out, const Result<T>& result) {
  return result.ok() ? out << "a value" : out << result.error();
}

/// One app of a service, for as long as both live. A copy is the same app.
class FakeApp {
 public:
  FakeApp(Service& service, App app) : service_(&service), app_(std::move(app)) {}

  std::uint32_t sdkappid() const { return app_.sdkappid; }
  const std::string& key() const { return app_.keys.front(); }
  const std::string& identifier() const { return app_.admins.front(); }  ///< Its first admin.

  /// A UserSig of identifier(), by the app's clock.
  std::string UserSig(std::chrono::seconds expire = std::chrono::hours{24}) const {
    return service_->Sign(sdkappid(), identifier(), expire).value();
  }
  /// Path and query of a signed call.
  std::string Target(std::string_view command = "im_set_attr_name") const {
    return service_->Target(command, sdkappid(), identifier()).value();
  }
  AttrNames Names() const { return service_->Names(sdkappid()); }
  void SetNames(const AttrNames& names) { service_->SetNames(sdkappid(), names).value(); }

  /// Its recorded calls, oldest first.
  std::vector<JournalEntry> Calls() const {
    return service_->Calls({.sdkappid = sdkappid()}).entries;
  }
  /// How many, and whether that is certain: the journal drops the oldest at its bounds.
  JournalCount Count() const { return service_->CountCalls({.sdkappid = sdkappid()}); }
  /// The newest of them. The test fails where there is none.
  JournalEntry LastCall() const {
    std::vector<JournalEntry> calls = Calls();
    if (!calls.empty()) return std::move(calls.back());
    ADD_FAILURE() << "app " << sdkappid() << " has received no call";
    return {};
  }
  /// Whether so many calls have come, at the latest after `wait` of real time.
  bool WaitForCalls(std::uint64_t at_least,
                    std::chrono::milliseconds wait = std::chrono::seconds{5}) const {
    return service_->WaitForCalls({.sdkappid = sdkappid()}, at_least, wait).count >= at_least;
  }

  /// The next `times` calls, or all, meet this fault; its match is set to the app.
  FaultStatus Fail(Fault fault, std::optional<std::uint64_t> times = {}) {
    fault.match.sdkappid = sdkappid();
    if (times) fault.times = times;
    return service_->AddFault(fault).value();
  }
  FaultStatus FailWith(int error_code, std::optional<std::uint64_t> times = {}) {
    return Fail({.action = {.error_code = error_code}}, times);
  }
  /// A preset by its name, "retry-91000".
  FaultStatus FailWith(std::string_view preset, std::optional<std::uint64_t> times = {}) {
    return Fail(FaultPreset(preset).value(), times);
  }

  // Its own clock: no other app notices.
  UnixTime Now() const { return service_->AppNow(sdkappid()); }
  void Freeze(std::optional<UnixTime> at = {}) {
    service_->SetAppClock(sdkappid(), ClockSetting{ClockSetting::Mode::kFrozen, at}).value();
  }
  void Advance(std::chrono::nanoseconds by) { service_->AdvanceAppClock(sdkappid(), by).value(); }

  /// With its last calls, and why they were refused.
  friend std::ostream& operator<<(std::ostream& out, const FakeApp& app) {
    constexpr std::size_t kShown = 20;
    const std::vector<JournalEntry> calls = app.Calls();
    const std::size_t first = calls.size() - std::min(calls.size(), kShown);
    out << "app " << app.sdkappid() << ", names " << testing::PrintToString(app.Names())
        << ", calls received: " << calls.size();
    if (first > 0) out << ", the last " << kShown << ":";
    for (std::size_t i = first; i < calls.size(); ++i) out << "\n  " << calls[i];
    return out;
  }

 private:
  Service* service_;
  App app_;
};

/// One server for all tests of a suite, and an app for each test that no other test touches. Tests
/// of a suite may run in any order. Options of one's own: a SetUpTestSuite that calls StartServer.
class TimockTest : public testing::Test {
 public:
  static void SetUpTestSuite() { StartServer({}); }
  static void TearDownTestSuite() { server_.reset(); }

 protected:
  static void StartServer(ServerOptions options) {
    server_ = Server::Start(std::move(options)).value();
  }
  static Server& server() { return *server_; }
  static Service& service() { return server_->service(); }
  static std::string url() { return server_->url(); }

  TimockTest() : app_(service(), service().CreateApp().value()) {}
  ~TimockTest() override {
    service().ResetApp(app_.sdkappid());
    service().RemoveApp(app_.sdkappid());
  }
  FakeApp& app() { return app_; }

 private:
  inline static std::unique_ptr<Server> server_;
  FakeApp app_;
};

namespace internal {

// The body of a text, of an HttpResponse, of an httplib::Response or of an httplib::Result.
template <typename Reply>
std::string BodyOf(const Reply& reply) {
  if constexpr (std::is_convertible_v<const Reply&, std::string_view>) {
    return std::string(std::string_view(reply));
  } else if constexpr (requires { reply.body; }) {
    return reply.body;
  } else {
    return reply ? reply->body : std::string();
  }
}

// The ErrorCode of an envelope. No ErrorInfo can imitate the member: quotes in it are escaped.
inline std::optional<int> ErrorCodeOf(std::string_view body) {
  constexpr std::string_view kMember = "\"ErrorCode\":";
  const std::size_t at = body.find(kMember);
  if (at == std::string_view::npos) return {};
  const char* begin = body.data() + at + kMember.size();
  const char* const end = body.data() + body.size();
  while (begin != end && *begin == ' ') ++begin;
  int code = 0;
  if (std::from_chars(begin, end, code).ec != std::errc()) return {};
  return code;
}

class AnswerMatcher {
 public:
  explicit AnswerMatcher(int code) : code_(code) {}

  template <typename Reply>
  bool MatchAndExplain(const Reply& reply, testing::MatchResultListener* listener) const {
    const std::string body = BodyOf(reply);
    const std::optional<int> code = ErrorCodeOf(body);
    *listener << "whose body is " << body;
    return code == code_ &&
           (code_ != 0 || body.find(R"("ActionStatus":"OK")") != std::string::npos);
  }
  void DescribeTo(std::ostream* out) const {
    *out << (code_ == 0 ? "is an OK" : "is refused with " + std::to_string(code_));
  }
  void DescribeNegationTo(std::ostream* out) const {
    *out << (code_ == 0 ? "is not an OK" : "is not refused with " + std::to_string(code_));
  }

 private:
  int code_;
};

}  // namespace internal

// Matchers of an answer: its text, an HttpResponse, an httplib::Response or an httplib::Result.

inline auto IsOk() { return testing::MakePolymorphicMatcher(internal::AnswerMatcher(0)); }
inline auto IsRefusedWith(int error_code) {
  return testing::MakePolymorphicMatcher(internal::AnswerMatcher(error_code));
}

// Matchers of a FakeApp. Where they fail, its calls are shown with the reasons of refusals.

MATCHER_P(HasAttrNames, names, "") {
  *result_listener << "whose names are " << testing::PrintToString(arg.Names());
  return arg.Names() == AttrNames(names);
}
/// Of a braced list: HasAttrNames({{0, "sex"}}).
inline testing::Matcher<const FakeApp&> HasAttrNames(const AttrNames& names) {
  return HasAttrNames<AttrNames>(names);
}

namespace internal {

// Of calls that the journal has dropped nothing can be said.
inline void NeedAllCalls(const FakeApp& app) {
  if (app.Count().complete) return;
  ADD_FAILURE() << "the journal has dropped calls, maybe of app " << app.sdkappid()
                << ": raise max_entries or max_bytes of ServiceOptions::journal";
}

}  // namespace internal

MATCHER_P(CalledTimes, times, "") {
  internal::NeedAllCalls(arg);
  return arg.Count().count == static_cast<std::uint64_t>(times);
}

/// At least one call that matches: ReceivedCall(testing::Field(&JournalEntry::error_code, 0)).
MATCHER_P(ReceivedCall, matcher, "") {
  internal::NeedAllCalls(arg);
  const std::vector<JournalEntry> calls = arg.Calls();
  return std::any_of(calls.begin(), calls.end(), [&](const JournalEntry& entry) {
    return testing::Matches(testing::Matcher<const JournalEntry&>(matcher))(entry);
  });
}
inline testing::Matcher<const FakeApp&> ReceivedCall() { return ReceivedCall(testing::_); }

// Matchers of a JournalEntry.

MATCHER_P(AnsweredWith, code, "") { return arg.error_code == code; }

}  // namespace timock

#endif  // TIMOCK_GTEST_H_
