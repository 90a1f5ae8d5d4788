// Google Benchmark's own main exits 0 when nothing ran and when a benchmark failed; this one does
// not. And it can measure round trips to another server.

#include <benchmark/benchmark.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <exception>
#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include "round_trip.h"
#include "target/name_keeper.h"
#include "target/options.h"
#include "wire/exit_codes.h"

namespace {

namespace conformance = timock::conformance;

// Passes everything on to the reporter that the command line asked for.
class FailureWatch final : public benchmark::BenchmarkReporter {
 public:
  bool ReportContext(const Context& context) override { return reporter_->ReportContext(context); }
  void ReportRuns(const std::vector<Run>& runs) override {
    for (const Run& run : runs) failed_ = failed_ || run.error_occurred;
    reporter_->ReportRuns(runs);
  }
  void Finalize() override { reporter_->Finalize(); }
  bool failed() const { return failed_; }

 private:
  std::unique_ptr<benchmark::BenchmarkReporter> reporter_{
      benchmark::CreateDefaultDisplayReporter()};
  bool failed_ = false;
};

constexpr const char* kNotes = R"(
Without --target: what single calls and their parts cost, in this process. With it only round trips to
that server are measured, one call at a time; live targets get 50 calls, which read and change nothing
unless --allow-writes is given; then the names are put back at the end.
All flags of Google Benchmark work: --benchmark_filter, --benchmark_repetitions, --benchmark_out, ...

Examples:
  timock-bench --benchmark_filter='Handle|VerifyUserSig' --benchmark_repetitions=9
  timock-bench --target http://127.0.0.1:8080
  timock-bench --target real --region singapore --credentials FILE

Exit codes: 0 done, 1 a benchmark failed, 2 usage, 3 target unreachable, 5 nothing ran,
128 and its number after a signal.)";

int Measure() {
  FailureWatch watch;
  if (benchmark::RunSpecifiedBenchmarks(&watch) == 0) return conformance::kExitNothingRan;
  return watch.failed() ? conformance::kExitDiffers : 0;
}

int MeasureTarget(const conformance::TargetOptions& options) {
  const std::unique_ptr<conformance::Target> target =
      conformance::MakeTarget(options, {.apps = 1, .stop_clock = false});
  benchmark::ClearRegisteredBenchmarks();
  timock::RegisterRoundTrip(*target);
  return conformance::KeepingNames(*target, std::cerr, Measure);
}

int Run(int argc, char** argv) {
  conformance::TargetOptions options;
  options.target.clear();
  CLI::App app("Benchmarks of timock, and round trips to any server of the endpoint",
               "timock-bench");
  conformance::AddTargetOptions(app, &options);
  app.footer(kNotes);
  app.allow_extras();
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : conformance::kExitUsage;
  }
  // What is left is Google Benchmark's.
  std::vector<std::string> rest = app.remaining();
  std::vector<char*> arguments = {argv[0]};
  for (std::string& argument : rest) arguments.push_back(argument.data());
  int count = static_cast<int>(arguments.size());
  benchmark::Initialize(&count, arguments.data());
  if (benchmark::ReportUnrecognizedArguments(count, arguments.data())) {
    return conformance::kExitUsage;
  }
  if (options.target.empty()) return Measure();
  return conformance::RunToEnd("timock-bench", std::cerr, [&] { return MeasureTarget(options); });
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return Run(argc, argv);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "timock-bench: %s\n", error.what());
    return conformance::kExitOwnFault;
  }
}
