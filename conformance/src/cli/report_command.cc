#include <CLI/CLI.hpp>
#include <memory>
#include <vector>

#include "cli/commands.h"
#include "report/report_diff.h"
#include "report/report_matrix.h"
#include "wire/report_file.h"

namespace timock::conformance {
namespace {

struct ReportOptions {
  std::string kind;
  std::vector<std::string> reports;
  std::string html;
};

constexpr const char* kReportExamples = R"(
Examples:
  timock-conformance run --json fake.json
  timock-conformance run --target http://127.0.0.1:8080 --json ours.json
  timock-conformance report matrix fake.json ours.json --html both.html

Exit codes: 0 written, 2 a file that is not a report or was cut, 4 the page cannot be written.)";

}  // namespace

void AddReportCommand(CLI::App* program, Command* chosen) {
  CLI::App* const command = program->add_subcommand(
      "report", "Show the reports of several servers or dates side by side");
  const auto options = std::make_shared<ReportOptions>();
  command->add_option("KIND", options->kind, "matrix: a column for each report")
      ->required()
      ->check(CLI::IsMember({"matrix"}));
  command->add_option("REPORT", options->reports, "Reports of run --json")
      ->required()
      ->expected(-2);
  command->add_option("--html", options->html, "Write the page here, which needs no network")
      ->required();
  command->footer(kReportExamples);
  command->callback([chosen, options] {
    *chosen = [options](std::ostream& out) {
      std::vector<nlohmann::json> reports;
      for (const std::string& path : options->reports) reports.push_back(ReadReport(path));
      const ReportMatrix matrix = CompareReports(reports);
      WriteReport("--html", options->html, matrix.page);
      out << matrix.conclusion << "; " << options->html << " shows them\n";
      return kExitConforms;
    };
  });
}

}  // namespace timock::conformance
