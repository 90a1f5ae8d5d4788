#ifndef TIMOCK_CONFORMANCE_TARGET_CONTROL_API_H_
#define TIMOCK_CONFORMANCE_TARGET_CONTROL_API_H_

#include <chrono>
#include <cstdint>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "target/target.h"
#include "wire/http_client.h"

namespace timock::conformance {

/// A session with timock's control API, below /_timock/ of a server. Apps, clock settings, faults
/// and journal entries are its JSON. Calls throw UnreachableError when no answer comes, ConfigError
/// when TIMOCK_CONTROL_TOKEN, which they send, is not the server's, and std::runtime_error with the
/// answer when it is another refusal.
///
/// It goes through HttpClient and not through cpp-httplib, which waits on when a signal comes and
/// does not say why a certificate is not trusted.
class ControlApi {
 public:
  /// `client` leads to the server at `url`, which errors name.
  ControlApi(std::string url, std::unique_ptr<HttpClient> client);

  /// Whether the server has a control API.
  bool Ready();

  /// A new app; its admin.
  Identity MakeApp(const std::vector<std::string>& admins);
  void RemoveApp(std::uint32_t sdkappid);
  void ResetApp(std::uint32_t sdkappid);
  /// Null when there is no such app.
  nlohmann::json App(std::uint32_t sdkappid);
  void PutApp(const nlohmann::json& app);

  nlohmann::json Clock();
  /// Both return the server's time from then on.
  std::chrono::nanoseconds SetClock(const nlohmann::json& setting);
  std::chrono::nanoseconds AdvanceClock(std::chrono::nanoseconds by);

  void AddFault(const nlohmann::json& fault);

  /// The entries of the app that the journal still holds, oldest first.
  std::vector<nlohmann::json> Journal(std::uint32_t sdkappid);

 private:
  /// Null when the call is refused or answered with something else than JSON; see problem_.
  nlohmann::json Ask(const std::string& method, const std::string& path,
                     const nlohmann::json& body = {});
  /// As Ask; throws where that is null.
  nlohmann::json Call(const std::string& method, const std::string& path,
                      const nlohmann::json& body = {});

  std::string url_;
  std::string problem_;
  int status_ = 0;  ///< Of the last answer.
  std::unique_ptr<HttpClient> client_;
};

}  // namespace timock::conformance

#endif  // TIMOCK_CONFORMANCE_TARGET_CONTROL_API_H_
