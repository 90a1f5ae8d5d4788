#ifndef TIMOCK_CONFORMANCE_TARGET_URL_H_
#define TIMOCK_CONFORMANCE_TARGET_URL_H_

#include <memory>
#include <set>
#include <string>

#include "target/target.h"

namespace timock::conformance {

struct UrlOptions {
  std::string url = {};
  /// Runs in a shell as long as the target lives; the first "http://..." that it prints is the URL,
  /// in the place of `url`. It is started again when it has died.
  std::string command = {};
  std::string ca_file = {};  ///< PEM; empty: what the system trusts.
  /// Who calls where the server gives no apps of its own. Without a key only `user_sig` is sent.
  Identity admin = {};
  /// Own calls a second where the server gives no apps, but for the throttle's cases.
  double rate = 80;
  TargetRules rules = {};
  /// A live target's account that is not an admin; empty: none is known.
  std::string non_admin = {};
  TargetUse use = {};
  bool take_control = true;  ///< False: do not look for the control API.
};

/// Whether `url` names this machine.
bool IsLoopback(const std::string& url);

/// What a server without a control API can do for cases.
std::set<std::string> PlainCapabilities(const UrlOptions& options);

/// A server at a URL. One with timock's control API, and on loopback, gives what `use` asks for as
/// long as this lives, unless the rules say that it is live. Throws ConfigError when the URL is not
/// valid, or there is neither a control API nor an identity; UnreachableError when nothing answers,
/// or the command prints no URL.
std::unique_ptr<Target> MakeUrlTarget(const UrlOptions& options);

}  // namespace timock::conformance

#endif  // TIMOCK_CONFORMANCE_TARGET_URL_H_
