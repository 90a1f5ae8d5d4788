#ifndef TIMOCK_CONFORMANCE_TARGET_TARGET_H_
#define TIMOCK_CONFORMANCE_TARGET_TARGET_H_

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "judge/throttle_judge.h"
#include "wire/config_error.h"
#include "wire/exchange.h"
#include "wire/http_client.h"
#include "wire/secrets.h"

namespace timock::conformance {

/// Who calls. Without a key, only `user_sig` can be sent, and nothing else be signed.
struct Identity {
  std::uint32_t sdkappid = 0;
  std::string identifier;
  std::string key = {};
  std::string user_sig = {};
};

/// How an app differs from one that may be called by its admin from every host.
struct AppSetup {
  bool enabled = true;
  enum class Feature { kOn, kOff, kApprovedNow };
  Feature feature = Feature::kOn;
  std::string region = "any";
  std::optional<std::uint32_t> limit = {};  ///< Calls a window; unset: the profile's.
};

/// What may be done to a target. The defaults are those of a server that is nobody's: it may be
/// written to and overloaded.
struct TargetRules {
  bool live = false;           ///< Somebody lives with what is done to it.
  bool writes = true;          ///< Its names may be changed.
  bool overload = true;        ///< It may be called beyond the documented limit.
  bool malformed = true;       ///< It may be sent bytes that are no valid HTTP.
  bool bad_signatures = true;  ///< It may be sent calls that may fail authentication.
  /// Live targets: from one of those to the next.
  std::chrono::nanoseconds bad_signature_interval{0};
};

/// What a program takes of a server that gives it apps of its own.
struct TargetUse {
  std::size_t apps = 2;    ///< So many, of two admins each.
  bool stop_clock = true;  ///< Time goes by Advance alone; false: the server's clock runs on.
};

/// The second admin of each app that was made for the run.
inline constexpr const char* kSecondAdmin = "second_administrator";

/// What a server under test is. Not thread-safe, but its connections may be used side by side.
class Target {
 public:
  virtual ~Target() = default;

  /// "in process", "http://127.0.0.1:8080"
  virtual std::string Describe() const = 0;
  /// For curl lines and Host; "http://127.0.0.1:8080".
  virtual std::string BaseUrl() const = 0;
  /// Of its door without TLS; empty when there is none.
  virtual std::string PlainUrl() const = 0;

  /// What it can do, by the names that cases use in `needs`.
  virtual std::set<std::string> Capabilities() const = 0;
  bool Can(const std::string& capability) const { return Capabilities().contains(capability); }
  /// "admin", "second_admin" of the same app, "non_admin", "second_app" or "unknown_app"; empty
  /// when there is none.
  virtual std::optional<Identity> Who(const std::string& name) const = 0;
  /// The admins of all apps that were made for the run, or of the one that the credentials name.
  virtual const std::vector<Identity>& Apps() const = 0;

  /// Called before each case: a target that can begins anew.
  virtual void Reset() = 0;

  /// Sends one request and waits for its answer, on a connection that may have been used before; a
  /// raw one on its own.
  virtual Reply Send(const Outgoing& request) = 0;
  /// A new connection, of the kind that Send uses. Nothing holds its calls back, so it is for cases
  /// that may exceed the limit.
  virtual std::unique_ptr<Connection> Connect() = 0;
  /// A new connection over HTTP, whatever Send uses; `options` count but for the authority.
  virtual std::unique_ptr<HttpClient> Dial(ClientOptions options = {}) = 0;
  /// PEM file of the authority that its TLS is verified against; empty: what the system trusts.
  virtual std::string CaFile() const = 0;

  /// Whether time goes by Advance alone: nobody is to wait for real time.
  virtual bool TimeStands() const { return Can("clock"); }
  /// The UNIX time of the server's clock.
  virtual std::chrono::nanoseconds Now() const = 0;
  /// Where TimeStands: moves the server's time, which stands still otherwise.
  virtual void Advance(std::chrono::nanoseconds by) = 0;

  /// Capability "apps": an app that nobody called yet and that has no names, in the place of the
  /// one that was made before. Returns its admin.
  virtual Identity MakeApp(const AppSetup& setup) = 0;
  /// Changes the app that was made last; its names stay.
  virtual void ChangeApp(const AppSetup& setup) = 0;

  /// Capability "faults": the next call of `command` to the app meets an error of the server's own.
  virtual void AddInternalError(std::uint32_t sdkappid, const std::string& command) = 0;

  const TargetRules& rules() const { return rules_; }

  /// Keys and UserSigs that were used so far; no output may show them.
  Secrets& secrets() { return secrets_; }

  /// From when on, by the client's monotonic clock, no call before is counted by the throttle; kept
  /// by those who use up a limit.
  std::chrono::nanoseconds quiet_from{0};

  /// Live targets: when the next call may be sent that may fail authentication, by the monotonic
  /// clock, and whether one was answered with 70050 (too many failures).
  std::chrono::nanoseconds next_bad_signature{0};
  bool locked_out = false;

  /// Calls against the limit that several cases judge, by name: fired once, for they take real
  /// time.
  std::map<std::string, std::vector<Fired>> recordings;

 protected:
  explicit Target(TargetRules rules = {}) : rules_(rules) {}

 private:
  const TargetRules rules_;
  Secrets secrets_;
};

/// The identities "non_admin" and "unknown_app", signed with the key of `admin`; empty without a
/// key, and for any other name.
std::optional<Identity> StrangerTo(const Identity& admin, const std::string& name);

/// Target::Who where `apps` were made for the run: the first is the admin's.
std::optional<Identity> WhoOf(const std::vector<Identity>& apps, const std::string& name);

/// Waits until no call of an earlier throttle scenario is counted any more. Returns at once for a
/// target with a clock.
void AwaitQuiet(Target& target);

/// The names of slots as im_get_attr_name tells them, or why it does not.
struct NamesReading {
  std::optional<std::map<std::string, std::string>> names;
  std::string problem;
};
NamesReading ReadNames(Target& target, const Identity& who);

}  // namespace timock::conformance

#endif  // TIMOCK_CONFORMANCE_TARGET_TARGET_H_
