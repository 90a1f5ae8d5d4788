#include <CLI/CLI.hpp>
#include <memory>

#include "cli/commands.h"
#include "target/credentials.h"
#include "target/options.h"
#include "target/snapshot.h"
#include "wire/config_error.h"

namespace timock::conformance {
namespace {

constexpr const char* kNotes = R"(
FILE is what a run against a live target names before it writes, and what the next
run names when an earlier one could not end. The credentials are those of that run.

Exit codes: 0 the names are back, 1 they are but for slots that no call can empty,
2 usage or configuration, 3 the target does not answer or refuses them.)";

struct RestoreOptions {
  std::string file;
  TargetOptions target;
};

int Restore(const RestoreOptions& options, std::ostream& out) {
  const Snapshot snapshot = ReadSnapshot(options.file);
  TargetOptions wanted = options.target;
  wanted.target = snapshot.target;
  wanted.live = true;
  const Identity who = Credentials(wanted.credentials_file);
  if (who.sdkappid != snapshot.sdkappid) {
    throw ConfigError(options.file + " holds the names of app " +
                      std::to_string(snapshot.sdkappid) + "; the credentials are those of app " +
                      std::to_string(who.sdkappid));
  }
  const std::unique_ptr<Target> target = MakeTarget(wanted);
  const RestoreOutcome outcome = RestoreNames(*target, snapshot);
  out << FinishRestore(options.file, outcome) << '\n';
  if (!outcome.problem.empty()) return kExitUnreachable;
  return outcome.not_emptied.empty() ? kExitConforms : kExitDiffers;
}

}  // namespace

void AddRestoreCommand(CLI::App* program, Command* chosen) {
  CLI::App* const command = program->add_subcommand(
      "restore", "Put the names back that a run against a live target has left changed");
  const auto options = std::make_shared<RestoreOptions>();
  command->add_option("FILE", options->file, "The snapshot")->required();
  AddConnectionOptions(*command, &options->target);
  command->footer(kNotes);
  command->callback([chosen, options] {
    *chosen = [options](std::ostream& out) { return Restore(*options, out); };
  });
}

}  // namespace timock::conformance
