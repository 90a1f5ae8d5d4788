#include "judge/judge.h"

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

Held Default() { return ExpectedProfile::Load("seed-2022-04"); }

TEST(JudgeTest, AcceptsWhatWasExpected) {
  EXPECT_THAT(Judge({}, Answer(Envelope("OK", 0)), Default()), IsEmpty());
  EXPECT_THAT(Judge(Code({.codes = {0}}), Answer(Envelope("OK", 0)), Default()), IsEmpty());
  EXPECT_THAT(
      Judge(Code({CodeExpectation::Kind::kNot, {0}}), Answer(Envelope("FAIL", 90001)), Default()),
      IsEmpty());
  EXPECT_THAT(Judge(Code({CodeExpectation::Kind::kSwitch, {}, {"not_admin"}}),
                    Answer(Envelope("FAIL", 90009)), Default()),
              IsEmpty());
}

struct Broken {
  const char* name;
  Reply reply;
  const char* said;
};

void PrintTo(const Broken& one, std::ostream* out) { *out << one.name; }

class BrokenEnvelopeTest : public testing::TestWithParam<Broken> {};

TEST_P(BrokenEnvelopeTest, IsTold) {
  EXPECT_THAT(Judge({}, GetParam().reply, Default()), ElementsAre(HasSubstr(GetParam().said)));
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
        Broken{"lower_case", Answer(Envelope("ok", 0)), "ActionStatus is \"ok\""},
        Broken{"ok_beside_a_code", Answer(Envelope("OK", 90001)), "expected \"FAIL\""}),
    [](const auto& each) { return each.param.name; });

TEST(JudgeTest, TellsEachPointThatDiffers) {
  const Expectation expect{.code = CodeExpectation{.codes = {0}},
                           .content_type = {.contains = "text/plain"},
                           .payload = SlotNames{{"0", "sex"}},
                           .closes = true};
  EXPECT_THAT(Judge(expect, Answer(Envelope("FAIL", 60007)), Default()),
              ElementsAre(HasSubstr("stays open"), HasSubstr("Content-Type"),
                          HasSubstr("ErrorCode is 60007, expected 0"), HasSubstr("no AttrNames")));
}

TEST(JudgeTest, HoldsASwitchToNothingWithoutAProfile) {
  const Expectation expect = Code({CodeExpectation::Kind::kSwitch, {}, {"not_admin"}});
  EXPECT_THAT(Judge(expect, Answer(Envelope("FAIL", 12345)), {}), IsEmpty());
  EXPECT_THAT(Judge(expect, Answer(Envelope("FAIL", 12345)), Default()),
              ElementsAre(HasSubstr("expected 90009, as the switch not_admin")));
}

TEST(JudgeTest, LooksForActionStatusOnlyWhereItIsAskedFor) {
  const Reply without = Answer(R"({"ErrorInfo":"","ErrorCode":0})");
  EXPECT_THAT(Judge({}, without, Default()), IsEmpty());
  EXPECT_THAT(Judge({.action_status = "OK"}, without, Default()),
              ElementsAre(HasSubstr("no ActionStatus")));
  const Expectation by_switch{.action_status_switch = "action_status"};
  EXPECT_THAT(Judge(by_switch, without, Default()), ElementsAre(HasSubstr("expected present")));
  EXPECT_THAT(Judge(by_switch, without, {}), IsEmpty());
}

TEST(JudgeTest, LooksOnlyAtTheSlotsThatAreGiven) {
  const Reply reply =
      Answer(R"({"ActionStatus":"OK","ErrorInfo":"","ErrorCode":0,"AttrNames":{"1":"a","2":"b"}})");
  EXPECT_THAT(Judge({.payload = SlotNames{{"1", "a"}, {"3", std::nullopt}}}, reply, Default()),
              IsEmpty());
  EXPECT_THAT(Judge({.payload = SlotNames{{"1", "b"}, {"2", std::nullopt}}}, reply, Default()),
              ElementsAre(HasSubstr("slot 1"), HasSubstr("slot 2")));
}

TEST(JudgeTest, KnowsTheOrderOfKeysByLayer) {
  const Expectation order{.key_order_switch = "key_order"};
  EXPECT_THAT(Judge(order, Answer(R"({"ErrorCode":60002,"ErrorInfo":""})"), Default()), IsEmpty());
  EXPECT_THAT(Judge(order, Answer(R"({"ErrorInfo":"","ErrorCode":90001})"), Default()), IsEmpty());
  EXPECT_THAT(Judge(order, Answer(R"({"ErrorInfo":"","ErrorCode":70001})"), Default()),
              ElementsAre(HasSubstr("ErrorInfo stands first")));
  EXPECT_THAT(Judge(order, Answer(R"({"ErrorCode":0,"ErrorInfo":""})"), Default()),
              ElementsAre(HasSubstr("ErrorCode stands first")));
}

TEST(JudgeTest, TakesTheFirstOfSeveralSwitchesThatHasACode) {
  EXPECT_THAT(Judge(Code({CodeExpectation::Kind::kSwitch, {}, {"second_call", "throttle.code"}}),
                    Answer(Envelope("FAIL", 60007)), Default()),
              IsEmpty());
}

TEST(JudgeTest, WantsAMalformedMessageAnsweredAndClosed) {
  const Expectation expect{.malformed = true};
  Reply reply = Answer(Envelope("FAIL", 60002), 400);
  EXPECT_THAT(Judge(expect, reply, Default()), ElementsAre(HasSubstr("stays open")));
  reply.closed = true;
  EXPECT_THAT(Judge(expect, reply, Default()), IsEmpty());
}

}  // namespace
}  // namespace timock::conformance
