#ifndef TIMOCK_HTTPLIB_H_
#define TIMOCK_HTTPLIB_H_

/// Serves a Service from a cpp-httplib server (0.11 or later), for tests that run one already. The
/// only header here that needs more than the standard library; it is not part of timock.h.

#include <httplib.h>

#include <string>
#include <vector>

#include "timock/service.h"

namespace timock {
namespace internal {

/// Whether a request came by TLS; a build of cpp-httplib without it has no such member.
template <typename Request>
bool CameByTls(const Request& request) {
  if constexpr (requires { request.ssl; }) {
    return request.ssl != nullptr;
  } else {
    return false;
  }
}

}  // namespace internal

/// Adds routes to `server` that hand every request that no earlier route takes to `service`, which
/// must outlive the server.
///
/// What the transport decides stays cpp-httplib's: which messages are malformed, which methods
/// exist, its limits (set_payload_max_length) and threads. It does not read the body of a GET, and
/// it takes a multipart body apart, so both arrive here without a body. Of a fault, the answer's
/// status, headers and body come through; its delay and what it does to the connection do not, and
/// there is no control API. For the exact behaviour use Server.
inline void Mount(httplib::Server& server, Service& service) {
  const auto write = [](const HttpResponse& reply, httplib::Response& response) {
    response.status = reply.status;
    for (const HttpHeader& header : reply.headers) response.set_header(header.name, header.value);
    if (reply.close) response.set_header("Connection", "close");
    response.set_content(reply.body, reply.content_type);
  };
  const auto answer = [&service, write](const httplib::Request& request, std::string_view body,
                                        bool body_too_large, httplib::Response& response) {
    std::vector<HttpHeaderView> headers;
    headers.reserve(request.headers.size());
    for (const auto& [name, value] : request.headers) headers.push_back({name, value});
    HttpResponse reply;
    service.Handle({.method = request.method,
                    .target = request.target,
                    .headers = headers,
                    .body = body,
                    .tls = internal::CameByTls(request),
                    .body_too_large = body_too_large},
                   &reply);
    write(reply, response);
  };
  // An exception does not leave a request: see Service::AnswerException.
  const auto guarded = [&service, write](httplib::Response& response, const auto& handle) {
    try {
      handle();
    } catch (...) {
      HttpResponse reply;
      service.AnswerException(&reply);
      write(reply, response);
    }
  };
  const auto without_body = [answer, guarded](const httplib::Request& request,
                                              httplib::Response& response) {
    guarded(response, [&] { answer(request, {}, false, response); });
  };
  const auto read_and_answer = [answer, &service](const httplib::Request& request,
                                                  httplib::Response& response,
                                                  const httplib::ContentReader& read) {
    if (request.is_multipart_form_data()) {
      // The type of a part's header has another name in each of some versions.
      read([](const auto& /*header*/) { return true; },
           [](const char*, std::size_t) { return true; });
      return answer(request, {}, false, response);
    }
    const std::size_t limit = service.max_body_bytes();
    std::string body;
    bool too_large = false;
    read([&](const char* data, std::size_t size) {
      too_large = too_large || size > limit - body.size();
      if (!too_large) body.append(data, size);
      return true;
    });
    answer(request, body, too_large, response);
  };
  const auto with_body = [read_and_answer, guarded](const httplib::Request& request,
                                                    httplib::Response& response,
                                                    const httplib::ContentReader& read) {
    guarded(response, [&] { read_and_answer(request, response, read); });
  };
  constexpr const char* kAnyPath = R"([\s\S]*)";
  server.Get(kAnyPath, without_body)
      .Options(kAnyPath, without_body)
      .Post(kAnyPath, with_body)
      .Put(kAnyPath, with_body)
      .Patch(kAnyPath, with_body)
      .Delete(kAnyPath, with_body);
}

}  // namespace timock

#endif  // TIMOCK_HTTPLIB_H_
