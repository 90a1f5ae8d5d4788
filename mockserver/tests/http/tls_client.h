#ifndef TIMOCK_TESTS_HTTP_TLS_CLIENT_H_
#define TIMOCK_TESTS_HTTP_TLS_CLIENT_H_

#include <openssl/ssl.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "http/raw_client.h"

namespace timock::testing {

struct TlsClientOptions {
  std::string ca = {};  ///< PEM; empty: trusts nobody.
  std::string host = "localhost";
  int version = 0;        ///< TLS1_2_VERSION, say; 0: any.
  std::string alpn = {};  ///< In the form of the wire: "\x02h2".
  std::size_t piece = 0;  ///< Sends pieces of this many bytes, whatever the records; 0: whole.
  std::string before =
      {};  ///< Sent with the first bytes of TLS, and answered before it: a CONNECT.
  SSL_SESSION* session = nullptr;  ///< To resume.
  int receive_buffer = 0;
};

/// A TLS client over RawClient that verifies the server's certificate and name.
class TlsClient {
 public:
  explicit TlsClient(std::uint16_t port, const TlsClientOptions& options);

  bool established() const { return established_; }
  const std::string& failure() const { return failure_; }
  const std::string& version() const { return version_; }
  const std::string& alpn() const { return alpn_; }
  const Answer& before() const { return before_; }
  RawClient& raw() { return raw_; }
  SSL* ssl() { return ssl_.get(); }

  bool Send(std::string_view bytes);
  Answer Read(bool with_body = true);
  /// Whether the server ends the stream with close_notify, after no further byte.
  bool Ended();
  /// Sends close_notify, with what SSL_write left unsent.
  void EndStream();
  /// Sends close_notify and the end of TCP.
  void EndSending();

 private:
  template <auto kFree>
  struct Free {
    template <typename Object>
    void operator()(Object* object) const {
      kFree(object);
    }
  };

  void Prepare(const TlsClientOptions& options);
  void Handshake();
  bool Flush();
  bool Receive();
  int ReadSome(char* into, int size);

  RawClient raw_;
  std::unique_ptr<SSL_CTX, Free<&SSL_CTX_free>> context_;
  std::unique_ptr<SSL, Free<&SSL_free>> ssl_;
  std::size_t piece_;
  std::string unsent_;
  bool connects_;
  bool established_ = false;
  std::string failure_;
  std::string version_;
  std::string alpn_;
  std::string buffer_;
  Answer before_;
};

}  // namespace timock::testing

#endif  // TIMOCK_TESTS_HTTP_TLS_CLIENT_H_
