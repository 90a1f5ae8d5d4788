#ifndef TIMOCK_CONFORMANCE_WIRE_HTTP_CLIENT_H_
#define TIMOCK_CONFORMANCE_WIRE_HTTP_CLIENT_H_

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "wire/exchange.h"
#include "wire/pacer.h"

struct ssl_st;  // OpenSSL's SSL

namespace timock::conformance {

/// An origin: "http://127.0.0.1:8080" taken apart.
struct Origin {
  bool tls = false;
  std::string host;
  std::string port;

  /// Throws ConfigError when `url` is no http or https URL of a host.
  static Origin Parse(const std::string& url);
  /// The host without the brackets of an IPv6 address.
  std::string Name() const;
};

/// Sets the name that the server's certificate must have, and SNI where it is no IP address.
void ExpectCertificateOf(const Origin& origin, ssl_st* ssl);

struct ClientOptions {
  std::chrono::milliseconds timeout{10'000};  ///< To connect, for each write, for a whole reply.
  std::string ca_file = {};                   ///< PEM; empty: what the system trusts.
  /// The one version of TLS that is offered; all that OpenSSL has by default.
  enum class Tls { kAny, k12, k13 };
  Tls tls = Tls::kAny;
  std::vector<std::string> alpn = {};  ///< Protocols that are offered, in order.
  /// Asked before the first byte of each message; null: nothing holds it back.
  std::shared_ptr<Pacer> pacer = {};
  /// Told the bytes that were written since the last answer, before the next one is read.
  std::function<void(const std::string& bytes)> observe = {};
};

/// One connection that sends bytes as they are: what the suite sends must reach the server to the
/// letter, so no client library stands between. Connects on first use and again after it was
/// closed. Nothing goes out and nothing is read after a signal, see InterruptedBy.
class HttpClient final : public Connection {
 public:
  HttpClient(Origin origin, ClientOptions options);
  ~HttpClient() override;
  HttpClient(const HttpClient&) = delete;
  HttpClient& operator=(const HttpClient&) = delete;

  /// Sends the request and reads one reply; once more on a new connection when an old one turns out
  /// to be closed. Reply::failure says what went wrong.
  Reply Send(const Outgoing& request) override;

  /// Sends the request as the only one of this connection, and watches whether the server ends it.
  Reply SendAlone(const Outgoing& request);

  /// Writes bytes without waiting for anything; false when the connection is gone.
  bool Write(std::string_view bytes);
  /// Waits, for at most a second, until the server's machine has taken all that was written.
  void WaitDelivered();
  /// Reads one reply; `with_body` is false for one to HEAD.
  Reply Read(bool with_body = true);
  /// Reads the head of an interim reply (1xx).
  Reply ReadInterim();
  /// The protocol that ALPN has agreed on; empty without one.
  std::string Protocol() const;
  void Close();

  /// The message that Send writes.
  std::string Bytes(const Outgoing& request) const;

 private:
  void BeginMessage();
  Reply ReadReply(bool with_body, bool interim);
  std::string WhyNoWholeReply() const;

  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace timock::conformance

#endif  // TIMOCK_CONFORMANCE_WIRE_HTTP_CLIENT_H_
