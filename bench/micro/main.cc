// Google Benchmark's own main exits 0 when nothing ran and when a benchmark failed; this one does
// not.

#include <benchmark/benchmark.h>

#include <memory>
#include <vector>

namespace {

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

constexpr int kFailed = 1;
constexpr int kUsage = 2;
constexpr int kNothingRan = 5;

}  // namespace

int main(int argc, char** argv) {
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return kUsage;
  FailureWatch watch;
  if (benchmark::RunSpecifiedBenchmarks(&watch) == 0) return kNothingRan;
  return watch.failed() ? kFailed : 0;
}
