#include "judge.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace timock::conformance {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

Reply Answer(const std::string& body, int status = 200) {
  return {.status = status, .headers = {{"Content-Type", "application/json"}}, .body = body};
}

std::string Envelope(const std::string& status, int code) {
  return R"({"ActionStatus":")" + status + R"(","ErrorInfo":"","ErrorCode":)" +
         std::to_string(code) + "}";
}

Expectation Code(CodeExpectation code) { return {.code = std::move(code)}; }

const std::optional<ExpectedProfile> kDefault = ExpectedProfile::Load("seed-2022-04");

TEST(JudgeTest, AcceptsWhatWasExpected) {
  EXPECT_THAT(Judge({}, Answer(Envelope("OK", 0)), kDefault), IsEmpty());
  EXPECT_THAT(Judge(Code({.codes = {0}}), Answer(Envelope("OK", 0)), kDefault), IsEmpty());
  EXPECT_THAT(
      Judge(Code({CodeExpectation::Kind::kNot, {0}}), Answer(Envelope("FAIL", 90001)), kDefault),
      IsEmpty());
  EXPECT_THAT(Judge(Code({CodeExpectation::Kind::kSwitch, {}, {"not_admin"}}),
                    Answer(Envelope("FAIL", 90009)), kDefault),
              IsEmpty());
}

struct Broken {
  const char* name;
  Reply reply;
  const char* said;
};

class BrokenEnvelopeTest : public testing::TestWithParam<Broken> {};

TEST_P(BrokenEnvelopeTest, IsTold) {
  EXPECT_THAT(Judge({}, GetParam().reply, kDefault), ElementsAre(HasSubstr(GetParam().said)));
}

INSTANTIATE_TEST_SUITE_P(
    All, BrokenEnvelopeTest,
    testing::Values(
        Broken{"status", Answer(Envelope("OK", 0), 400), "HTTP status is 400, expected 200"},
        Broken{"no_answer", {.failure = "reset"}, "no HTTP answer: reset"},
        Broken{"no_json", Answer("<html>"), "no JSON"},
        Broken{"array", Answer("[]"), "no JSON object"},
        Broken{"text_code", Answer(R"({"ActionStatus":"OK","ErrorInfo":"","ErrorCode":"0"})"),
               "no ErrorCode that is a whole number"},
        Broken{"null_info", Answer(R"({"ActionStatus":"OK","ErrorInfo":null,"ErrorCode":0})"),
               "no ErrorInfo that is a string"},
        Broken{"no_status", Answer(R"({"ErrorInfo":"","ErrorCode":0})"), "no ActionStatus"},
        Broken{"lower_case", Answer(Envelope("ok", 0)), "ActionStatus is \"ok\""},
        Broken{"ok_beside_a_code", Answer(Envelope("OK", 90001)), "expected \"FAIL\""}),
    [](const auto& each) { return each.param.name; });

TEST(JudgeTest, TellsEachPointThatDiffers) {
  const Expectation expect{.code = CodeExpectation{.codes = {0}},
                           .content_type_contains = "text/plain",
                           .payload = nlohmann::json{{"AttrNames", {{"0", "sex"}}}},
                           .closes = true};
  EXPECT_THAT(
      Judge(expect, Answer(Envelope("FAIL", 60007)), kDefault),
      ElementsAre(HasSubstr("stays open"), HasSubstr("Content-Type"),
                  HasSubstr("ErrorCode is 60007, expected 0"), HasSubstr("AttrNames is absent")));
}

TEST(JudgeTest, HoldsASwitchToNothingWithoutAProfile) {
  const Expectation expect = Code({CodeExpectation::Kind::kSwitch, {}, {"not_admin"}});
  EXPECT_THAT(Judge(expect, Answer(Envelope("FAIL", 12345)), {}), IsEmpty());
  EXPECT_THAT(Judge(expect, Answer(Envelope("FAIL", 12345)), kDefault),
              ElementsAre(HasSubstr("expected 90009, as the switch not_admin")));
}

TEST(JudgeTest, WantsAMalformedMessageAnsweredAndClosed) {
  const Expectation expect{.malformed = true};
  Reply reply = Answer(Envelope("FAIL", 60002), 400);
  EXPECT_THAT(Judge(expect, reply, kDefault), ElementsAre(HasSubstr("stays open")));
  reply.closed = true;
  EXPECT_THAT(Judge(expect, reply, kDefault), IsEmpty());
}

}  // namespace
}  // namespace timock::conformance
