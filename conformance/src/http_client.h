#ifndef TIMOCK_CONFORMANCE_HTTP_CLIENT_H_
#define TIMOCK_CONFORMANCE_HTTP_CLIENT_H_

#include <chrono>
#include <memory>
#include <string>
#include <string_view>

#include "exchange.h"

namespace timock::conformance {

/// An origin: "http://127.0.0.1:8080" taken apart.
struct Origin {
  bool tls = false;
  std::string host;
  std::string port;

  /// Throws CaseError when `url` is no http or https URL of a host.
  static Origin Parse(const std::string& url);
};

struct ClientOptions {
  std::chrono::milliseconds timeout{10'000};  ///< To connect, and for each read and write.
  std::string ca_file = {};                   ///< PEM; empty: what the system trusts.
};

/// One connection that sends bytes as they are: what the suite sends must reach the server to the
/// letter, so no client library stands between. Connects on first use and again after it was
/// closed.
class HttpClient {
 public:
  HttpClient(Origin origin, ClientOptions options);
  ~HttpClient();
  HttpClient(const HttpClient&) = delete;
  HttpClient& operator=(const HttpClient&) = delete;

  /// Sends the request and reads one reply; once more on a new connection when an old one turns out
  /// to be closed. Reply::failure says what went wrong.
  Reply Send(const Outgoing& request);

  /// Writes bytes without waiting for anything; false when the connection is gone.
  bool Write(std::string_view bytes);
  /// Reads one reply; `with_body` is false for one to HEAD.
  Reply Read(bool with_body = true);
  void Close();

  /// The message that Send writes.
  std::string Bytes(const Outgoing& request) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace timock::conformance

#endif  // TIMOCK_CONFORMANCE_HTTP_CLIENT_H_
