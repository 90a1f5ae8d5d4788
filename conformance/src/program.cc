#include "program.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <memory>
#include <utility>

#include "console.h"
#include "json_report.h"
#include "suite.h"
#include "target_inprocess.h"
#include "target_url.h"

namespace timock::conformance {
namespace {

enum ExitCodes { kConforms = 0, kUsage = 2, kUnreachable = 3, kOwnFault = 4 };

struct Options {
  std::string target = "in-process";
  std::string expect = "seed-2022-04";
  std::string serve_profile = "seed-2022-04";
  std::string ca_file;
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
  timock-conformance list

Exit codes: 0 conforms, 1 does not, 2 usage or configuration, 3 target unreachable or
credentials refused, 4 a fault of the suite itself, 5 nothing ran.)";

std::string Variable(const char* name) {
  const char* value = std::getenv(name);
  return value != nullptr ? value : "";
}

/// An identity without identifier where TIMOCK_SDKAPPID and TIMOCK_IDENTIFIER are not both set.
Identity IdentityFromEnvironment() {
  const std::string sdkappid = Variable("TIMOCK_SDKAPPID");
  Identity who{.identifier = Variable("TIMOCK_IDENTIFIER"),
               .key = Variable("TIMOCK_SECRET_KEY"),
               .user_sig = Variable("TIMOCK_USERSIG")};
  if (sdkappid.empty() || who.identifier.empty()) return {};
  const char* const end = sdkappid.data() + sdkappid.size();
  if (std::from_chars(sdkappid.data(), end, who.sdkappid).ptr != end) {
    throw CaseError("TIMOCK_SDKAPPID is \"" + sdkappid + "\"; expected decimal digits");
  }
  return who;
}

std::unique_ptr<Target> MakeTarget(const Options& options) {
  constexpr std::pair<std::string_view, Door> kDoors[] = {{"in-process", Door::kHandle},
                                                          {"in-process-http", Door::kHttp},
                                                          {"in-process-https", Door::kHttps}};
  for (const auto& [name, door] : kDoors) {
    if (options.target == name) {
      return MakeInProcessTarget({.door = door, .profile = options.serve_profile});
    }
  }
  UrlOptions url{
      .url = options.target, .ca_file = options.ca_file, .admin = IdentityFromEnvironment()};
  constexpr std::string_view kExec = "exec:";
  if (options.target.starts_with(kExec)) {
    return MakeExecTarget(options.target.substr(kExec.size()), url);
  }
  if (options.target.starts_with("http")) {
    if (!IsLoopback(options.target)) {
      throw CaseError("--target " + options.target +
                      ": only servers on this machine can be run against so far");
    }
    return MakeUrlTarget(url);
  }
  throw CaseError("--target " + options.target +
                  ": expected in-process, in-process-http, in-process-https, a URL or exec:CMD");
}

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

int Run(const Options& options, std::ostream& out) {
  const std::vector<Case> cases = ShippedCases();
  const std::unique_ptr<Target> target = MakeTarget(options);
  if (const std::string why = WhyNotReachable(cases, *target); !why.empty()) {
    throw UnreachableError(target->Describe() + ": " + target->secrets().Redacted(why));
  }
  SuiteOptions suite{.known_failing = ReadKnownFailing(options.known_failing_file)};
  if (options.expect != "none") suite.profile = ExpectedProfile::Load(options.expect);
  Console console(out, *target, &out == &std::cout && isatty(STDOUT_FILENO) != 0);
  suite.on_result = [&](const CaseResult& result) { console.OnResult(result); };
  const RunSummary summary = RunSuite(cases, *target, suite);
  console.Summarize(summary);
  if (!options.json_file.empty()) {
    std::ofstream file(options.json_file);
    file << JsonReport(summary, *target);
    if (!file.flush()) throw CaseError("--json " + options.json_file + ": cannot be written");
  }
  return ExitCode(summary);
}

int List(std::ostream& out) {
  for (const Case& one : ShippedCases()) {
    out << one.FullName() << "  " << one.title << '\n';
  }
  return kConforms;
}

}  // namespace

int RunProgram(std::vector<std::string> arguments, std::ostream& out, std::ostream& problems) {
  Options options;
  CLI::App app{"Holds a server of im_set_attr_name to what its vendor documents",
               "timock-conformance"};
  app.require_subcommand(1);
  app.footer(kExamples);
  CLI::App* const run = app.add_subcommand("run", "Run the cases");
  run->add_option("--target", options.target,
                  "in-process (default), in-process-http, in-process-https, a URL, or exec:CMD");
  run->add_option("--ca-file", options.ca_file, "PEM file of the authority that an https URL has");
  run->add_option("--expect", options.expect,
                  "What undetermined cases are held to: a profile's name or file, or none");
  run->add_option("--profile", options.serve_profile,
                  "The profile of the fake in process: a name or file");
  run->add_option("--json", options.json_file, "Write a report here");
  run->add_option("--junit", options.junit_file,
                  "Write JUnit XML here, as --gtest_output=xml:FILE does");
  run->add_option("--known-failing", options.known_failing_file,
                  "Cases that may fail: a full name, a space and the reason on each line");
  run->footer(kExamples);
  CLI::App* const list = app.add_subcommand("list", "Print all cases");
  std::reverse(arguments.begin(), arguments.end());
  try {
    app.parse(arguments);
  } catch (const CLI::ParseError& error) {
    return app.exit(error, out, problems) == 0 ? kConforms : kUsage;
  }
  try {
    return list->parsed() ? List(out) : Run(options, out);
  } catch (const UnreachableError& error) {
    problems << "timock-conformance: " << error.what() << '\n';
    return kUnreachable;
  } catch (const CaseError& error) {
    problems << "timock-conformance: " << error.what() << '\n';
    return kUsage;
  } catch (const std::exception& error) {
    problems << "timock-conformance: a fault of the suite itself: " << error.what() << '\n';
    return kOwnFault;
  }
}

}  // namespace timock::conformance
