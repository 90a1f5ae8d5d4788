#ifndef TIMOCK_CONFORMANCE_CLI_COMMANDS_H_
#define TIMOCK_CONFORMANCE_CLI_COMMANDS_H_

#include <functional>
#include <ostream>

#include "wire/exit_codes.h"

namespace CLI {  // NOLINT(readability-identifier-naming)
class App;
}

namespace timock::conformance {

/// What the chosen command does once the command line is read: writes to the stream, returns the
/// exit code. Throws ConfigError for usage and configuration (exit 2), UnreachableError (3), any
/// other std::exception for a fault of the suite itself (4).
using Command = std::function<int(std::ostream&)>;

// Each adds one subcommand, which sets `*chosen` when it is on the command line.
void AddRunCommand(CLI::App* program, Command* chosen);
void AddPlanCommand(CLI::App* program, Command* chosen);
void AddRestoreCommand(CLI::App* program, Command* chosen);
void AddListCommand(CLI::App* program, Command* chosen);
void AddProbeCommand(CLI::App* program, Command* chosen);
void AddRecordCommand(CLI::App* program, Command* chosen);
void AddFuzzCommand(CLI::App* program, Command* chosen);
void AddDiffCommand(CLI::App* program, Command* chosen);
void AddReportCommand(CLI::App* program, Command* chosen);

}  // namespace timock::conformance

#endif  // TIMOCK_CONFORMANCE_CLI_COMMANDS_H_
