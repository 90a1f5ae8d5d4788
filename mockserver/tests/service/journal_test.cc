// The journal of a service, through each of its doors: what it holds of a call, what the call
// depended on, and what is told to its client's people.

#include <algorithm>
#include <string>
#include <thread>
#include <vector>

#include "service/fake_test.h"

namespace timock {
namespace {

class JournalTest : public FakeTest {
 protected:
  JournalEntry LastEntry() {
    return service().FindCall(service().journal_status().last_id).value_or(JournalEntry{});
  }
  std::vector<std::string> Depends(const Ask& ask) {
    Send(ask);
    return LastEntry().assumptions;
  }
  Ask WithBody(std::string_view body) {
    Ask ask = Valid();
    ask.body = body;
    return ask;
  }
  /// The detail of a diagnosis of the last call, or that it has none.
  std::string DetailOf(std::string_view name) {
    for (const Diagnosis& diagnosis : LastEntry().diagnoses) {
      if (diagnosis.name == name) return diagnosis.detail;
    }
    return "(no " + std::string(name) + ")";
  }
};
TIMOCK_ALL_DOORS(JournalTest);

using Names = std::vector<std::string>;

TEST_P(JournalTest, HoldsTheCallAndItsAnswerWithoutItsSecrets) {
  Ask ask = Valid();
  ask.headers = {{"Authorization", "Bearer abc"}, {"X-Test", "7"}};
  Send(ask);
  const JournalEntry entry = LastEntry();
  EXPECT_EQ(entry.id, 1U);
  EXPECT_EQ(entry.at, UnixSeconds(kStart));
  EXPECT_EQ(entry.method, "POST");
  EXPECT_EQ(entry.target,
            "/v4/all_member_push/im_set_attr_name?sdkappid=1400000000&identifier=administrator&"
            "usersig=(redacted)&random=99999999&contenttype=json");
  EXPECT_EQ(entry.body, kValidBody);
  EXPECT_EQ(entry.body_bytes, kValidBody.size());
  EXPECT_EQ(entry.http_status, 200);
  EXPECT_EQ(entry.reply, R"({"ActionStatus":"OK","ErrorInfo":"","ErrorCode":0})");
  EXPECT_EQ(entry.error_code, 0);
  EXPECT_EQ(entry.command, "all_member_push/im_set_attr_name");
  EXPECT_EQ(entry.sdkappid, kDemo);
  EXPECT_EQ(entry.rule, "");
  EXPECT_TRUE(entry.diagnoses.empty());
  const auto value_of = [&](std::string_view name) {
    for (const HttpHeader& header : entry.headers) {
      if (header.name == name) return header.value;
    }
    return std::string("(none)");
  };
  EXPECT_EQ(value_of("Authorization"), "(redacted)");
  EXPECT_EQ(value_of("X-Test"), "7");
}

TEST_P(JournalTest, NeverShowsAUserSigThatStandsInTheWrongPlace) {
  const std::string user_sig = service().Sign(kDemo, "administrator").value();
  for (const Ask& ask : {Valid().With("identifier", user_sig), Valid().With("UserSig", user_sig),
                         Valid().With("random", user_sig)}) {
    Send(ask);
    const JournalEntry entry = LastEntry();
    EXPECT_EQ(entry.target.find(user_sig.substr(0, 40)), std::string::npos) << entry.target;
  }
}

TEST_P(JournalTest, HoldsTheRuleOfARefusal) {
  Send(Valid().With("identifier", "user").With("usersig", service().Sign(kDemo, "user").value()));
  EXPECT_EQ(LastEntry().rule, "not_admin");
  EXPECT_EQ(LastEntry().error_code, 90009);
  EXPECT_EQ(LastEntry().diagnoses.at(0).name, "not_admin");
  Ask unknown = Valid();
  unknown.path = "/v4/openim/sendmsg";
  Send(unknown);
  EXPECT_EQ(LastEntry().command, "openim/sendmsg");
  EXPECT_EQ(LastEntry().rule, "command_unknown");
}

TEST_P(JournalTest, AppsDoNotSeeEachOther) {
  const App own = service().CreateApp().value();
  Send(Valid());
  EXPECT_EQ(service().CountCalls({.sdkappid = kDemo}).count, 1U);
  EXPECT_EQ(service().CountCalls({.sdkappid = own.sdkappid}).count, 0U);
  EXPECT_TRUE(service().ExplainCalls({.sdkappid = own.sdkappid}).near_misses.empty());
  service().ResetApp(own.sdkappid);
  EXPECT_EQ(service().CountCalls({.sdkappid = kDemo}).count, 1U);
  service().ResetApp(kDemo);
  EXPECT_EQ(service().CountCalls({.sdkappid = kDemo}).count, 0U);
}

TEST_P(JournalTest, AWaitSeesACallThatComesLater) {
  const Ask ask = Valid();
  std::thread client([&] { Send(ask); });
  const JournalCount count = service().WaitForCalls(
      {.error_code = 0, .command = "im_set_attr_name"}, 1, std::chrono::minutes{1});
  client.join();
  EXPECT_EQ(count.count, 1U);
  EXPECT_TRUE(count.complete);
}

TEST_P(JournalTest, SwitchedOffItHoldsNothingAndProvesNothing) {
  Start({.journal = {.enabled = false}});
  Send(Valid());
  EXPECT_TRUE(service().Calls().entries.empty());
  EXPECT_EQ(service().CountCalls().count, 0U);
  EXPECT_FALSE(service().CountCalls().complete);
  EXPECT_EQ(service().metrics().duration_counts.back(), 1U) << "calls are counted nonetheless";
}

TEST_P(JournalTest, ACleanCallDependsOnWhatEveryPlainReplyDependsOn) {
  EXPECT_EQ(Depends(Valid()), (Names{"plain_http"}));
  EXPECT_EQ(Depends(ValidGet()), (Names{"plain_http"}));
  EXPECT_EQ(Depends(Valid()), (Names{"plain_http"}))
      << "the same slots again: merge and replace are one";
}

TEST(JournalServiceTest, OverTlsACleanCallDependsOnNothing) {
  const auto service = Service::Create().value();
  service->Handle({.target = service->Target("im_set_attr_name", kDemo, "administrator").value(),
                   .body = std::string(kValidBody),
                   .tls = true});
  EXPECT_EQ(service->FindCall(1)->error_code, 0);
  EXPECT_EQ(service->FindCall(1)->assumptions, (Names{}));
}

TEST_P(JournalTest, NamesTheSwitchesWhoseSituationOccurred) {
  const auto has = [&](const Ask& ask, const std::string& name) {
    const Names all = Depends(ask);
    return std::find(all.begin(), all.end(), name) != all.end();
  };
  EXPECT_TRUE(has(WithBody(R"({"AttrNames":["a"]})"), "attr_names_not_object"));
  EXPECT_TRUE(has(WithBody(R"({"AttrNames":1})"), "attr_names_not_object"));
  EXPECT_FALSE(has(Valid().Without("random"), "random_missing")) << "documented";
  EXPECT_TRUE(has(Valid().With("random", "-1"), "random_malformed"));
  EXPECT_TRUE(has(WithBody(R"({"AttrNames":{"0":"a","0":"b"}})"), "duplicate_key"));
  EXPECT_TRUE(has(WithBody(R"({"x":1,"AttrNames":{"0":"a"}})"), "unknown_fields"));
  EXPECT_TRUE(has(WithBody(R"({"AttrNames":{"1":"a"}})"), "second_call")) << "slot 0 stands";
  EXPECT_TRUE(has(WithBody(R"({"AttrNames":{"2":"a"}})"), "duplicate_name"));
  Ask other_method = Valid();
  other_method.method = "OPTIONS";
  other_method.body.clear();  // which the adapter's server would leave in the stream
  EXPECT_TRUE(has(other_method, "method_not_post"));
  EXPECT_FALSE(has(WithBody("{"), "json_syntax")) << "documented";
  EXPECT_FALSE(has(WithBody("{"), "error_info")) << "a documented text";
  EXPECT_TRUE(has(Valid().Without("sdkappid"), "error_info")) << "our own wording";
}

TEST_P(JournalTest, AThrottledCallDependsOnHowCallsAreCounted) {
  StartWithSwitches(R"({"throttle":{"limit":1}})");
  Send(Valid());
  const Names names = Depends(Valid());
  for (const char* name : {"algorithm", "count_refused", "position"}) {
    EXPECT_NE(std::find(names.begin(), names.end(), "throttle." + std::string(name)), names.end())
        << name;
  }
  for (const char* name : {"burst", "code", "window_ms", "scope"}) {
    EXPECT_EQ(std::find(names.begin(), names.end(), "throttle." + std::string(name)), names.end())
        << name;
  }
}

TEST_P(JournalTest, TheOrderOfAdminAndBodyMattersWhereBothRefuse) {
  for (const char* order : {"true", "false"}) {
    StartWithSwitches(R"({"admin_before_body":)" + std::string(order) + "}");
    const auto depends = [&](const char* identifier, const char* body) {
      Ask ask = Valid()
                    .With("identifier", identifier)
                    .With("usersig", service().Sign(kDemo, identifier).value());
      ask.body = body;
      const Names names = Depends(ask);
      return std::find(names.begin(), names.end(), "admin_before_body") != names.end();
    };
    EXPECT_TRUE(depends("user", "{")) << order;
    EXPECT_FALSE(depends("user", R"({"AttrNames":{"0":"a"}})")) << order;
    EXPECT_FALSE(depends("administrator", "{")) << order;
  }
}

TEST_P(JournalTest, TheOrderOfFeatureAndAdminMattersWhereBothRefuse) {
  for (const char* order : {"true", "false"}) {
    StartWithSwitches(R"({"not_admin":60010,"admin_before_feature":)" + std::string(order) + "}");
    App app = DemoApp();
    app.feature.state = Feature::State::kOff;
    app.admins = {"nobody"};
    ASSERT_TRUE(service().PutApp(app).ok());
    const Names both = Depends(Valid());
    EXPECT_EQ(std::find(both.begin(), both.end(), "admin_before_feature") != both.end(),
              order == std::string("false"))
        << "that the gateway checks first is inferred";
    EXPECT_EQ(LastEntry().error_code, order == std::string("false") ? 90045 : 60010);
  }
}

TEST_P(JournalTest, ListsAssumptionsWithTheirValuesInTheOrderOfTheProfile) {
  StartWithSwitches(R"({"throttle":{"limit":2},"attr_names_not_object":"as_object"})");
  Send(WithBody(R"({"AttrNames":["a"]})"));
  Send(Valid().Without("random"));
  Send(Valid());
  const std::vector<Assumption> all = service().Assumptions();
  Names names;
  for (const Assumption& assumption : all) {
    names.push_back(assumption.name + '=' + assumption.value + ' ' +
                    std::to_string(assumption.calls) + ' ' + std::to_string(assumption.last_id));
  }
  EXPECT_EQ(names, (Names{R"(error_info={} 1 3)", R"(plain_http="accept" 3 3)",
                          R"(throttle.algorithm="sliding_window" 1 3)",
                          "throttle.count_refused=false 1 3", R"(throttle.position="access" 1 3)",
                          R"(attr_names_not_object="as_object" 1 1)"}));
  EXPECT_TRUE(service().Assumptions({.sdkappid = 1}).empty());
}

// What clients do most often against the page, each with its own diagnosis.
TEST_P(JournalTest, DiagnosesTheBody) {
  Send(WithBody(R"({"AttrNames":["sex","city"]})"));
  EXPECT_NE(DetailOf("attr_names_not_object").find("PHP"), std::string::npos);
  Send(WithBody(R"({"0":"sex"})"));
  EXPECT_NE(DetailOf("missing_wrapper").find("top of the body"), std::string::npos);
  std::string name;
  for (int i = 0; i < 17; ++i) name += "性";
  Send(WithBody(R"({"AttrNames":{"0":")" + name + R"("}})"));
  EXPECT_NE(DetailOf("name_counted_in_characters").find("51 bytes, 17 characters"),
            std::string::npos);
}

TEST_P(JournalTest, DiagnosesTheUrl) {
  App app = DemoApp();
  app.admins.push_back("a+b");
  app.region = "seoul";
  Start({.apps = {app}});
  Send(Valid().With("identifier", "a+b").With("usersig", service().Sign(kDemo, "a+b").value()));
  EXPECT_EQ(LastEntry().error_code, 0);
  EXPECT_NE(DetailOf("identifier_plus").find('+'), std::string::npos);
  Send(Valid().With("random", "deadbeef"));
  EXPECT_EQ(LastEntry().error_code, 0);
  EXPECT_NE(DetailOf("random_malformed").find("deadbeef"), std::string::npos);
  Send(Valid().Without("contenttype"));
  EXPECT_NE(DetailOf("contenttype_missing").find("no contenttype"), std::string::npos);
  Ask elsewhere = Valid();
  elsewhere.headers = {{"Host", "console.tim.qq.com"}};
  Send(elsewhere);
  EXPECT_NE(DetailOf("host_region_mismatch").find("belongs to region china, the app to seoul"),
            std::string::npos)
      << DetailOf("host_region_mismatch");
  Ask neighbour = Valid();
  neighbour.path = "/v4/all_member_push/im_push";
  Send(neighbour);
  EXPECT_NE(DetailOf("command_unknown").find("a real command that this fake does not serve"),
            std::string::npos);
  EXPECT_EQ(DetailOf("command_not_served"), "all_member_push/im_push");
  neighbour.path = "/v4/im_open_login_svc/account_import";
  Send(neighbour);
  EXPECT_EQ(DetailOf("command_not_served"), "im_open_login_svc/account_import");
  neighbour.path = "/v4/im_open_login_svc/account_imports";
  Send(neighbour);
  EXPECT_EQ(DetailOf("command_not_served"), "(no command_not_served)");
}

TEST_P(JournalTest, DiagnosesAUserSigThatWillNotDoMuchLonger) {
  Send(Valid().With("usersig",
                    service().Sign(kDemo, "administrator", std::chrono::seconds{30}).value()));
  EXPECT_EQ(LastEntry().error_code, 0);
  EXPECT_EQ(DetailOf("usersig_near_expiry"), "the UserSig expires in 30 s");
  const auto signed_for = [&](int seconds) {
    return Valid().With(
        "usersig", service().Sign(kDemo, "administrator", std::chrono::seconds{seconds}).value());
  };
  Send(signed_for(300));
  EXPECT_EQ(DetailOf("usersig_near_expiry"), "the UserSig expires in 300 s");
  Send(signed_for(301));
  EXPECT_EQ(DetailOf("usersig_near_expiry"), "(no usersig_near_expiry)");
}

// The moment in the diagnosis is exact: a nanosecond earlier the call is refused.
TEST_P(JournalTest, AThrottledCallIsToldWhenTheNextOnePasses) {
  StartWithSwitches(R"({"throttle":{"limit":1}})");
  Send(Valid());
  clock().Advance(std::chrono::nanoseconds{250'000'001});
  Send(Valid());
  EXPECT_NE(DetailOf("throttle")
                .find("the next call passes in 0.749999999 s, at UNIX time " +
                      std::to_string(kStart + 1) + ".000000000"),
            std::string::npos)
      << DetailOf("throttle");
  clock().Advance(std::chrono::nanoseconds{749'999'998});
  EXPECT_EQ(Send(Valid()).code, 60007);
  clock().Advance(std::chrono::nanoseconds{1});
  EXPECT_EQ(Send(Valid()).code, 0);
}

TEST(JournalServiceTest, RecordsWhatIsNoHttpMessageAndWhatAProxyRefused) {
  const auto service = Service::Create().value();
  HttpResponse response;
  service->RefuseMalformed("a bare CR in the head", &response);
  service->RefuseProxy("CONNECT", "example.org:443", &response);
  const JournalEntry malformed = service->FindCall(1).value();
  EXPECT_EQ(malformed.method, "");
  EXPECT_EQ(malformed.target, "");
  EXPECT_EQ(malformed.rule, "http_malformed");
  EXPECT_EQ(malformed.http_status, 400);
  EXPECT_FALSE(malformed.sdkappid);
  const JournalEntry refused = service->FindCall(2).value();
  EXPECT_EQ(refused.method, "CONNECT");
  EXPECT_EQ(refused.target, "example.org:443");
  EXPECT_EQ(refused.rule, "proxy_refused");
  EXPECT_EQ(refused.error_code, std::nullopt);
  EXPECT_EQ(service->CountCalls({.error_code = 0}).count, 0U);
}

TEST(JournalServiceTest, ShowsNothingOfAnotherHostButItsName) {
  const auto service = Service::Create().value();
  HttpResponse response;
  service->RefuseProxy("POST", "http://example.org:81/secret?token=abc", &response);
  EXPECT_EQ(service->FindCall(1)->target, "example.org:81");
  EXPECT_EQ(service->FindCall(1)->diagnoses.at(0).detail,
            "POST example.org:81: no documented host (R11) at its usual port");
}

TEST(JournalServiceTest, AHealthCheckHasNoErrorCode) {
  const auto service = Service::Create().value();
  service->Handle({.method = "HEAD", .target = "/"});
  EXPECT_EQ(service->FindCall(1)->error_code, std::nullopt);
}

}  // namespace
}  // namespace timock
