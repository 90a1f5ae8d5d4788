#include "app/call_log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "app/diagnosis_tally.h"
#include "app/text_values.h"
#include "core/time_text.h"

namespace timock::app {
namespace {

using testing::HasSubstr;

const std::vector<Diagnosis>& TooLong() {
  static const std::vector<Diagnosis> diagnoses = {
      {"name_too_long", "slot 1 has 51 bytes", "shorten it"},
      {"random_malformed", "random=ff", "send a decimal"}};
  return diagnoses;
}

CallEvent Refused() {
  return {.at = UnixSeconds(1'648'771'200) + std::chrono::milliseconds{7},
          .method = "POST",
          .command = "all_member_push/im_set_attr_name",
          .sdkappid = 1'400'000'000,
          .error_code = 90001,
          .rule = "name_too_long",
          .diagnoses = TooLong()};
}

CallEvent Accepted() {
  CallEvent event = Refused();
  event.error_code = 0;
  event.rule = {};
  event.diagnoses = {};
  return event;
}

TEST(CallLogTest, SaysWhyACallWasRefusedOnOneLine) {
  EXPECT_EQ(CallText(Refused()),
            "2022-04-01T00:00:00.007Z warn refused rule=name_too_long code=90001 POST "
            "all_member_push/im_set_attr_name sdkappid=1400000000 | name_too_long: slot 1 has 51 "
            "bytes; remedy: shorten it | random_malformed: random=ff; remedy: send a decimal");
}

TEST(CallLogTest, WritesTheSameMembersAsOneJsonObject) {
  EXPECT_EQ(CallJson(Refused()),
            R"({"time":"2022-04-01T00:00:00.007Z","level":"warn","outcome":"refused",)"
            R"("rule":"name_too_long","code":90001,"status":200,"method":"POST",)"
            R"("command":"all_member_push/im_set_attr_name","sdkappid":1400000000,"diagnoses":[)"
            R"({"name":"name_too_long","detail":"slot 1 has 51 bytes","remedy":"shorten it"},)"
            R"({"name":"random_malformed","detail":"random=ff","remedy":"send a decimal"}]})");
}

TEST(CallLogTest, GradesRefusedNotedAndPlainCalls) {
  EXPECT_EQ(LevelOf(Refused()), LogLevel::kWarn);
  CallEvent noted = Accepted();
  noted.diagnoses = std::span(TooLong()).subspan(1);
  EXPECT_EQ(LevelOf(noted), LogLevel::kInfo);
  EXPECT_THAT(CallText(noted), HasSubstr(" info noted code=0 POST "));
  EXPECT_EQ(LevelOf(Accepted()), LogLevel::kDebug);
  EXPECT_THAT(CallText(Accepted()), HasSubstr(" debug accepted code=0 POST "));
}

TEST(CallLogTest, LetsNoByteOfAClientBreakTheLine) {
  CallEvent event = Refused();
  const std::vector<Diagnosis> hostile = {{"x", "a\nb\x1b[31m\xff", std::string(5000, 'y')}};
  event.diagnoses = hostile;
  event.command = "v4\r\n/x";
  const std::string text = CallText(event);
  EXPECT_THAT(text, HasSubstr("v4\\x0d\\x0a/x"));
  EXPECT_THAT(text, HasSubstr("a\\x0ab\\x1b[31m"));
  EXPECT_LT(text.size(), 1000U);
  const std::string json = CallJson(event);
  EXPECT_EQ(json.find('\n'), std::string::npos);
  EXPECT_LT(json.size(), 1200U);
  EXPECT_TRUE(nlohmann::json::accept(json));
}

TEST(CallLogTest, WritesTheTimeInTheWholeRangeOfTheClock) {
  EXPECT_EQ(IsoTime(UnixSeconds(0)), "1970-01-01T00:00:00.000Z");
  EXPECT_EQ(IsoTime(UnixSeconds(0) - std::chrono::nanoseconds{1}), "1969-12-31T23:59:59.999Z");
  EXPECT_EQ(IsoTime(UnixSeconds(kMostUnixSeconds)), "2255-03-14T16:00:00.000Z");
}

TEST(CallLogTest, WritesOnlyWhatItsLevelLetsThrough) {
  testing::internal::CaptureStderr();
  CallLog log(LogFormat::kText, LogLevel::kWarn);
  log.Record(Accepted());
  log.Record(Refused());
  CallLog(LogFormat::kOff, LogLevel::kTrace).Record(Refused());
  CallLog(LogFormat::kText, LogLevel::kError).Record(Refused());
  CallLog(LogFormat::kOff, LogLevel::kError).Notice("open", UnixSeconds(0));
  CallLog(LogFormat::kJson, LogLevel::kError).Notice("open", UnixSeconds(0));
  EXPECT_EQ(testing::internal::GetCapturedStderr(),
            CallText(Refused()) + "\ntimock: open\n" +
                R"({"time":"1970-01-01T00:00:00.000Z","level":"warn","outcome":"notice",)"
                R"("text":"open"})" +
                "\n");
}

TEST(DiagnosisTallyTest, CountsEqualDiagnosesOnce) {
  DiagnosisTally tally;
  tally.Add(Accepted());
  EXPECT_TRUE(tally.empty());
  tally.Add(Refused());
  tally.Add(Refused());
  EXPECT_EQ(tally.Report(),
            "2 x name_too_long (90001): slot 1 has 51 bytes; remedy: shorten it\n"
            "2 x random_malformed: random=ff; remedy: send a decimal\n");
}

TEST(DiagnosisTallyTest, IsBounded) {
  DiagnosisTally tally;
  for (std::size_t i = 0; i < DiagnosisTally::kMostLines + 3; ++i) {
    const std::vector<Diagnosis> one = {{"n", std::to_string(i), ""}};
    CallEvent event = Accepted();
    event.diagnoses = one;
    tally.Add(event);
  }
  EXPECT_THAT(tally.Report(), testing::EndsWith("and 3 others\n"));
}

}  // namespace
}  // namespace timock::app
