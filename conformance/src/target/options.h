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

/// The documented limit (R9), calls a second: so many a live target gets with leave alone.
inline constexpr double kDocumentedLimit = 100;

/// What --target names; a kind is also a row in the table of options.cc, in the same order.
enum class TargetKind { kInProcess, kInProcessHttp, kInProcessHttps, kUrl, kExec, kReal };

struct TargetName {
  TargetKind kind = TargetKind::kInProcess;
  std::string rest = {};  ///< The URL, or the command of exec:.

  /// Throws ConfigError, which lists the kinds, for anything else.
  static TargetName Parse(const std::string& text);
};

/// What is called, as whom, and what may be done to it: the flags that all commands share that
/// bring requests to a server.
struct TargetOptions {
  std::string target = "in-process";     ///< As TargetName::Parse reads it.
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
  bool no_credentials = false;  ///< Send none, and make no app.
};

/// Adds --ca-file, --credentials and --rate alone, for a command that knows its target.
void AddConnectionOptions(CLI::App& command, TargetOptions* options);

/// Adds --target, --profile, --region, --ca-file, --credentials, --live, --allow-writes and
/// --allow-overload alone, for a program with a rate of its own.
void AddPlainTargetOptions(CLI::App& command, TargetOptions* options);

/// Adds these, --allow-bad-signatures, --allow-malformed, --bad-signature-interval and --rate.
/// `options` must outlive the parsing.
void AddTargetOptions(CLI::App& command, TargetOptions* options);

/// What may be done to the target. It is live when it is `real`, a URL that does not name this
/// machine, or --live was given; all else that is said of live targets follows from this. Throws
/// ConfigError for a target that is none, and where --live or --region does not go with it.
TargetRules RulesOf(const TargetOptions& options);

/// The target; Target::rules() are RulesOf the options. Throws ConfigError for options that do
/// not go together and for missing credentials, UnreachableError when nothing answers.
std::unique_ptr<Target> MakeTarget(const TargetOptions& options, const TargetUse& use = {});

/// Takes the place of that target in a plan. Nothing is called; a URL is taken for a server without
/// a control API. Throws ConfigError as MakeTarget does.
std::unique_ptr<PlanTarget> MakePlan(const TargetOptions& options);

}  // namespace timock::conformance

#endif  // TIMOCK_CONFORMANCE_TARGET_OPTIONS_H_
