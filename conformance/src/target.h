#ifndef TIMOCK_CONFORMANCE_TARGET_H_
#define TIMOCK_CONFORMANCE_TARGET_H_

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "exchange.h"
#include "secrets.h"

namespace timock::conformance {

/// Who calls. Without a key, only `user_sig` can be sent, and nothing else be signed.
struct Identity {
  std::uint32_t sdkappid = 0;
  std::string identifier;
  std::string key = {};
  std::string user_sig = {};
};

/// What a server under test is. Not thread-safe, except SendAll.
class Target {
 public:
  virtual ~Target() = default;

  /// "in process", "http://127.0.0.1:8080"
  virtual std::string Describe() const = 0;
  /// For curl lines and Host; "http://127.0.0.1:8080".
  virtual std::string BaseUrl() const = 0;

  /// What it can do, by the names that cases use in `needs`.
  virtual std::set<std::string> Capabilities() const = 0;
  /// "admin", "non_admin", "second_app" or "unknown_app"; empty when there is none.
  virtual std::optional<Identity> Who(const std::string& name) const = 0;

  /// Called before each case: a target that can begins anew.
  virtual void Reset() = 0;

  /// Sends one request and waits for its answer, on a connection that may have been used before.
  virtual Reply Send(const Outgoing& request) = 0;

  /// The UNIX time of the server's clock, in seconds.
  virtual std::int64_t Now() const = 0;
  /// Capability "clock": moves the server's time.
  virtual void Advance(std::chrono::nanoseconds by) = 0;

  /// Keys and UserSigs that were used so far; no output may show them.
  Secrets& secrets() { return secrets_; }

 private:
  Secrets secrets_;
};

}  // namespace timock::conformance

#endif  // TIMOCK_CONFORMANCE_TARGET_H_
