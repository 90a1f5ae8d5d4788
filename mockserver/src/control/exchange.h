#ifndef TIMOCK_CONTROL_EXCHANGE_H_
#define TIMOCK_CONTROL_EXCHANGE_H_

#include <atomic>
#include <cstddef>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "control/control_api.h"
#include "control/query_parameters.h"
#include "timock/service.h"

namespace timock::control {

/// Streams at one time.
inline constexpr std::size_t kMaxStreams = 64;

/// What lives as long as the control API.
struct Surroundings {
  Service& service;
  const ServerView server;
  const Tick started = SystemClock().Ticks();
  /// Streams that are open; shared with them, for they may outlive the API.
  std::shared_ptr<std::atomic<std::size_t>> streams = std::make_shared<std::atomic<std::size_t>>(0);
};

/// One request while it is answered.
struct Exchange {
  const Surroundings& around;
  const HttpRequestView& request;
  Tick now;
  std::string path_value = {};  ///< What stood in the place of the pattern's {}, decoded.
  QueryParameters query = {};
  nlohmann::json body = nlohmann::json::object();  ///< An empty object when none came.
  HttpResponse* response;
  std::unique_ptr<DeferredAnswer> deferred = {};

  Service& service() const { return around.service; }
  void Reply(const nlohmann::ordered_json& document, int status = 200);
};

/// Why a request is not carried out.
struct Refusal {
  int status = 400;
  std::string message;
  std::optional<std::string> pointer = {};  ///< JSON pointer of the bad member of the body.
  std::string parameter = {};               ///< The bad query parameter.
};

using Outcome = std::optional<Refusal>;

/// Makes a JSON document the answer. Bytes that are no UTF-8 are replaced.
void Answer(HttpResponse* response, const nlohmann::ordered_json& document, int status = 200);
void AnswerText(HttpResponse* response, int status, std::string_view content_type,
                std::string body);
void AnswerRefusal(HttpResponse* response, const Refusal& refusal);

/// The headers that every answer has, by its status.
void AddCommonHeaders(HttpResponse* response);

/// The refusal of a body, by the code of `error`: 400, 404 or 503. Its pointer is that of the body.
Refusal Refuse(const Error& error);

/// "/match: expected an object" for a member of the body.
Refusal BadMember(std::string pointer, std::string message, int status = 400);
Refusal NotFound(std::string message);

/// Refuses a body that is no object or has a member besides `known`.
Outcome CheckMembers(const nlohmann::json& body, std::initializer_list<std::string_view> known);

/// Reads the member `sdkappid` of the body, which must be there. Refuses with 404 when there is no
/// such app.
Outcome ReadKnownApp(Exchange& exchange, std::uint32_t* out);

}  // namespace timock::control

#endif  // TIMOCK_CONTROL_EXCHANGE_H_
