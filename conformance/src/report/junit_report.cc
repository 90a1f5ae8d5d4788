#include "report/junit_report.h"

#include <iomanip>
#include <sstream>

#include "judge/result.h"
#include "report/conclusion.h"
#include "wire/printable.h"

namespace timock::conformance {
namespace {

std::string Seconds(std::chrono::nanoseconds time) {
  std::ostringstream text;
  text << std::fixed << std::setprecision(3) << static_cast<double>(time.count()) / 1e9;
  return text.str();
}

std::string Attribute(const std::string& name, const std::string& value) {
  return " " + name + "=\"" + XmlText(value) + '"';
}

/// Cases of one level and rule.
struct JunitSuite {
  std::string cases;
  std::size_t tests = 0;
  std::size_t failures = 0;
  std::size_t skipped = 0;
  std::chrono::nanoseconds time{0};

  std::string Counts() const {
    return Attribute("tests", std::to_string(tests)) +
           Attribute("failures", std::to_string(failures)) + Attribute("errors", "0") +
           Attribute("skipped", std::to_string(skipped)) + Attribute("time", Seconds(time));
  }
};

class JunitWriter {
 public:
  void Add(const CaseResult& result) {
    std::string reasons;
    for (const std::string& reason : result.reasons) {
      reasons += (reasons.empty() ? "" : "\n") + reason;
    }
    JunitSuite& suite = Begin(*result.one, result.duration);
    suite.cases += Attribute("verdict", VerdictName(result.verdict)) + ">";
    if (result.verdict == Verdict::kFailed) {
      ++suite.failures;
      suite.cases +=
          "<failure" + Attribute("message", reasons) + ">" + XmlText(reasons) + "</failure>";
    } else if (result.verdict == Verdict::kSkipped || result.verdict == Verdict::kKnownFailing) {
      ++suite.skipped;
      suite.cases += "<skipped" + Attribute("message", reasons) + "/>";
    }
    suite.cases += "</testcase>\n";
  }

  /// The run fails over an entry of the known-failing list that is not true any more.
  void AddStale(const std::string& name) {
    JunitSuite& suite = suites_["known-failing"];
    ++suite.tests;
    ++suite.failures;
    suite.cases += "<testcase" + Attribute("name", name) + Attribute("classname", "known-failing") +
                   "><failure" + Attribute("message", kStale) + "/></testcase>\n";
  }

  void AddNotRun(const Case& one, const std::string& why) {
    JunitSuite& suite = Begin(one, {});
    ++suite.skipped;
    suite.cases += "><skipped" + Attribute("message", "not run: " + why) + "/></testcase>\n";
  }

  std::string Xml(const RunSummary& summary) const {
    JunitSuite total;
    std::string suites;
    for (const auto& [name, suite] : suites_) {
      suites += "<testsuite" + Attribute("name", name) + suite.Counts() + ">\n" + suite.cases +
                "</testsuite>\n";
      total.tests += suite.tests;
      total.failures += suite.failures;
      total.skipped += suite.skipped;
      total.time += suite.time;
    }
    if (const std::string why = summary.own_fault + summary.unreachable; !why.empty()) {
      suites +=
          "<testsuite name=\"run\" tests=\"1\" failures=\"0\" errors=\"1\"><testcase "
          "name=\"run\" classname=\"run\"><error" +
          Attribute("message", why) + "/></testcase></testsuite>\n";
    }
    return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites" +
           Attribute("name", summary.target) + total.Counts() + ">\n" + suites + "</testsuites>\n";
  }

 private:
  JunitSuite& Begin(const Case& one, std::chrono::nanoseconds time) {
    const std::string name = LevelName(one.level) + "/" + one.rule;
    JunitSuite& suite = suites_[name];
    ++suite.tests;
    suite.time += time;
    suite.cases += "<testcase" + Attribute("name", one.id.substr(one.id.find('.') + 1)) +
                   Attribute("classname", name) + Attribute("time", Seconds(time));
    return suite;
  }

  std::map<std::string, JunitSuite> suites_;
};

}  // namespace

std::string JunitReport(const RunSummary& summary) {
  JunitWriter writer;
  for (const CaseResult& result : summary.results) writer.Add(result);
  for (const std::string& name : summary.stale_known_failing) writer.AddStale(name);
  for (const Case* const one : summary.not_run) {
    writer.AddNotRun(*one, "signal " + std::to_string(summary.interrupted_by));
  }
  return writer.Xml(summary);
}

}  // namespace timock::conformance
