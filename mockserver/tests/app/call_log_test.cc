#include "app/call_log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <nlohmann/json.hpp>
#include <sstream>

#include "text/time.h"

namespace timock::app {
namespace {

using testing::HasSubstr;
using testing::Not;

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
  EXPECT_EQ(IsoTime(kMaxUnixTime), "2255-03-14T16:00:00.000Z");
}

// What a log writes until it is closed.
template <typename Use>
std::string Logged(LogFormat format, LogLevel level, const Clock& clock, const Use& use) {
  std::array<int, 2> ends{};
  EXPECT_EQ(pipe(ends.data()), 0);
  {
    CallLog log(format, level, ends[1], clock);
    use(log);
  }
  close(ends[1]);
  std::string text;
  char buffer[4096];
  for (ssize_t size = 0; (size = read(ends[0], buffer, sizeof buffer)) > 0;) {
    text.append(buffer, static_cast<std::size_t>(size));
  }
  close(ends[0]);
  return text;
}

TEST(CallLogTest, WritesOnlyWhatItsLevelLetsThrough) {
  const ManualClock clock(UnixSeconds(0));
  const auto record = [](CallLog& log) {
    log.Record(Accepted());
    log.Record(Refused());
  };
  const auto notice = [](CallLog& log) { log.Notice("open", UnixSeconds(0)); };
  EXPECT_EQ(Logged(LogFormat::kText, LogLevel::kWarn, clock, record), CallText(Refused()) + "\n");
  EXPECT_EQ(Logged(LogFormat::kOff, LogLevel::kTrace, clock, record), "");
  EXPECT_EQ(Logged(LogFormat::kText, LogLevel::kError, clock, record), "");
  EXPECT_EQ(Logged(LogFormat::kOff, LogLevel::kError, clock, notice), "timock: open\n");
  EXPECT_EQ(Logged(LogFormat::kJson, LogLevel::kError, clock, notice),
            R"({"time":"1970-01-01T00:00:00.000Z","level":"warn","outcome":"notice",)"
            R"("text":"open"})"
            "\n");
}

// A refusal by the throttle, whose text differs from call to call.
void RecordThrottled(CallLog* log, int nanosecond) {
  CallEvent event = Refused();
  event.error_code = 60007;
  event.rule = "throttle";
  const std::vector<Diagnosis> one = {
      {"throttle", "free in 0.84770000" + std::to_string(nanosecond) + " s", "wait"}};
  event.diagnoses = one;
  log->Record(event);
}

TEST(CallLogTest, ListsAFewOfAKindAndCountsTheOthers) {
  ManualClock clock(UnixSeconds(0));
  const std::string text = Logged(LogFormat::kText, LogLevel::kInfo, clock, [&](CallLog& log) {
    for (int i = 0; i < 60; ++i) RecordThrottled(&log, i);
    log.Record(Refused());  // of another kind
    clock.Advance(CallLog::kRepeatPeriod);
    for (int i = 0; i < 8; ++i) RecordThrottled(&log, i);
  });
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 5 + 1 + 5 + 1) << text;
  EXPECT_THAT(text, HasSubstr("0.847700004 s; remedy: wait | more like this are only counted"));
  EXPECT_THAT(text, Not(HasSubstr("0.847700005 s")));
  EXPECT_THAT(text, HasSubstr("0.847700000 s; remedy: wait | 55 more like this were only counted"));
  EXPECT_THAT(
      text, testing::EndsWith("\ntimock: 3 more calls were only counted: throttle, code 60007\n"));
}

TEST(CallLogTest, TellsOfCountedCallsInJsonToo) {
  ManualClock clock(UnixSeconds(0));
  const std::string text = Logged(LogFormat::kJson, LogLevel::kInfo, clock, [&](CallLog& log) {
    for (int i = 0; i < 60; ++i) RecordThrottled(&log, i);
    clock.Advance(CallLog::kRepeatPeriod);
    RecordThrottled(&log, 0);
  });
  std::istringstream lines(text);
  std::string last;
  int count = 0;
  for (std::string line; std::getline(lines, line); ++count) {
    EXPECT_TRUE(nlohmann::json::accept(line)) << line;
    last = line;
  }
  EXPECT_EQ(count, 6);
  EXPECT_EQ(nlohmann::json::parse(last)["unlisted_before"], 55);
}

TEST(CallLogTest, ListsEveryCallAtDebug) {
  const ManualClock clock(UnixSeconds(0));
  const std::string text = Logged(LogFormat::kText, LogLevel::kDebug, clock, [](CallLog& log) {
    for (int i = 0; i < 60; ++i) RecordThrottled(&log, i);
  });
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 60);
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

CallEvent Noted(const std::vector<Diagnosis>& diagnoses) {
  CallEvent event = Accepted();
  event.diagnoses = diagnoses;
  return event;
}

TEST(DiagnosisTallyTest, GroupsByRuleAndShowsTheFirstText) {
  DiagnosisTally tally;
  for (int i = 0; i < 60; ++i) {
    const std::vector<Diagnosis> one = {{"throttle", "free in 0." + std::to_string(i) + " s", ""}};
    tally.Add(Noted(one));
  }
  EXPECT_EQ(tally.Report(), "60 x throttle, the first: free in 0.0 s\n");
}

TEST(DiagnosisTallyTest, TakesExceptionsByRule) {
  DiagnosisTally tally({"random_malformed", "trottle"});
  const std::vector<Diagnosis> one = {{"random_malformed", "random=ff", ""}};
  tally.Add(Noted(one));
  EXPECT_TRUE(tally.empty());
  tally.Add(Refused());
  EXPECT_EQ(tally.Report(),
            "1 x name_too_long (90001): slot 1 has 51 bytes; remedy: shorten it\n"
            "--except trottle: there was no such diagnosis\n");
}

TEST(DiagnosisTallyTest, IsBounded) {
  DiagnosisTally tally;
  for (std::size_t i = 0; i < DiagnosisTally::kMaxRules + 3; ++i) {
    const std::vector<Diagnosis> one = {{"n" + std::to_string(i), "", ""}};
    tally.Add(Noted(one));
  }
  EXPECT_THAT(tally.Report(), testing::EndsWith("and 3 others\n"));
}

}  // namespace
}  // namespace timock::app
