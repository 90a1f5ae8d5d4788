#include "run/suite.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <sstream>
#include <utility>

#include "cases/embedded_fixture.h"
#include "judge/result.h"
#include "run/run_case.h"
#include "target/request_builder.h"
#include "wire/config_error.h"
#include "wire/encoding.h"
#include "wire/interrupt.h"
#include "wire/printable.h"
#include "wire/stopwatch.h"

namespace timock::conformance {
namespace {

constexpr const char* kBaseline = "R1.sample_call";
constexpr const char* kReadingBaseline = "R7.empty_object_is_no_input";
constexpr int kMaxUnanswered = 5;

/// "the reason; the next"
std::string Joined(const std::vector<std::string>& reasons) {
  std::string text;
  for (const std::string& reason : reasons) text += (text.empty() ? "" : "; ") + reason;
  return text;
}

struct SuiteRun {
  Target& target;
  const SuiteOptions& options;
  RunSummary& summary;
  int unanswered = 0;  ///< Cases that failed without any answer since the last one with one.
};

/// The one door from a case to the reporters: what has passed it holds no secret. The exchanges
/// are for those who look at a failure.
CaseResult Shown(const RawResult& raw, Target& target) {
  const Secrets& secrets = target.secrets();
  CaseResult shown = static_cast<const CaseResult&>(raw);
  for (std::string& reason : shown.reasons) reason = secrets.Redacted(reason);
  if (raw.verdict != Verdict::kFailed) return shown;
  for (const auto& [request, reply] : raw.raw_exchanges) {
    shown.exchanges.push_back({CurlLine(request, target.BaseUrl(), secrets), reply.status,
                               secrets.Redacted(reply.body), secrets.Redacted(reply.failure)});
  }
  return shown;
}

/// One case as GoogleTest sees it.
class CaseTest : public testing::Test {
 public:
  CaseTest(const Case& one, SuiteRun& run) : case_(one), run_(run) {}

  void TestBody() override {
    if (InterruptedBy() != 0) return NotRun();
    RawResult raw{{.one = &case_}};
    if (!run_.summary.unreachable.empty()) {
      raw.verdict = Verdict::kSkipped;
      raw.reasons = {"the target was lost before"};
    } else {
      Try(&raw);
    }
    if (InterruptedBy() != 0) {
      run_.summary.unreachable.clear();
      run_.summary.own_fault.clear();
      return NotRun();  // what came of this case says nothing
    }
    CaseResult result = Shown(raw, run_.target);
    const auto known = run_.options.known_failing.find(case_.FullName());
    if (result.verdict == Verdict::kFailed && known != run_.options.known_failing.end()) {
      result.verdict = Verdict::kKnownFailing;
      result.reasons.push_back("known: " + known->second);
    }
    for (Reporter* const reporter : run_.options.reporters) reporter->OnResult(result);
    RecordProperty("verdict", VerdictName(result.verdict));
    const std::string reasons = Printable(Joined(result.reasons));
    const Verdict verdict = result.verdict;
    run_.summary.results.push_back(std::move(result));
    if (verdict == Verdict::kSkipped) GTEST_SKIP() << reasons;
    if (verdict == Verdict::kFailed) ADD_FAILURE() << reasons;
  }

 private:
  void NotRun() {
    run_.summary.not_run.push_back(&case_);
    GTEST_SKIP() << "not run: signal " << InterruptedBy();
  }

  void Try(RawResult* result) {
    const Secrets& secrets = run_.target.secrets();
    try {
      *result = RunCase(case_, run_.target, run_.options.profile);
    } catch (const UnreachableError& error) {
      result->verdict = Verdict::kFailed;
      result->reasons = {error.what()};
      if (++run_.unanswered >= kMaxUnanswered) {
        run_.summary.unreachable = secrets.Redacted(error.what());
      }
      return;
    } catch (const std::exception& error) {
      run_.summary.own_fault = secrets.Redacted(case_.FullName() + ": " + error.what());
      result->verdict = Verdict::kFailed;
      result->reasons = {run_.summary.own_fault};
      return;
    }
    const std::vector<Exchange>& exchanges = result->raw_exchanges;
    const bool answered =
        exchanges.empty() || exchanges.back().reply.status != 0 || exchanges.back().reply.cut;
    run_.unanswered = answered || result->verdict != Verdict::kFailed ? 0 : run_.unanswered + 1;
    if (run_.unanswered >= kMaxUnanswered) {
      run_.summary.unreachable = secrets.Redacted(exchanges.back().reply.failure);
    }
  }

