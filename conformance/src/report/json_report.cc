#include "report/json_report.h"

#include "judge/result.h"
#include "report/causes.h"
#include "report/expectation_text.h"
#include "wire/stopwatch.h"

namespace timock::conformance {
namespace {

using nlohmann::ordered_json;

ordered_json ResultJson(const CaseResult& result, Target& target, const Held& held) {
  const Case& one = *result.one;
  ordered_json json = {{"id", one.id},
                       {"entry", one.entry},
                       {"level", LevelName(one.level)},
                       {"rule", one.rule},
                       {"title", one.title},
                       {"verdict", VerdictName(result.verdict)},
                       {"milliseconds", static_cast<double>(result.duration.count()) / 1e6}};
  if (!one.source_switch.empty()) json["switch"] = one.source_switch;
  if (result.error_code) json["error_code"] = *result.error_code;
  const Secrets& secrets = target.secrets();
  for (const std::string& reason : result.reasons) {
    json["reasons"].push_back(secrets.Redacted(reason));
  }
  if (result.verdict != Verdict::kFailed) return json;
  json["expected"] = ExpectationText(one, held);
  json["source"] = {
      {"doc", one.source_doc}, {"text", one.SourceText()}, {"quote", one.source_quote}};
  if (!one.source_english.empty()) json["source"]["in_english"] = one.source_english;
  for (const Exchange& exchange : result.exchanges) {
    json["exchanges"].push_back({{"curl", CurlLine(exchange.request, target.BaseUrl(), secrets)},
                                 {"http_status", exchange.reply.status},
                                 {"reply", secrets.Redacted(exchange.reply.body)},
                                 {"failure", secrets.Redacted(exchange.reply.failure)}});
  }
  return json;
}

}  // namespace

ordered_json ReportJson(const RunSummary& summary, Target& target) {
  ordered_json json;
  json["header"] = {{"suite", "timock-conformance " TIMOCK_VERSION},
                    {"target", summary.target},
                    {"profile", summary.profile},
                    {"unix_seconds", std::chrono::floor<std::chrono::seconds>(UnixNow()).count()}};
  json["results"] = ordered_json::array();
  for (const CaseResult& result : summary.results) {
    json["results"].push_back(ResultJson(result, target, summary.held));
  }
  ordered_json& counts = json["footer"]["counts"];
  for (std::size_t i = 0; i < kVerdicts; ++i) {
    counts[VerdictName(static_cast<Verdict>(i))] = summary.Counts()[i];
  }
  json["footer"]["not_run"] = summary.not_run.size();
  json["footer"]["conclusion"] = target.secrets().Redacted(Conclusion(summary));
  json["footer"]["exit_code"] = ExitCode(summary);
  if (summary.interrupted_by != 0) json["footer"]["interrupted_by"] = summary.interrupted_by;
  if (!summary.own_fault.empty()) json["footer"]["own_fault"] = summary.own_fault;
  if (!summary.unreachable.empty()) json["footer"]["unreachable"] = summary.unreachable;
  if (!summary.stale_known_failing.empty()) {
    json["footer"]["stale_known_failing"] = summary.stale_known_failing;
  }
  for (const Cause& cause : CausesOf(summary.results)) {
    json["footer"]["causes"].push_back(
        {{"reason", target.secrets().Redacted(cause.reason)}, {"cases", cause.cases.size()}});
  }
  return json;
}

std::string JsonReport(const RunSummary& summary, Target& target) {
  return ReportJson(summary, target).dump(2, ' ', false, ordered_json::error_handler_t::replace) +
         "\n";
}

}  // namespace timock::conformance
