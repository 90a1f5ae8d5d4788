#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <map>
#include <memory>
#include <optional>
#include <utility>

#include "cli/commands.h"
#include "report/console.h"
#include "report/report_diff.h"
#include "report/report_files.h"
#include "run/plan.h"
#include "run/selection.h"
#include "run/suite.h"
#include "target/name_keeper.h"
#include "target/options.h"
#include "wire/config_error.h"
#include "wire/interrupt.h"
#include "wire/report_file.h"

namespace timock::conformance {
namespace {

struct RunOptions {
  TargetOptions target;
  std::string expect;  ///< Empty: none for live targets, the default profile for others.
  std::map<std::string, std::string> report_files;  ///< By flag.
  std::string before_file;                          ///< Compared with; empty: with nothing.
  std::string known_failing_file;
  bool plan = false;
  bool verbose = false;
  std::string snapshot_file;  ///< Empty: in the state folder.
};

constexpr const char* kRunExamples = R"(
Examples:
  timock-conformance run                                    the fake, in process
  timock-conformance run --target in-process-https          the same cases over HTTPS
  timock-conformance run --profile lenient --expect lenient
  timock-conformance run --gtest_filter='documented/*' --json report.json --junit report.xml
  timock-conformance run --target http://127.0.0.1:8080     a server that runs already
  timock-conformance run --target 'exec:timock serve --port 0'
  timock-conformance run --target real --region singapore --credentials FILE)";

constexpr const char* kPlanNotes = R"(
Counted against the fake, in no real time. A server that throttles later than documented gets up
to three times as many of the calls that use up the limit.

Examples:
  timock-conformance plan --target real --region singapore --credentials FILE
  timock-conformance plan --target https://im.example --allow-writes --gtest_filter='*/R8.*')";

/// Lines "FULL/NAME reason"; an empty line or one with # does not count.
std::map<std::string, std::string> ReadKnownFailing(const std::string& path) {
  std::map<std::string, std::string> known;
  if (path.empty()) return known;
  std::ifstream file(path);
  // A folder can be opened, but not read.
  if (!file || std::filesystem::is_directory(path)) {
    throw ConfigError("--known-failing " + path + ": cannot be read");
  }
  std::string line;
  for (int number = 1; std::getline(file, line); ++number) {
    if (line.empty() || line.front() == '#') continue;
    const std::size_t space = line.find(' ');
    if (space == std::string::npos) {
      throw ConfigError(path + ":" + std::to_string(number) +
                        ": expected a name, a space, a reason");
    }
    known[line.substr(0, space)] = line.substr(space + 1);
  }
  return known;
}

SuiteOptions SuiteOptionsOf(const RunOptions& options) {
  SuiteOptions suite{.known_failing = ReadKnownFailing(options.known_failing_file)};
  std::string expect = options.expect;
  if (expect.empty()) expect = RulesOf(options.target).live ? "none" : "seed-2022-04";
  if (expect != "none") suite.profile = ExpectedProfile::Load(expect);
  return suite;
}

std::vector<PlannedCase> PlanOf(const RunOptions& options, const std::vector<Case>& cases,
                                const Held& profile) {
  const std::unique_ptr<PlanTarget> target = MakePlan(options.target);
  return MakeThePlan(cases, GivenFilter(), *target, profile);
}

/// Refuses what makes no difference to a plan.
void CheckPlanFlags(const CLI::App& command) {
  std::vector<std::string> of_runs = {"--diff", "--known-failing", "--snapshot"};
  for (const ReportFormat& format : ReportFormats()) {
    if (format.flag != std::string("--json")) of_runs.emplace_back(format.flag);
  }
  for (const std::string& flag : of_runs) {
    if (command.count(flag) > 0) throw ConfigError(flag + " goes with a run, not with --plan");
  }
}

/// What a run is going to do that a live target's owner should know of first.
void Announce(const RunOptions& options, const std::vector<PlannedCase>& plan, std::ostream& out) {
  for (const std::string& text :
       {OverloadText(plan), BadSignatureText(plan, options.target.bad_signature_interval_s)}) {
    if (!text.empty()) out << text << '\n' << std::flush;
  }
}

int Plan(const RunOptions& options, std::ostream& out) {
  const std::vector<PlannedCase> plan =
      PlanOf(options, ShippedCases(), SuiteOptionsOf(options).profile);
  WriteReport("--json", options.report_files.at("--json"), PlanJson(plan, options.target.target));
  out << PlanText(plan);
  if (RulesOf(options.target).live) Announce(options, plan, out);
  return kExitConforms;
}

/// GoogleTest would end the process over them in the middle of the run, with exit code 1.
void CheckShards() {
  const auto number = [](const char* name) {
    const char* const text = std::getenv(name);
    return text == nullptr ? -1 : std::atoi(text);
  };
  const int index = number("GTEST_SHARD_INDEX");
  const int total = number("GTEST_TOTAL_SHARDS");
  if (index == -1 && total == -1) return;
  if (index < 0 || index >= total) {
    throw ConfigError(
        "GTEST_SHARD_INDEX and GTEST_TOTAL_SHARDS of the environment: expected an index from 0 to "
        "one below the total");
  }
}

int Run(const RunOptions& options, std::ostream& out) {
  CheckShards();
  const std::vector<Case> cases = ShippedCases();
  SuiteOptions suite = SuiteOptionsOf(options);
  const std::unique_ptr<Target> target = MakeTarget(options.target);
  if (const std::string why = WhyNotReachable(cases, *target); !why.empty()) {
    throw UnreachableError(target->secrets().Redacted(target->Describe() + ": " + why));
  }
  if (target->rules().live) Announce(options, PlanOf(options, cases, suite.profile), out);
  NameKeeper keeper(*target, options.snapshot_file, out);
  Console console(out, &out == &std::cout && isatty(STDOUT_FILENO) != 0, options.verbose);
  std::optional<DiffReporter> diff;
  if (!options.before_file.empty()) diff.emplace(options.before_file, out);
  ReportFiles files(options.report_files);
  suite.reporters = {&console, &files};
  if (diff) suite.reporters.insert(suite.reporters.begin() + 1, &*diff);
  const RunSummary summary = RunSuite(cases, *target, suite);
  ClearInterrupt();
  const bool put_back = keeper.PutBack();
  for (Reporter* const reporter : suite.reporters) reporter->OnEnd(summary);
  return put_back || summary.interrupted_by != 0 ? ExitCode(summary) : kExitUnreachable;
}

void AddSharedOptions(CLI::App* command, RunOptions* options) {
  AddTargetOptions(*command, &options->target);
  command->add_option(
      "--expect", options->expect,
      "What undetermined cases, and on a live target those of clients, are held to: "
      "a profile's name or file, or none, which only records them (default: "
      "seed-2022-04; none for live targets)");
  command->add_option("--json", options->report_files["--json"], "Write a report here");
}

}  // namespace

