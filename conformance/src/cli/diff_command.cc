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

Exit codes: 0 the same, 1 different, 2 a file that is no report or was cut.)";

struct Group {
  const char* title;
  const char* member;
  std::vector<CaseChange> ReportDiff::*changes;
};
constexpr Group kGroups[] = {{"another verdict", "verdicts", &ReportDiff::verdicts},
                             {"another error code", "error_codes", &ReportDiff::error_codes},
                             {"only in the second", "appeared", &ReportDiff::appeared},
                             {"only in the first", "vanished", &ReportDiff::vanished}};

void Print(const ReportDiff& diff, std::ostream& out) {
  for (const Group& group : kGroups) {
    const std::vector<CaseChange>& changes = diff.*group.changes;
    if (changes.empty()) continue;
    out << group.title << ": " << changes.size() << '\n';
    for (const CaseChange& change : changes) {
      const bool both = !change.before.empty() && !change.after.empty();
      out << "  " << change.name << ": " << change.before << (both ? " -> " : "") << change.after
          << '\n';
    }
  }
  if (diff.Same()) out << "no case differs\n";
}

void PrintJson(const ReportDiff& diff, std::ostream& out) {
  nlohmann::ordered_json json;
  for (const Group& group : kGroups) {
    json[group.member] = nlohmann::ordered_json::array();
    for (const CaseChange& change : diff.*group.changes) {
      nlohmann::ordered_json entry = {{"case", change.name}};
      if (!change.before.empty()) entry["before"] = change.before;
      if (!change.after.empty()) entry["after"] = change.after;
      json[group.member].push_back(std::move(entry));
    }
  }
  out << json.dump(2) << '\n';
}

int Diff(const DiffOptions& options, std::ostream& out) {
  const ReportDiff diff = DiffReports(ReadReport(options.before), ReadReport(options.after));
  options.json ? PrintJson(diff, out) : Print(diff, out);
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
