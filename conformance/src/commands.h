#ifndef TIMOCK_CONFORMANCE_COMMANDS_H_
#define TIMOCK_CONFORMANCE_COMMANDS_H_

#include <functional>
#include <ostream>

namespace CLI {  // NOLINT(readability-identifier-naming)
class App;
}

namespace timock::conformance {

enum ExitCodes {
  kExitConforms = 0,
  kExitDiffers = 1,
  kExitUsage = 2,
  kExitUnreachable = 3,
  kExitOwnFault = 4,
  kExitNothingRan = 5,
  kExitInvalid = 6,     ///< A measurement that says nothing.
  kExitBySignal = 128,  ///< And the number of the signal.
};

/// What the chosen command does once the command line is read: writes to the stream, returns the
/// exit code. Throws CaseError for usage and configuration (exit 2), UnreachableError (3), any
/// other std::exception for a fault of the suite itself (4).
using Command = std::function<int(std::ostream&)>;

// Each adds one subcommand, which sets `*chosen` when it stands on the command line.
void AddRunCommand(CLI::App* program, Command* chosen);
void AddPlanCommand(CLI::App* program, Command* chosen);
void AddRestoreCommand(CLI::App* program, Command* chosen);
void AddListCommand(CLI::App* program, Command* chosen);
void AddProbeCommand(CLI::App* program, Command* chosen);
void AddRecordCommand(CLI::App* program, Command* chosen);
void AddDiffCommand(CLI::App* program, Command* chosen);

}  // namespace timock::conformance

#endif  // TIMOCK_CONFORMANCE_COMMANDS_H_
