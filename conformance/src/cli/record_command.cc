#include <unistd.h>

#include <CLI/CLI.hpp>
#include <iostream>
#include <memory>

#include "cli/commands.h"
#include "limiter/probe_sender.h"
#include "record/record.h"
#include "run/suite.h"
#include "target/name_keeper.h"
#include "target/options.h"
#include "wire/config_error.h"
#include "wire/report_file.h"
#include "wire/report_page.h"

namespace timock::conformance {
namespace {

struct RecordCommandOptions {
  TargetOptions target;
  std::string out_file;
  std::string html_file;
  std::string name = "recorded";
};

constexpr const char* kRecordExamples = R"(
Asks a server whatever the documentation leaves open and writes what it does as a profile, which
the fake then does, too. Only what was seen is written; the rest is printed with the reason.

Examples:
  timock-conformance record --target http://127.0.0.1:8080 --out theirs.json
  timock-conformance record --target real --region china --credentials FILE \
      --allow-writes --allow-overload --name china-2026 --out china.json
  timock serve --profile china.json

Exit codes: 0 recorded, 2 usage, 3 unreachable or refused, 6 calls beyond the limit were answered
in no way that can be told apart.)";

/// What was recorded as a page.
std::string RecordingPage(const Recording& recording, const std::string& target) {
  Rows recorded = {{"switch", "value"}};
  for (const auto& [name, value] : recording.profile.items()) {
    recorded.push_back({name, value.is_string() ? value.get<std::string>() : value.dump()});
  }
  Rows unobserved = {{"switch", "why not"}};
  for (const Unobserved& one : recording.unobserved) unobserved.push_back({one.name, one.reason});
  nlohmann::ordered_json sections = nlohmann::ordered_json::array();
  sections.push_back(TableSection("Recorded", recorded));
  if (unobserved.size() > 1) sections.push_back(TableSection("Not observed", unobserved));
  for (const std::string& note : recording.notes) sections.push_back(TextSection("Note: " + note));
  return ReportPage({{"title", "What " + target + " does"},
                     {"about", "timock-conformance record"},
                     {"conclusion", std::to_string(recorded.size() - 1) + " members recorded, " +
                                        std::to_string(unobserved.size() - 1) + " not observed"},
                     {"good", true},
                     {"sections", std::move(sections)}});
}

int Write(const RecordCommandOptions& options, const std::vector<Case>& cases, Target& target,
          std::ostream& out) {
  const bool progress = &out == &std::cout && isatty(STDOUT_FILENO) != 0;
  try {
    const Recording recording = RecordProfile(
        cases, target, {.name = options.name, .progress = [&](const std::string& what) {
                          if (progress) out << "\r\033[K" << what << std::flush;
                        }});
    if (progress) out << "\r\033[K";
    const Secrets& secrets = target.secrets();
    WriteReports({{"--out", options.out_file, recording.profile.dump(2) + "\n"},
                  {"--html", options.html_file,
                   secrets.Redacted(RecordingPage(recording, target.Describe()))}});
    for (const std::string& note : recording.notes) out << "note: " << note << '\n';
    for (const Unobserved& one : recording.unobserved) {
      out << "not observed: " << one.name << ": " << one.reason << '\n';
    }
    out << "written: " << options.out_file << "; timock serve --profile " << options.out_file
        << " does the same\n";
    return kExitConforms;
  } catch (const UnexpectedAnswerError& error) {
    out << "not recorded: " << error.what() << '\n';
    return kExitInvalid;
  }
}

int Record(const RecordCommandOptions& options, std::ostream& out) {
  const std::vector<Case> cases = ShippedCases();
  const std::unique_ptr<Target> target = MakeTarget(options.target);
  if (!target->rules().overload || !target->rules().writes) {
    throw ConfigError(
        "record makes about " + std::to_string(PlannedCalls({}) + 3'000) +
        " calls, many of them beyond the documented limit and some that change names; a live "
        "target needs --allow-overload and --allow-writes");
  }
  if (const std::string why = WhyNotReachable(cases, *target); !why.empty()) {
    throw UnreachableError(target->Describe() + ": " + target->secrets().Redacted(why));
  }
  return KeepingNames(*target, out, [&] { return Write(options, cases, *target, out); });
}

}  // namespace

void AddRecordCommand(CLI::App* program, Command* chosen) {
  CLI::App* const command =
      program->add_subcommand("record", "Write what a server does as a profile");
  const auto options = std::make_shared<RecordCommandOptions>();
  AddTargetOptions(*command, &options->target);
  command->add_option("--out", options->out_file, "The profile file to write")->required();
  command->add_option("--html", options->html_file, "Write it as a page for people here, too");
  command->add_option("--name", options->name, "The profile's name (recorded)");
  command->footer(kRecordExamples);
  command->callback([chosen, options] {
    *chosen = [options](std::ostream& out) { return Record(*options, out); };
  });
}

}  // namespace timock::conformance
