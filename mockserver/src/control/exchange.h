#ifndef TIMOCK_CONTROL_EXCHANGE_H_
#define TIMOCK_CONTROL_EXCHANGE_H_

#include <atomic>
#include <cstddef>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "control/control_api.h"
#include "timock/service.h"

namespace timock::control {

inline constexpr std::size_t kMaxStreams = 64;  ///< Open at one time.

/// What lives as long as the control API.
struct ControlContext {
  Service& service;
  const ServerView server;
  const Tick started = SystemClock().Ticks();
  /// Open streams; shared with them, because they may outlive the API.
  std::shared_ptr<std::atomic<std::size_t>> streams = std::make_shared<std::atomic<std::size_t>>(0);
};

/// Why a request is not carried out.
struct Refusal {
  int status = 400;
  std::string message;
  std::optional<std::string> pointer = {};  ///< JSON pointer of the bad member of the body.
  std::string parameter = {};               ///< The bad query parameter.
};

/// The parameters of a query, decoded; a plus is a space.
class QueryParameters {
 public:
  QueryParameters() = default;
  explicit QueryParameters(std::string_view query);

  /// Null when there is none of this name.
  const std::string* Find(std::string_view name) const;

  /// Refuses a name that is given more than once, or is not in `known`, which spaces separate.
  std::optional<Refusal> Check(std::string_view known) const;

 private:
  std::vector<std::pair<std::string, std::string>> values_;
};

/// One request while it is answered.
struct Exchange {
  const ControlContext& context;
  const HttpRequestView& request;
  Tick now;
  std::string path_value = {};  ///< The segment that the pattern's {name} matches, decoded.
  QueryParameters query = {};
  nlohmann::json body = nlohmann::json::object();  ///< An empty object when there is none.
  HttpResponse* response;
  std::unique_ptr<DeferredAnswer> deferred = {};

  Service& service() const { return context.service; }

  /// Answers a JSON document, and refuses nothing: the last line of a handler returns it.
  std::optional<Refusal> Reply(
      const nlohmann::ordered_json& document = nlohmann::ordered_json::object(), int status = 200);
};

/// Makes a JSON document the answer. Bytes that are not UTF-8 are replaced.
void Answer(HttpResponse* response, const nlohmann::ordered_json& document, int status = 200);
void AnswerText(HttpResponse* response, int status, std::string_view content_type,
                std::string body);
void AnswerRefusal(HttpResponse* response, const Refusal& refusal);

/// The headers that every answer has, by its status.
void AddCommonHeaders(HttpResponse* response);

/// The refusal of a body, by the code of `error`: 400, 404 or 503. Its pointer is that of the body.
Refusal Refuse(const Error& error);
Refusal NotFound(std::string message);

/// Refuses an app that is not given or does not exist; `sdkappid` is that member of the body.
std::optional<Refusal> CheckKnownApp(const Exchange& exchange,
                                     const std::optional<std::uint32_t>& sdkappid);

/// Keeps strangers and web pages out. Where the server has a token, the request must have it.
/// Otherwise its Host must be this machine's loopback or `server.host`, so that a name that
/// somebody pointed at this address (DNS rebinding) is refused. In both cases an Origin must be the
/// server's own, and what a browser sends for another site is refused, unless somebody follows a
/// link to where `leads_to_page`. `authority` is that of an absolute form, empty for an origin
/// form.
std::optional<Refusal> CheckAccess(const ServerView& server, const HttpRequestView& request,
                                   std::string_view authority, bool leads_to_page);

}  // namespace timock::control

#endif  // TIMOCK_CONTROL_EXCHANGE_H_
