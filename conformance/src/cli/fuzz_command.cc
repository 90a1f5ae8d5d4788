#include <unistd.h>

#include <CLI/CLI.hpp>
#include <iostream>
#include <memory>
#include <random>

#include "cli/commands.h"
#include "fuzz/fuzz.h"
#include "target/options.h"
#include "wire/config_error.h"
#include "wire/printable.h"
#include "wire/stopwatch.h"

namespace timock::conformance {
namespace {

struct FuzzCommandOptions {
  TargetOptions target;
  std::string expect;  ///< Empty: the profile of the fake in process, or the default one.
  FuzzOptions fuzz;
};

constexpr const char* kFuzzExamples = R"(
Makes random calls of im_set_attr_name and im_get_attr_name: a valid one, changed in up to three
places. Each change breaks a switch of the profile or none, and the answer must be that of the
first broken one in the order of checks (PROTOCOL section 3), so the server must keep to --expect.
Of calls whose bytes were changed at random, and by --expect none of all, it must be one well-formed
answer. A refused call stores nothing, an accepted one is read back. The first failure is reduced
and printed as a case file.

Examples:
  timock-conformance fuzz                                   the fake, in process
  timock-conformance fuzz --calls 1000000 --profile lenient
  timock-conformance fuzz --target http://127.0.0.1:8080 --seed 7

A live target is never called; any other gives up the names of its app.

Exit codes: 0 no failure, 1 a failure, 2 usage or a live target, 3 unreachable.)";

int RunFuzz(FuzzCommandOptions options, std::ostream& out) {
  if (RulesOf(options.target).live) {
    throw ConfigError("fuzz never calls a live target, and " + options.target.target +
                      " is one; give a server of this machine, without --live");
  }
  std::string expect = options.expect.empty() ? options.target.profile : options.expect;
  if (expect != "none") options.fuzz.profile = ExpectedProfile::Load(expect);
  const std::unique_ptr<Target> target = MakeTarget(options.target);
  const bool progress = &out == &std::cout && isatty(STDOUT_FILENO) != 0;
  const std::string seed = "seed " + std::to_string(options.fuzz.seed);
  out << "plan: " << options.fuzz.calls << " calls to " << target->Describe() << ", " << seed
      << '\n'
      << std::flush;
  options.fuzz.progress = [&](std::uint64_t calls) {
    if (progress) out << "\r\033[K" << calls << " calls" << std::flush;
  };
  const std::chrono::nanoseconds began = MonotonicNow();
  const FuzzReport report = Fuzz(*target, options.fuzz);
  const auto took = std::chrono::duration<double>(MonotonicNow() - began).count();
  if (progress) out << "\r\033[K";
  if (!report.failure) {
    out << (report.calls < options.fuzz.calls ? "interrupted after " : "") << report.calls
        << " calls, no failure, " << seed << ", "
        << static_cast<std::uint64_t>(static_cast<double>(report.calls) / took)
        << " calls a second\n";
    return kExitConforms;
  }
  const FuzzFailure& failure = *report.failure;
  const Secrets& secrets = target->secrets();
  out << "FAILED call " << failure.call << ": " << failure.changes << "\n  "
      << Printable(secrets.Redacted(failure.problem)) << "\n  " << failure.curl << '\n'
      << secrets.Redacted(failure.case_file) << "a failure in " << report.calls << " calls, "
      << seed << '\n';
  return kExitDiffers;
}

}  // namespace

void AddFuzzCommand(CLI::App* program, Command* chosen) {
  CLI::App* const command =
      program->add_subcommand("fuzz", "Make random calls, right and wrong ones");
  const auto options = std::make_shared<FuzzCommandOptions>();
  AddTargetOptions(*command, &options->target);
  options->fuzz.seed = std::random_device()();
  command->add_option("--seed", options->fuzz.seed,
                      "Repeats a run exactly (default: another one each time, which is printed)");
  command->add_option("--calls", options->fuzz.calls, "How many (10000)")
      ->check(CLI::PositiveNumber);
  command->add_option("--expect", options->expect,
                      "The profile that the server keeps to, a name or file, or none (default: "
                      "that of --profile)");
  command->footer(kFuzzExamples);
  command->callback([chosen, options] {
    *chosen = [options](std::ostream& out) { return RunFuzz(*options, out); };
  });
}

}  // namespace timock::conformance
