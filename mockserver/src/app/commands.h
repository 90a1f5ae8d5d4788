#ifndef TIMOCK_APP_COMMANDS_H_
#define TIMOCK_APP_COMMANDS_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/settings.h"

/// The program: its command line, and the commands as functions over what that gives. A command
/// prints its own errors on stderr and returns the exit code.
namespace timock::app {

/// Exit codes of the program; `exec` passes on its command's.
inline constexpr int kExitOk = 0;
inline constexpr int kExitFailed = 1;
inline constexpr int kExitUsage = 2;
inline constexpr int kExitNotExecutable = 126;
inline constexpr int kExitNotFound = 127;

/// Serves until a signal ends it.
int Serve(const Flags& flags);

struct ExecOptions {
  Flags flags = {};                       ///< The options of `serve`.
  std::vector<std::string> command = {};  ///< What follows "--".
  bool fail_on_diagnosis = false;
  bool fail_on_no_call = false;
  std::vector<std::string> except = {};  ///< Rules whose diagnoses do not count.
};

/// Runs a command alongside a server.
int Exec(const ExecOptions& options);

/// All as text, so that the command says what it expected of each. An empty one is not given, and
/// the first three then come from the environment.
struct UserSigOptions {
  std::string sdkappid = {};
  std::string identifier = {};
  std::string key = {};
  std::string expire = "86400";
  std::string time = {};
  std::string userbuf = {};
  std::optional<std::string> decode = {};
};

/// Prints a new UserSig, or what is in the one to decode.
int PrintUserSig(UserSigOptions options);

/// Prints the certificate authority in `state_directory` (empty: the usual one) and how to trust
/// it. Makes the authority if there is none.
int PrintAuthority(const std::string& state_directory, bool as_json);

/// Prints the error catalogue, or the row of `code` when that is not empty.
int PrintErrors(const std::string& code, bool as_json);

/// Prints what is known of a rule of the wire contract, a switch or diagnosis, or an error code.
int Explain(const std::string& word);

/// Asks the server at `url` for its health.
int PrintHealth(const std::string& url);

/// Prints a profile in full, and so checks it. Empty: that of TIMOCK_PROFILE, or the default one.
int PrintProfile(const std::string& name_or_path);

/// Prints where the values of a profile's switches come from: of the switch `name` or, when it
/// names a profile, of all switches of that one.
int ExplainProfile(const std::string& name_or_path, const std::string& name);

/// Prints the names of the shipped profiles.
int PrintProfileNames();

/// Prints the versions of the program, its compiler and its libraries.
int PrintVersion(bool as_json);

/// Prints "timock: MESSAGE" on stderr and returns `exit_code`. Waits at most a second for a reader.
int Complain(std::string_view message, int exit_code);

/// Prints text on stdout, flushed; returns kExitOk.
int Print(std::string_view text);

/// Runs the program for the arguments after its name and returns its exit code.
int RunProgram(std::vector<std::string> arguments);

}  // namespace timock::app

#endif  // TIMOCK_APP_COMMANDS_H_
