#ifndef TIMOCK_HTTP_CALL_HANDLER_H_
#define TIMOCK_HTTP_CALL_HANDLER_H_

#include <functional>
#include <memory>

#include "timock/http_message.h"
#include "timock/result.h"
#include "timock/server.h"
#include "timock/service.h"

namespace timock {

/// Answers calls instead of Service::Handle, in the thread of their event loop. Calls of the
/// control API are not passed to it. It may ask `service` for the true answer, and more than once.
/// An exception that it throws is answered by Service::AnswerException.
using CallHandler =
    std::function<void(Service& service, const HttpRequestView& request, HttpResponse* response)>;

/// For tests that need a server which answers wrongly. This header is not installed, so users
/// cannot reach it.
struct ServerAccess {
  /// As Server::Start; an empty handler means Service::Handle, as in every other server.
  static Result<std::unique_ptr<Server>> StartWith(ServerOptions options, CallHandler handler);
};

}  // namespace timock

#endif  // TIMOCK_HTTP_CALL_HANDLER_H_
