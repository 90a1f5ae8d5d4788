#ifndef TIMOCK_CONFORMANCE_TARGET_URL_H_
#define TIMOCK_CONFORMANCE_TARGET_URL_H_

#include <memory>
#include <optional>
#include <set>
#include <string>

#include "target/target.h"

namespace timock::conformance {

struct UrlOptions {
  std::string url;
  std::string ca_file = {};  ///< PEM; empty: what the system trusts.
  /// Who calls where the server gives no apps of its own. Without a key only `user_sig` is sent.
  Identity admin = {};
  /// Own calls a second where the server's clock cannot be set, but for the throttle's cases.
  double rate = 80;
  TargetRules rules = {};
  std::string non_admin =
      {};  ///< A live target's account that is not an admin; empty: none is known.
};

/// Whether `url` names this machine.
bool IsLoopback(const std::string& url);

/// What a server without a control API can do for cases.
std::set<std::string> PlainCapabilities(const UrlOptions& options);

/// The identities "non_admin" and "unknown_app", signed with the key of `admin`; empty without a
/// key, and for any other name.
std::optional<Identity> StrangerTo(const Identity& admin, const std::string& name);

/// A server at a URL. One with timock's control API, and on loopback, gives the run two apps of its
/// own and stops its clock for as long as this lives, unless the rules say that it is live. Throws
/// ConfigError when the URL is not valid, or there is neither a control API nor an identity;
/// UnreachableError when nothing answers.
std::unique_ptr<Target> MakeUrlTarget(const UrlOptions& options);

/// `command` runs in a shell as long as this lives; its URL is the first "http://..." on its
/// standard output. Throws as MakeUrlTarget does, and when no URL comes.
std::unique_ptr<Target> MakeExecTarget(const std::string& command, const UrlOptions& options);

}  // namespace timock::conformance

#endif  // TIMOCK_CONFORMANCE_TARGET_URL_H_