void AddRunCommand(CLI::App* program, Command* chosen) {
  CLI::App* const command = program->add_subcommand("run", "Run the cases");
  const auto options = std::make_shared<RunOptions>();
  AddSharedOptions(command, options.get());
  for (const ReportFormat& format : ReportFormats()) {
    if (options->report_files.contains(format.flag)) continue;
    command->add_option(format.flag, options->report_files[format.flag], format.help);
  }
  command->add_option("--diff", options->before_file,
                      "Print what differs from an earlier report of run --json");
  command->add_option("--known-failing", options->known_failing_file,
                      "Cases that may fail: a full name, a space and the reason on each line");
  command->add_option("--snapshot", options->snapshot_file,
                      "Live targets: where the names are kept while they are changed (default: in "
                      "the user's state folder)");
  command->add_flag("--verbose", options->verbose,
                    "Tell every failure in full; by default the first of those that share a cause");
  command->add_flag("--plan", options->plan, "Send nothing, only tell: as the command plan");
  command->footer(kRunExamples);
  command->callback([chosen, options, command] {
    if (options->plan) CheckPlanFlags(*command);
    *chosen = [options](std::ostream& out) {
      return options->plan ? Plan(*options, out) : Run(*options, out);
    };
  });
}

void AddPlanCommand(CLI::App* program, Command* chosen) {
  CLI::App* const command = program->add_subcommand(
      "plan", "Print every request that a run would send, and send none of them");
  const auto options = std::make_shared<RunOptions>();
  AddSharedOptions(command, options.get());
  command->footer(kPlanNotes);
  command->callback([chosen, options] {
    *chosen = [options](std::ostream& out) { return Plan(*options, out); };
  });
}

}  // namespace timock::conformance
