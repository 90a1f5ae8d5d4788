#ifndef TIMOCK_CONFORMANCE_TARGET_OPTIONS_H_
#define TIMOCK_CONFORMANCE_TARGET_OPTIONS_H_

#include <memory>
#include <string>

#include "target/plan.h"
#include "target/target.h"

namespace CLI {  // NOLINT(readability-identifier-naming)
class App;
}

namespace timock::conformance {

/// What is called, as whom, and what may be done to it: the flags that all commands share that
/// bring requests to a server.
struct TargetOptions {
  std::string target = "in-process";     ///< in-process[-http|-https], a URL, exec:CMD or real.
  std::string region = {};               ///< Of the target `real`: a name of fixtures/hosts.json.
  std::string profile = "seed-2022-04";  ///< Of the fake in process: a shipped one or a file.
  std::string ca_file = {};              ///< PEM; empty: the authorities that the system trusts.
  std::string credentials_file = {};     ///< Empty: the environment.
  double rate = 0;              ///< Own calls a second; 0: 10 to a live target, 80 to another.
  bool live = false;            ///< A target that would not be is to be treated as live.
  bool allow_writes = false;    ///< The names of a live target may be changed.
  bool allow_overload = false;  ///< A live target may be called beyond the documented limit.
  /// A live target may be sent calls that may fail authentication, one in so many seconds. So few
  /// that two never come within a minute, after which the vendor says to try again (70050).
  bool allow_bad_signatures = false;
  bool allow_malformed = false;  ///< A server on another machine, but not `real`, takes any bytes.
  double bad_signature_interval_s = 61;
};

/// Adds --ca-file, --credentials and --rate alone, for a command that knows its target.
void AddConnectionOptions(CLI::App& command, TargetOptions* options);

/// Adds --region, --ca-file, --credentials, --live, --allow-writes and --allow-overload alone, for
/// a program with targets and a rate of its own.
void AddLiveOptions(CLI::App& command, TargetOptions* options);

/// Adds --target, --region, --profile, --ca-file, --credentials, --live, --allow-writes,
/// --allow-overload, --allow-bad-signatures, --allow-malformed, --bad-signature-interval and
/// --rate to a command. `options` must outlive the parsing.
void AddTargetOptions(CLI::App& command, TargetOptions* options);

/// Whether somebody lives with what is done to the target: it is `real`, a URL that does not name
/// this machine, or --live was given. The rest of the rules for live targets follows from this.
/// Throws ConfigError for a URL that is none.
bool IsLive(const TargetOptions& options);

/// The service of the vendor in a region of fixtures/hosts.json: "https://console.tim.qq.com".
/// Throws ConfigError, naming the regions, when there is no such one.
std::string RealUrl(const std::string& region);

/// Who calls: TIMOCK_SDKAPPID, TIMOCK_IDENTIFIER, and TIMOCK_SECRET_KEY (anything can be signed) or
/// TIMOCK_USERSIG (only that is sent), from the credentials file or, without one, from the
/// environment. The file has lines NAME=VALUE and the mode 0600. Without SDKAppID and
/// identifier: an Identity without an identifier, which is right for targets that make apps of
/// their own. Throws ConfigError for a file that others may read, with the chmod line, for lines
/// that are not understood, and for an SDKAppID that is no number. No message holds a value that
/// may be a secret.
Identity Credentials(const TargetOptions& options);

/// TIMOCK_NON_ADMIN, from the same place: an account of the app that is not an admin and that
/// nothing depends on. Empty: none is known.
std::string NonAdmin(const TargetOptions& options);

/// The target; Target::rules() are set as the opt-ins say. Throws ConfigError for options that do
/// not go together and for missing credentials, UnreachableError when nothing answers.
std::unique_ptr<Target> MakeTarget(const TargetOptions& options);

/// What stands for that target in a plan. Nothing is called; a URL is taken for a server without a
/// control API. Throws ConfigError as MakeTarget does.
std::unique_ptr<PlanTarget> MakePlan(const TargetOptions& options);

}  // namespace timock::conformance

#endif  // TIMOCK_CONFORMANCE_TARGET_OPTIONS_H_
