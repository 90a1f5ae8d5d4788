#include <gtest/gtest.h>

#include <string>

#include "service/fake_test.h"

namespace timock {
namespace {

class FaultTest : public FakeTest {
 protected:
  FaultStatus Add(const Fault& fault) { return service().AddFault(fault).value(); }
  std::uint64_t Hits(std::string_view id) { return service().FindFault(id)->hits; }
};

TIMOCK_ALL_DOORS(FaultTest);

TEST_P(FaultTest, AnswersInThePlaceOfTheServiceAndChangesNothing) {
  Add({.action = {.error_code = 91000}});
  const Answer answer = Send(Valid());
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(
      answer.body,
      R"({"ActionStatus":"FAIL","ErrorInfo":"service failed, please repeat","ErrorCode":91000})");
  EXPECT_EQ(answer.content_type, "application/json");
  EXPECT_EQ(LastCall().fault, "fault-1");
  EXPECT_EQ(LastCall().rule, "");
  EXPECT_EQ(LastCall().command, "all_member_push/im_set_attr_name");
  EXPECT_EQ(Hits("fault-1"), 1U);
  EXPECT_TRUE(service().Names(kDemo).empty());
  service().RemoveFaults();
  EXPECT_EQ(Send(Valid()).code, 0);
  EXPECT_EQ(LastCall().fault, "");
}

TEST_P(FaultTest, TakesACodeOfNoCatalogueAndATextOfItsOwn) {
  Add({.action = {.error_code = 12345}, .times = 1});
  Add({.action = {.error_code = 0, .error_info = "\"so\" \n sei es"}});
  EXPECT_EQ(Send(Valid()).info, "error 12345");
  const Answer answer = Send(Valid());
  EXPECT_EQ(answer.code, 0);
  EXPECT_EQ(answer.info, "\"so\" \n sei es");
  EXPECT_TRUE(service().Names(kDemo).empty()) << "says OK, and did nothing";
}

TEST_P(FaultTest, AnswersWithAStatusAndAPage) {
  Add({.action = {.http_status = 503, .body = "<p>busy", .content_type = "text/html"}});
  const Answer answer = Send(Valid());
  EXPECT_EQ(answer.status, 503);
  EXPECT_EQ(answer.body, "<p>busy");
  EXPECT_EQ(answer.content_type, "text/html");
  EXPECT_TRUE(service().Names(kDemo).empty());
}

// Nobody can take for a success what the client saw as none.
TEST_P(FaultTest, ACallWithoutAnEnvelopeHasNoErrorCodeAndSaysWhatItMet) {
  Add({.id = "page", .action = {.http_status = 502, .body = "<p>"}, .times = 1});
  Send(Valid());
  const JournalEntry entry = service().FindCall(service().journal_status().last_id).value();
  EXPECT_EQ(entry.error_code, std::nullopt);
  EXPECT_EQ(entry.diagnoses.at(0).name, "fault");
  EXPECT_EQ(entry.diagnoses.at(0).detail, "hit by page: answered HTTP status 502");
  EXPECT_EQ(service().CountCalls({.error_code = 0}).count, 0U);
}

TEST_P(FaultTest, IsMetByServedCommandsOnly) {
  Add({.action = {.error_code = 91000}, .times = 1});
  Ask other = Valid();
  other.path = "/v4/openim/sendmsg";
  EXPECT_EQ(Send(other).code, 60009);
  EXPECT_EQ(Hits("fault-1"), 0U);
  EXPECT_EQ(Send(Valid()).code, 91000);
}

TEST_P(FaultTest, AnswersWithAStatusAndAnEnvelope) {
  Add({.action = {.error_code = 60008, .http_status = 500, .drop_action_status = true}});
  const Answer answer = Send(Valid());
  EXPECT_EQ(answer.status, 500);
  EXPECT_EQ(answer.code, 60008);
  EXPECT_EQ(answer.body.find("ActionStatus"), std::string::npos) << answer.body;
}

TEST_P(FaultTest, DamagesTheTrueAnswerOfACallThatIsCarriedOut) {
  Add({.action = {.content_type = "text/plain", .null_error_info = true}, .times = 1});
  Add({.action = {.drop_action_status = true}});
  const Answer null_info = Send(Valid());
  EXPECT_EQ(null_info.body, R"({"ActionStatus":"OK","ErrorInfo":null,"ErrorCode":0})");
  EXPECT_EQ(null_info.content_type, "text/plain");
  EXPECT_EQ(service().Names(kDemo).size(), 2U);
  EXPECT_EQ(Send(ValidGet()).body,
            R"({"ErrorInfo":"","ErrorCode":0,"AttrNames":{"0":"sex","1":"city"}})");
  EXPECT_EQ(Send(Valid().Without("sdkappid")).body.find("ActionStatus"), std::string::npos)
      << "of a refused call, too";
}

TEST_P(FaultTest, LeavesTheTrueAnswerWholeWhenOnlyTheConnectionSuffers) {
  Add({.action = {
           .delay = {.kind = FaultDelay::Kind::kFixed, .low = std::chrono::milliseconds{1}}}});
  EXPECT_EQ(Send(Valid()).body, R"({"ActionStatus":"OK","ErrorInfo":"","ErrorCode":0})");
  EXPECT_EQ(Hits("fault-1"), 1U);
}

TEST_P(FaultTest, MeetsACallBeforeAnyCheck) {
  Add({.match = {.command = "im_set_attr_name", .identifier = "nobody"},
       .action = {.error_code = 91000}});
  EXPECT_EQ(Send(Valid().With("identifier", "nobody").With("usersig", "x")).code, 91000);
  EXPECT_NE(Send(Valid().With("usersig", "x")).code, 91000);
}

TEST_P(FaultTest, MeetsTheCallWhoseBodyItNames) {
  Add({.match = {.body_pointer = "/AttrNames/3", .body_equals = "\"x\""},
       .action = {.error_code = 91000}});
  EXPECT_EQ(Set(R"({"AttrNames":{"3":"y"}})").code, 0);
  EXPECT_EQ(Set(R"({"AttrNames":{"3":"x"}})").code, 91000);
  EXPECT_EQ(Set("no JSON").code, 90001);
}

TEST_P(FaultTest, TheHealthCheckMeetsNone) {
  Add({.action = {.http_status = 500}});
  EXPECT_EQ(Send({.method = "HEAD", .path = "/", .query = {}, .body = ""}).status, 200);
}

TEST_P(FaultTest, RefusesAFaultThatIsNotValidNamingTheMember) {
  const Result<FaultStatus> refused = service().AddFault({.match = {.every_nth = 0}});
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().Text(), "/match/every_nth: expected a whole number from 1");
  EXPECT_TRUE(service().Faults().empty());
}

TEST_P(FaultTest, ResetTakesTheFaultsAway) {
  Add({.match = {.sdkappid = kDemo}, .action = {.error_code = 1}});
  Add({.action = {.error_code = 2}});
  EXPECT_TRUE(service().ResetApp(kDemo));
  ASSERT_EQ(service().Faults().size(), 1U);
  EXPECT_EQ(service().Faults()[0].fault.id, "fault-2");
  service().Reset();
  EXPECT_TRUE(service().Faults().empty());
}

}  // namespace
}  // namespace timock
