#ifndef TIMOCK_HTTP_MESSAGE_H_
#define TIMOCK_HTTP_MESSAGE_H_

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace timock {

struct HttpHeader {
  std::string name;
  std::string value;
};

/// A request as a client sends it, owning its text.
struct HttpRequest {
  std::string method = "POST";
  std::string target;  ///< Origin form ("/v4/...") or absolute form, undecoded, any byte but space.
  std::vector<HttpHeader> headers = {};
  std::string body = {};
  bool tls = false;  ///< Whether it came over TLS (rule `plain_http`).
};

struct HttpHeaderView {
  std::string_view name;
  std::string_view value;
};

/// The same without owning anything: what a transport passes on. Every view must stay valid until
/// the call that takes it returns.
struct HttpRequestView {
  std::string_view method;
  std::string_view target;
  std::span<const HttpHeaderView> headers = {};
  std::string_view body = {};
  bool tls = false;
  /// The transport stopped reading the body at the limit (rule `body_too_large`).
  bool body_too_large = false;
};

struct HttpResponse {
  int status = 200;  ///< 200 for every outcome of the API (P1).
  std::string content_type = {};
  std::string body = {};
  bool close = false;  ///< The transport must send `Connection: close` and close.
};

}  // namespace timock

#endif  // TIMOCK_HTTP_MESSAGE_H_
