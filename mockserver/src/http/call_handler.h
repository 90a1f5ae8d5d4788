#ifndef TIMOCK_HTTP_CALL_HANDLER_H_
#define TIMOCK_HTTP_CALL_HANDLER_H_

#include <functional>
#include <memory>

#include "timock/http_message.h"
#include "timock/result.h"
#include "timock/server.h"
#include "timock/service.h"

namespace timock {

/// Answers calls in the place of Service::Handle, from the thread of their event loop; those to the
/// control API apart. It may ask `service` for the true answer, and more than once. What it throws
/// is answered as Service::AnswerException does.
using CallHandler =
    std::function<void(Service& service, const HttpRequestView& request, HttpResponse* response)>;

/// For tests that need a server which answers wrongly. This header is not installed, so no user's
/// server can get there.
struct ServerAccess {
  /// Server::Start; an empty handler is that of every server, Service::Handle.
  static Result<std::unique_ptr<Server>> StartWith(ServerOptions options, CallHandler handler);
};

}  // namespace timock

#endif  // TIMOCK_HTTP_CALL_HANDLER_H_
