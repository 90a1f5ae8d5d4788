// The kit for GoogleTest: what its matchers accept and what they show, and apps side by side.
#include <gtest/gtest-spi.h>

#include <string>
#include <thread>
#include <vector>

#include "timock/gtest.h"

namespace timock {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

class GtestKitTest : public TimockTest {
 protected:
  static std::string Post(FakeApp& app, const std::string& body = R"({"AttrNames":{"0":"sex"}})") {
    return service().Handle({.target = app.Target(), .body = body}).body;
  }
  template <typename Value, typename Matcher>
  static std::string Explained(const Value& value, const Matcher& matcher) {
    testing::StringMatchResultListener listener;
    EXPECT_FALSE(testing::ExplainMatchResult(matcher, value, &listener));
    return testing::PrintToString(value) + "; " + listener.str();
  }
};

TEST_F(GtestKitTest, AnswersAreMatchedAsTextAndAsResponses) {
  EXPECT_THAT(Post(app()), IsOk());
  EXPECT_THAT(Post(app()), Not(IsRefusedWith(60007)));
  EXPECT_THAT(Post(app(), "{"), AllOf(IsRefusedWith(90001), Not(IsOk())));
  EXPECT_THAT(service().Handle({.target = app().Target(), .body = "{"}), IsRefusedWith(90001));
  EXPECT_THAT("", AllOf(Not(IsOk()), Not(IsRefusedWith(0))));
  EXPECT_THAT(R"({"ErrorInfo":"\"ErrorCode\":0","ErrorCode": 91000})", IsRefusedWith(91000));
  EXPECT_THAT(R"({"ActionStatus":"FAIL","ErrorInfo":"","ErrorCode":0})", Not(IsOk()));
  EXPECT_THAT(Explained(std::string("<html>"), IsOk()), HasSubstr("whose body is <html>"));
}

TEST_F(GtestKitTest, AnAppIsMatchedByNamesAndCalls) {
  EXPECT_THAT(app(), AllOf(HasAttrNames({}), CalledTimes(0), Not(ReceivedCall())));
  Post(app());
  EXPECT_THAT(app(), AllOf(HasAttrNames({{0, "sex"}}), CalledTimes(1), ReceivedCall()));
  EXPECT_THAT(app(), ReceivedCall(AnsweredWith(0)));
  EXPECT_THAT(app(), Not(ReceivedCall(AnsweredWith(60007))));
  EXPECT_EQ(app().LastCall().query("identifier"), "administrator");
  EXPECT_EQ(app().LastCall().query("sdkappid"), std::to_string(app().sdkappid()));
  EXPECT_EQ(app().LastCall().query("identifie"), "");
  EXPECT_EQ((JournalEntry{.target = "/v4/x?a&b=%41+c&b=2&=d"}).query("b"), "A+c");
  EXPECT_EQ((JournalEntry{.target = "/v4/x"}).query(""), "");
}

TEST_F(GtestKitTest, AFailureShowsTheCallsWithTheirReasons) {
  Post(app(), R"({"AttrNames":{"10":"sex"}})");
  app().FailWith(91000, 1);
  Post(app());
  const std::string shown = Explained(app(), HasAttrNames({{0, "sex"}}));
  EXPECT_THAT(shown, HasSubstr("calls received: 2"));
  EXPECT_THAT(shown, HasSubstr("im_set_attr_name -> 200, ErrorCode 90001"));
  EXPECT_THAT(shown, HasSubstr("\n     key_invalid: "));
  EXPECT_THAT(shown, HasSubstr("ErrorCode 91000, by the fault "));
  EXPECT_THAT(shown, Not(HasSubstr(app().key())));
  EXPECT_THAT(Explained(app(), CalledTimes(3)), HasSubstr("key_invalid"));
  EXPECT_THAT(Explained(app(), ReceivedCall(AnsweredWith(0))), HasSubstr("key_invalid"));
  EXPECT_NONFATAL_FAILURE(FakeApp(service(), DemoApp()).LastCall(), "has received no call");
}

TEST_F(GtestKitTest, ValuesArePrinted) {
  EXPECT_EQ(testing::PrintToString(Error{"missing", "/key"}), "/key: missing");
  EXPECT_EQ(testing::PrintToString(service().Sign(1'400'000'000, "administrator")), "a value");
  EXPECT_EQ(testing::PrintToString(Result<int>(Error{"missing"})), "missing");
  EXPECT_EQ(testing::PrintToString(HttpResponse{.status = 502, .body = "x"}), "HTTP 502 x");
  EXPECT_EQ(testing::PrintToString(ClockSetting{ClockSetting::Mode::kFrozen, UnixSeconds(1)}),
            "frozen at UNIX time 1000000000 ns");
  EXPECT_THAT(testing::PrintToString(DemoApp()),
              AllOf(HasSubstr("app 1400000000"), Not(HasSubstr(DemoApp().keys.front()))));
}

TEST(GtestKitJournalTest, NothingIsSaidOfCallsThatWereDropped) {
  const auto small = Service::Create({.journal = {.max_entries = 1}}).value();
  FakeApp app(*small, DemoApp());
  for (int i = 0; i < 2; ++i) small->Handle({.target = app.Target(), .body = "{}"});
  EXPECT_NONFATAL_FAILURE(static_cast<void>(testing::Matches(CalledTimes(1))(app)),
                          "the journal has dropped calls");
  EXPECT_NONFATAL_FAILURE(static_cast<void>(testing::Matches(ReceivedCall())(app)),
                          "the journal has dropped calls");
}

TEST_F(GtestKitTest, EachTestHasAnAppThatNobodyHasCalled) {
  EXPECT_THAT(app(), AllOf(CalledTimes(0), HasAttrNames({})));
  EXPECT_THAT(Post(app()), IsOk());
}

TEST_F(GtestKitTest, AppsSideBySideHaveAClockEach) {
  constexpr int kRounds = 100;
  std::vector<std::thread> tests;
  std::vector<int> wrong(8);
  for (std::size_t i = 0; i < wrong.size(); ++i) {
    tests.emplace_back([&count = wrong[i]] {
      for (int round = 0; round < kRounds; ++round) {
        FakeApp own(service(), service().CreateApp({.limit = 1}).value());
        own.Freeze(UnixSeconds(1'000 + round));
        const bool first = testing::Matches(IsOk())(Post(own));
        const bool second = testing::Matches(IsRefusedWith(60007))(Post(own));
        own.Advance(std::chrono::seconds{1});
        const bool third = testing::Matches(IsOk())(Post(own));
        const bool time = own.Now() == UnixSeconds(1'001 + round) && own.Calls().size() == 3;
        count += first && second && third && time ? 0 : 1;
        service().RemoveApp(own.sdkappid());
      }
    });
  }
  for (std::thread& test : tests) test.join();
  EXPECT_THAT(wrong, testing::Each(0));
}

}  // namespace
}  // namespace timock