  const Case& case_;
  SuiteRun& run_;
};

void Register(const Case& one, SuiteRun& run) {
  const std::string suite = LevelName(one.level) + "/" + one.rule;
  const std::string name = one.id.substr(one.id.find('.') + 1);
  testing::RegisterTest(suite.c_str(), name.c_str(), nullptr, nullptr, __FILE__, __LINE__,
                        [&one, &run]() -> testing::Test* { return new CaseTest(one, run); });
}

/// Entries whose case ran and did not fail, and entries that name no case at all. Those of cases
/// that a filter or another shard left out say nothing.
void FindStale(const std::vector<Case>& cases, const SuiteOptions& options, RunSummary* summary) {
  std::set<std::string> innocent;
  for (const Case& one : cases) innocent.insert(one.FullName());
  for (const CaseResult& result : summary->results) {
    if (result.verdict != Verdict::kKnownFailing) innocent.erase(result.one->FullName());
  }
  for (const auto& [name, reason] : options.known_failing) {
    if (!innocent.contains(name)) summary->stale_known_failing.push_back(name);
  }
}

std::vector<std::string> ShippedCaseFiles() {
  std::istringstream lines{std::string(CaseFiles())};
  std::vector<std::string> files;
  for (std::string file; std::getline(lines, file);) files.push_back(file);
  return files;
}

std::string CasesSha256() {
  std::string text;
  for (const std::string& file : ShippedCaseFiles()) text.append(EmbeddedFixture(file));
  return Sha256(text);
}

}  // namespace

std::vector<Case> ShippedCases() {
  std::vector<Case> all;
  std::set<std::string> ids;
  const std::vector<PageSentence> page = ShippedPage();
  for (const std::string& file : ShippedCaseFiles()) {
    for (Case& one : ReadCases(file, EmbeddedFixture(file), page)) {
      if (!ids.insert(one.id).second) {
        throw ConfigError(file + ": the id " + one.id + " is given twice");
      }
      all.push_back(std::move(one));
    }
  }
  return all;
}

std::string WhyNotReachable(const std::vector<Case>& cases, Target& target) {
  const std::string baseline = target.rules().live ? kReadingBaseline : kBaseline;
  const auto found =
      std::find_if(cases.begin(), cases.end(), [&](const Case& one) { return one.id == baseline; });
  if (found == cases.end()) throw ConfigError("there is no case " + baseline);
  target.Reset();
  const Reply reply = target.Send(BuildRequest(found->request, target));
  if (reply.cut) return "";
  if (reply.status == 0) return "no HTTP answer: " + reply.failure;
  const EnvelopeReading reading = ReadEnvelope(reply.body);
  if (!reading.envelope && reply.status != 200) {
    constexpr std::size_t kShown = 200;
    return "a valid call is answered with HTTP status " + std::to_string(reply.status) +
           " and no envelope: " + Printable(reply.body.substr(0, kShown));
  }
  if (!reading.envelope) return "";
  const int code = reading.envelope->error_code;
  const bool refused = (code >= 60'000 && code < 80'000) || code == 90'009 || code == 90'045;
  if (!refused) return "";
  return "a valid call is refused with ErrorCode " + std::to_string(code) + ": " +
         reading.envelope->error_info;
}

std::array<std::size_t, kVerdicts> RunSummary::Counts() const {
  std::array<std::size_t, kVerdicts> counts{};
  for (const CaseResult& result : results) ++counts[static_cast<std::size_t>(result.verdict)];
  return counts;
}

RunSummary RunSuite(const std::vector<Case>& cases, Target& target, const SuiteOptions& options) {
  RunSummary summary;
  summary.target = target.secrets().Redacted(target.Describe());
  summary.began = std::chrono::floor<std::chrono::seconds>(UnixNow());
  summary.cases_sha256 = CasesSha256();
  summary.held = options.profile;
  summary.page = ShippedPageRegister(cases);
  if (options.profile) summary.profile = options.profile->name();
  SuiteRun run{target, options, summary};
  for (const Case& one : cases) Register(one, run);
  testing::TestEventListeners& listeners = testing::UnitTest::GetInstance()->listeners();
  delete listeners.Release(listeners.default_result_printer());
  const auto failed = static_cast<std::size_t>(Verdict::kFailed);
  if (RUN_ALL_TESTS() != 0 && summary.Counts()[failed] == 0 && summary.own_fault.empty()) {
    summary.own_fault = "GoogleTest failed where no case did";
  }
  summary.interrupted_by = InterruptedBy();
  if (summary.interrupted_by == 0) FindStale(cases, options, &summary);
  return summary;
}

int ExitCode(const RunSummary& summary) {
  constexpr int kBySignal = 128;
  if (summary.interrupted_by != 0) return kBySignal + summary.interrupted_by;
  if (!summary.own_fault.empty()) return 4;
  const auto counts = summary.Counts();
  const std::size_t skipped = counts[static_cast<std::size_t>(Verdict::kSkipped)];
  if (summary.results.size() == skipped) return 5;
  const bool failed = counts[static_cast<std::size_t>(Verdict::kFailed)] > 0;
  return failed || !summary.stale_known_failing.empty() ? 1 : 0;
}

}  // namespace timock::conformance
