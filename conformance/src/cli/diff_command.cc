#include <CLI/CLI.hpp>
#include <memory>

#include "cli/commands.h"
#include "report/report_diff.h"

namespace timock::conformance {
namespace {

struct DiffOptions {
  std::string before;
  std::string after;
  bool json = false;
};

constexpr const char* kDiffExamples = R"(
Examples:
  timock-conformance run --json monday.json
  timock-conformance run --json friday.json
  timock-conformance diff monday.json friday.json
  timock-conformance diff --json monday.json friday.json

Exit codes: 0 the same, 1 different, 2 a file that is not a report or was cut.)";

int Diff(const DiffOptions& options, std::ostream& out) {
  const ReportDiff diff = DiffReports(ReadReport(options.before), ReadReport(options.after));
  options.json ? PrintDiffJson(diff, out) : PrintDiff(diff, out);
  return diff.Same() ? kExitConforms : kExitDiffers;
}

}  // namespace

void AddDiffCommand(CLI::App* program, Command* chosen) {
  CLI::App* const command = program->add_subcommand("diff", "Compare the reports of two runs");
  const auto options = std::make_shared<DiffOptions>();
  command->add_option("BEFORE", options->before, "A report of run --json")->required();
  command->add_option("AFTER", options->after, "Another one")->required();
  command->add_flag("--json", options->json, "Print the difference as JSON");
  command->footer(kDiffExamples);
  command->callback([chosen, options] {
    *chosen = [options](std::ostream& out) { return Diff(*options, out); };
  });
}

}  // namespace timock::conformance
