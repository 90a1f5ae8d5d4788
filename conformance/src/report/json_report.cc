#include "report/json_report.h"

#include "judge/result.h"
#include "report/conclusion.h"
#include "report/expectation_text.h"
#include "wire/encoding.h"

namespace timock::conformance {
namespace {

using nlohmann::ordered_json;

ordered_json ResultJson(const CaseResult& result, const Held& held) {
  const Case& one = *result.one;
  ordered_json json = {{"id", one.id},
                       {"entry", one.entry},
                       {"level", LevelName(one.level)},
                       {"rule", one.rule},
                       {"rule_title", one.rule_title},
                       {"title", one.title},
                       {"verdict", VerdictName(result.verdict)},
                       {"milliseconds", static_cast<double>(result.duration.count()) / 1e6}};
  if (!one.source_switch.empty()) json["switch"] = one.source_switch;
  if (result.error_code) json["error_code"] = *result.error_code;
  for (const std::string& reason : result.reasons) json["reasons"].push_back(reason);
  if (result.verdict != Verdict::kFailed && result.verdict != Verdict::kKnownFailing) return json;
  json["expected"] = ExpectationText(one, held);
  json["source"] = {
      {"doc", one.source_doc}, {"text", one.SourceText()}, {"quote", one.source_quote}};
  if (!one.source_english.empty()) json["source"]["in_english"] = one.source_english;
  for (const ShownExchange& exchange : result.exchanges) {
    json["exchanges"].push_back({{"curl", exchange.curl},
                                 {"http_status", exchange.http_status},
                                 {"reply", exchange.body},
                                 {"failure", exchange.failure}});
  }
  return json;
}

}  // namespace

ordered_json ReportJson(const RunSummary& summary) {
  ordered_json json;
  json["header"] = {{"suite", "timock-conformance " TIMOCK_VERSION},
                    {"target", summary.target},
                    {"profile", summary.profile},
                    {"cases_sha256", summary.cases_sha256},
                    {"profile_sha256", summary.held ? summary.held->Sha256() : ""},
                    {"unix_seconds", summary.began.count()}};
  json["results"] = ordered_json::array();
  for (const CaseResult& result : summary.results) {
    json["results"].push_back(ResultJson(result, summary.held));
  }
  ordered_json& counts = json["footer"]["counts"];
  for (std::size_t i = 0; i < kVerdicts; ++i) {
    counts[VerdictName(static_cast<Verdict>(i))] = summary.Counts()[i];
  }
  json["footer"]["levels"] = ordered_json::array();
  for (const LevelResult& level : LevelsOf(summary)) {
    json["footer"]["levels"].push_back({{"level", LevelName(level.level)},
                                        {"meaning", LevelMeaning(level.level)},
                                        {"passed", level.passed},
                                        {"failed", level.failed},
                                        {"recorded", level.recorded},
                                        {"not_run", level.not_run},
                                        {"result", level.Text()}});
  }
  json["footer"]["not_run"] = summary.not_run.size();
  json["footer"]["conclusion"] = Conclusion(summary);
  json["footer"]["exit_code"] = ExitCode(summary);
  if (summary.interrupted_by != 0) json["footer"]["interrupted_by"] = summary.interrupted_by;
  if (!summary.own_fault.empty()) json["footer"]["own_fault"] = summary.own_fault;
  if (!summary.unreachable.empty()) json["footer"]["unreachable"] = summary.unreachable;
  if (!summary.stale_known_failing.empty()) {
    json["footer"]["stale_known_failing"] = summary.stale_known_failing;
  }
  for (const Cause& cause : CausesOf(summary.results)) {
    json["footer"]["causes"].push_back({{"reason", cause.reason}, {"cases", cause.cases.size()}});
  }
  return json;
}

std::string JsonReport(const RunSummary& summary) {
  return ReportJson(summary).dump(2, ' ', false, ordered_json::error_handler_t::replace) + "\n";
}

}  // namespace timock::conformance
