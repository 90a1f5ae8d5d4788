// Every report of the suite, as a person approved it: tests/approved/.
#include <gtest/gtest.h>

#include <csignal>
#include <sstream>

#include "report/badge.h"
#include "report/console.h"
#include "report/html_report.h"
#include "report/json_report.h"
#include "report/junit_report.h"
#include "report/probe_report.h"
#include "report/report_diff.h"
#include "run/plan.h"
#include "tests/approved.h"

namespace timock::conformance {
namespace {

using std::chrono::milliseconds;
using test::DataOf;
using test::ExpectApproved;

Case NameTooLong() {
  Case one;
  one.id = one.entry = "R8.name_of_51_bytes";
  one.rule = "R8";
  one.rule_title = "The body: the keys \"0\" to \"9\", names of at most 50 bytes.";
  one.title = "A name of 51 bytes is refused";
  one.source_doc = "seed-21";
  one.source_quote = "an attribute name can contain up to 50 bytes";
  one.expect.code = CodeExpectation{.codes = {90'001}};
  return one;
}

Case Other(const std::string& id, Level level, const std::string& title) {
  Case one = NameTooLong();
  one.id = one.entry = id;
  one.rule = id.substr(0, id.find('.'));
  one.rule_title = "The title of rule " + one.rule + ".";
  one.title = title;
  one.level = level;
  return one;
}

/// A run with a result of each kind.
class ApprovedReportsTest : public testing::Test {
 protected:
  ApprovedReportsTest() {
    summary_.target = "http://127.0.0.1:8080";
    summary_.began = std::chrono::seconds{1'790'000'000};
    summary_.cases_sha256 = "c0ffee";
    summary_.page = {
        {.id = "seed-21", .quote = long_.source_quote, .covered_by = {long_.entry}},
        {.id = "seed-22", .quote = "Up to 100 calls a second", .covered_by = {limit_.entry}},
        {.id = "seed-23", .quote = "48 hours", .not_testable = "nobody waits so long"}};
    summary_.results = {
        {.one = &long_,
         .verdict = Verdict::kFailed,
         .reasons = {"ErrorCode is 0, expected 90001", "HTTP status is 500 & <not> 200"},
         .exchanges = {{.curl = "curl --data-raw '{\"AttrNames\":{\"0\":\"...\"}}' http://...",
                        .http_status = 500,
                        .body = "{\"ErrorCode\":0,\"ErrorInfo\":\"\xE5\x9F\x8E\"}"}},
         .error_code = 0,
         .duration = milliseconds{2}},
        {.one = &limit_,
         .error_code = 0,
         .duration = milliseconds{1'250},
         .shots = {{milliseconds{0}, milliseconds{1}, true},
                   {milliseconds{5}, milliseconds{6}, true},
                   {milliseconds{7}, milliseconds{9}, false},
                   {milliseconds{1'001}, milliseconds{1'002}, true}},
         .claim = {.limit = 2}},
        {.one = &known_, .verdict = Verdict::kKnownFailing, .reasons = {"no answer", "known: #7"}},
        {.one = &open_, .verdict = Verdict::kUndetermined, .error_code = 60'010},
        {.one = &skipped_, .verdict = Verdict::kSkipped, .reasons = {"the target lacks \"tls\""}}};
  }

  const Case long_ = NameTooLong();
  const Case limit_ = Other("T.hundred_pass", Level::kElsewhere, "100 calls pass");
  const Case known_ = Other("R13.idle", Level::kClient, "A connection may be idle");
  const Case open_ = Other("S4.not_admin", Level::kUndetermined, "Who is no admin is refused");
  const Case skipped_ = Other("R13.tls", Level::kUndetermined, "TLS 1.2 will do");
  RunSummary summary_;
};

TEST_F(ApprovedReportsTest, Console) {
  std::ostringstream out;
  Console console(out, false, false);
  for (const CaseResult& result : summary_.results) console.OnResult(result);
  console.OnEnd(summary_);
  ExpectApproved("run.txt", out.str());
}

TEST_F(ApprovedReportsTest, Json) { ExpectApproved("run.json", JsonReport(summary_)); }
TEST_F(ApprovedReportsTest, Junit) { ExpectApproved("run.junit.xml", JunitReport(summary_)); }
TEST_F(ApprovedReportsTest, Badge) { ExpectApproved("run.badge.json", BadgeJson(summary_)); }

TEST_F(ApprovedReportsTest, Html) { ExpectApproved("run.html.txt", DataOf(HtmlReport(summary_))); }

TEST_F(ApprovedReportsTest, AnInterruptedRun) {
  summary_.results.erase(summary_.results.begin());
  summary_.not_run = {&long_};
  summary_.interrupted_by = SIGINT;
  std::ostringstream out;
  Console(out, false, false).OnEnd(summary_);
  ExpectApproved("interrupted.txt", out.str());
}

TEST_F(ApprovedReportsTest, Diff) {
  RunSummary before = summary_;
  before.results[0].verdict = Verdict::kPassed;
  before.results[3].error_code = 90'009;
  before.results.pop_back();
  const ReportDiff diff =
      DiffReports(nlohmann::json(ReportJson(before)), nlohmann::json(ReportJson(summary_)));
  std::ostringstream text;
  PrintDiff(diff, text);
  ExpectApproved("diff.txt", text.str());
  std::ostringstream json;
  PrintDiffJson(diff, json);
  ExpectApproved("diff.json", json.str());
}

TEST(ApprovedPlanTest, TextAndJson) {
  const std::vector<PlannedCase> plan = {
      {"(whether the target answers)", {{"curl http://...", 1}}},
      {"documented/T.hundred_pass", {{"curl http://...", 300}}, {}, false, true},
      {"client/R13.tls", {}, {"the target lacks \"tls\""}}};
  ExpectApproved("plan.txt", PlanText(plan));
  ExpectApproved("plan.json", PlanJson(plan, "https://im.example"));
}

ProbeReport Probed() {
  ProbeReport report{.target = "http://127.0.0.1:8080", .plan = {.limit = 10}};
  ProbeFinding& found = report.finding;
  found.algorithm = "sliding_window";
  found.limit = 10;
  found.window = milliseconds{1'000};
  found.burst = 10;
  found.limit_range = {10, 10};
  found.window_range = {998.5, 1'001.25};
  found.burst_range = {10, 10};
  found.median_recovery = 1;
  found.evenness = 1.5;
  found.calls = 321;
  Experiment burst{.name = "burst", .shots = {}};
  for (int i = 0; i < 15; ++i) {
    burst.shots.push_back({milliseconds{20 * i}, milliseconds{20 * i + 1}, i < 10});
  }
  found.experiments = {burst};
  report.scope = {.pairs = {{"apps", Sharing::kApart, "", 10, 10},
                            {"admins", Sharing::kUnknown, "the target has one admin"}},
                  .calls = 40,
                  .scope = "app"};
  return report;
}

TEST(ApprovedProbeTest, TextJsonAndPage) {
  const ProbeReport report = Probed();
  std::ostringstream text;
  PrintProbe(report, text);
  ExpectApproved("probe.txt", text.str());
  ExpectApproved("probe.json", ProbeJson(report).dump(2) + "\n");
  ExpectApproved("probe.html.txt", DataOf(ProbePage(report)));
}

TEST(ApprovedProbeTest, WithoutAVerdict) {
  ProbeReport report{.target = "http://127.0.0.1:8080", .plan = {}};
  report.finding.invalid = "the client was late";
  std::ostringstream text;
  PrintProbe(report, text);
  ExpectApproved("probe_invalid.txt", text.str() + ProbeJson(report).dump(2) + "\n");
}

}  // namespace
}  // namespace timock::conformance
