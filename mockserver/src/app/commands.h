#ifndef TIMOCK_APP_COMMANDS_H_
#define TIMOCK_APP_COMMANDS_H_

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace CLI {  // NOLINT(readability-identifier-naming)
class App;
}

namespace timock::app {

/// Exit codes of the program; `exec` passes on its command's.
inline constexpr int kExitOk = 0;
inline constexpr int kExitFailed = 1;
inline constexpr int kExitUsage = 2;
inline constexpr int kExitNotExecutable = 126;
inline constexpr int kExitNotFound = 127;

/// What the chosen subcommand does once the command line is read; returns the exit code.
using Run = std::function<int()>;

// Each adds one subcommand, which sets `*run` when it is chosen.
void AddServeCommand(CLI::App* program, Run* run);
void AddUserSigCommand(CLI::App* program, Run* run);
void AddCaCommand(CLI::App* program, Run* run);
void AddErrorsCommand(CLI::App* program, Run* run);
void AddProfileCommand(CLI::App* program, Run* run);
void AddVersionCommand(CLI::App* program, Run* run);
/// `command` is what stands after "--".
void AddExecCommand(CLI::App* program, std::vector<std::string> command, Run* run);

/// Prints "timock: MESSAGE" on stderr and returns `exit_code`. Waits for a reader at most a second.
int Complain(std::string_view message, int exit_code);

/// Prints text on stdout, flushed.
void Print(std::string_view text);

}  // namespace timock::app

#endif  // TIMOCK_APP_COMMANDS_H_
