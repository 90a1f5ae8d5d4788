#ifndef TIMOCK_SERVICE_H_
#define TIMOCK_SERVICE_H_

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "timock/app.h"
#include "timock/clock.h"
#include "timock/http_message.h"
#include "timock/profile.h"
#include "timock/result.h"

namespace timock {

/// One thing the fake noticed about a call, for people. Holds no key and no UserSig.
struct Diagnosis {
  std::string name;    ///< The rule (a switch of the profile) or the kind of oddity.
  std::string detail;  ///< The offending part.
  std::string remedy;  ///< What to do about it.
};

/// What became of one call. A refused call has at least one diagnosis, its own reason first; an
/// accepted one has those that its client should know of.
struct CallEvent {
  UnixTime at;
  std::string_view method = {};
  std::string_view command = {};  ///< "all_member_push/im_set_attr_name"; empty when there is none.
  std::optional<std::uint32_t> sdkappid = {};
  int http_status = 200;
  int error_code = 0;
  std::string_view rule = {};  ///< The switch that refused the call; empty when it was accepted.
  std::span<const Diagnosis> diagnoses = {};
};

struct ServiceOptions {
  std::vector<App> apps = {DemoApp()};
  Profile profile = {};
  bool verify_user_sig = true;              ///< False skips every check of PROTOCOL section 6.
  std::shared_ptr<const Clock> clock = {};  ///< Null: the machine's.
  std::size_t max_body_bytes = 65'536;      ///< Rule `body_too_large`.
  std::size_t max_apps = 1'000'000;
  /// Called once a call, from the thread that made it, when the reply is ready. The event and what
  /// it refers to are valid only inside the call. Must be safe to call from several threads.
  std::function<void(const CallEvent&)> on_call = {};
};

/// The fake without sockets: a request in, the documented answer out. Safe to use from any number
/// of threads.
class Service {
 public:
  /// Fails when an app is not valid or stands twice, naming it.
  static Result<std::unique_ptr<Service>> Create(ServiceOptions options = {});
  ~Service();
  Service(const Service&) = delete;
  Service& operator=(const Service&) = delete;

  HttpResponse Handle(const HttpRequest& request);

  /// The same for a transport; reuses the memory of `*response`.
  void Handle(const HttpRequestView& request, HttpResponse* response);

  /// The answer to bytes that are no valid HTTP message (P9): status 400 and close. `reason` says
  /// what is wrong with them and goes to `on_call` under the rule "http_malformed".
  void RefuseMalformed(std::string_view reason, HttpResponse* response);

  /// A proxy's answer to a request that would leave the machine: status 403 and close. Method and
  /// target go to `on_call` under the rule "proxy_refused".
  void RefuseProxy(std::string_view method, std::string_view target, HttpResponse* response);

  std::size_t max_body_bytes() const;

  /// Adds an app, or replaces the one of the same SDKAppID with all its state.
  Result<Done> PutApp(const App& app);
  bool RemoveApp(std::uint32_t sdkappid);
  /// The app as it stands, names included.
  std::optional<App> FindApp(std::uint32_t sdkappid) const;
  std::vector<App> Apps() const;

  /// The stored names; empty for an unknown app.
  AttrNames Names(std::uint32_t sdkappid) const;
  /// Puts `names` in the place of the stored ones, past all checks of the endpoint but slot 0 to 9.
  Result<Done> SetNames(std::uint32_t sdkappid, const AttrNames& names);

  /// A fresh UserSig of a known app, under its first key, from the service's clock.
  Result<std::string> Sign(std::uint32_t sdkappid, std::string_view identifier,
                           std::chrono::seconds expire = std::chrono::hours{24}) const;

  /// Path and query of a signed call, ready to send: `Target("im_set_attr_name", 1400000000,
  /// "administrator")`.
  Result<std::string> Target(std::string_view command, std::uint32_t sdkappid,
                             std::string_view identifier) const;

 private:
  struct Impl;
  explicit Service(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace timock

#endif  // TIMOCK_SERVICE_H_
