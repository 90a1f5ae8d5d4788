#include <unistd.h>

#include <CLI/CLI.hpp>
#include <fstream>
#include <iostream>
#include <map>
#include <memory>

#include "commands.h"
#include "console.h"
#include "json_report.h"
#include "suite.h"
#include "target_options.h"

namespace timock::conformance {
namespace {

struct RunOptions {
  TargetOptions target;
  std::string expect;  ///< Empty: none for live targets, the default profile for others.
  std::string json_file;
  std::string junit_file;
  std::string known_failing_file;
};

constexpr const char* kExamples = R"(
Examples:
  timock-conformance run                                    the fake, in process
  timock-conformance run --target in-process-https          the same cases over HTTPS
  timock-conformance run --profile lenient --expect lenient
  timock-conformance run --gtest_filter='documented/*' --json report.json --junit report.xml
  timock-conformance run --target http://127.0.0.1:8080     a server that runs already
  timock-conformance run --target 'exec:timock serve --port 0'
  timock-conformance run --target real --region singapore --credentials FILE)";

/// Lines "FULL/NAME reason"; an empty line or one with # does not count.
std::map<std::string, std::string> ReadKnownFailing(const std::string& path) {
  std::map<std::string, std::string> known;
  if (path.empty()) return known;
  std::ifstream file(path);
  if (!file) throw CaseError("--known-failing " + path + ": cannot be read");
  std::string line;
  for (int number = 1; std::getline(file, line); ++number) {
    if (line.empty() || line.front() == '#') continue;
    const std::size_t space = line.find(' ');
    if (space == std::string::npos) {
      throw CaseError(path + ":" + std::to_string(number) + ": expected a name, a space, a reason");
    }
    known[line.substr(0, space)] = line.substr(space + 1);
  }
  return known;
}

SuiteOptions SuiteOptionsOf(const RunOptions& options) {
  SuiteOptions suite{.known_failing = ReadKnownFailing(options.known_failing_file)};
  std::string expect = options.expect;
  if (expect.empty()) expect = IsLive(options.target) ? "none" : "seed-2022-04";
  if (expect != "none") suite.profile = ExpectedProfile::Load(expect);
  return suite;
}

void WriteReport(const std::string& flag, const std::string& path, const std::string& text) {
  if (path.empty()) return;
  std::ofstream file(path);
  file << text;
  if (!file.flush()) throw CaseError(flag + " " + path + ": cannot be written");
}

int Run(const RunOptions& options, std::ostream& out) {
  const std::vector<Case> cases = ShippedCases();
  SuiteOptions suite = SuiteOptionsOf(options);
  const std::unique_ptr<Target> target = MakeTarget(options.target);
  if (const std::string why = WhyNotReachable(cases, *target); !why.empty()) {
    throw UnreachableError(target->Describe() + ": " + target->secrets().Redacted(why));
  }
  Console console(out, *target, &out == &std::cout && isatty(STDOUT_FILENO) != 0);
  suite.on_result = [&](const CaseResult& result) { console.OnResult(result); };
  const RunSummary summary = RunSuite(cases, *target, suite);
  console.Summarize(summary);
  WriteReport("--json", options.json_file, JsonReport(summary, *target));
  return ExitCode(summary);
}

}  // namespace

void AddRunCommand(CLI::App* program, Command* chosen) {
  CLI::App* const command = program->add_subcommand("run", "Run the cases");
  const auto options = std::make_shared<RunOptions>();
  AddTargetOptions(*command, &options->target);
  command->add_option("--expect", options->expect,
                      "What undetermined cases are held to: a profile's name or file, or none "
                      "(default: seed-2022-04; none for live targets)");
  command->add_option("--json", options->json_file, "Write a report here");
  command->add_option("--junit", options->junit_file,
                      "Write JUnit XML here, as --gtest_output=xml:FILE does");
  command->add_option("--known-failing", options->known_failing_file,
                      "Cases that may fail: a full name, a space and the reason on each line");
  command->footer(kExamples);
  command->callback(
      [chosen, options] { *chosen = [options](std::ostream& out) { return Run(*options, out); }; });
}

}  // namespace timock::conformance
