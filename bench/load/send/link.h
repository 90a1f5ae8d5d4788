#ifndef TIMOCK_BENCH_LOAD_SEND_LINK_H_
#define TIMOCK_BENCH_LOAD_SEND_LINK_H_

#include <openssl/ssl.h>

#include <cstddef>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "wire/http_client.h"

namespace timock::load {

/// Where connections lead, and what they trust.
class Dialer {
 public:
  /// `ca_file`: PEM; empty: what the system trusts. Throws conformance::ConfigError when it cannot
  /// be read.
  Dialer(conformance::Origin origin, const std::string& ca_file);

  const conformance::Origin& origin() const { return origin_; }
  SSL_CTX* context() const { return context_.get(); }  ///< Null without TLS.

 private:
  conformance::Origin origin_;
  std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)> context_{nullptr, &SSL_CTX_free};
};

/// One open connection that never blocks. One thread may write while another reads.
class Link {
 public:
  /// Connects, shakes hands, and asks for the server's health once (P6, `HEAD /`), so that the
  /// first request finds everything warm. Waits for at most five seconds. Throws
  /// conformance::UnreachableError.
  explicit Link(const Dialer& dialer);
  ~Link();
  Link(const Link&) = delete;
  Link& operator=(const Link&) = delete;

  int descriptor() const { return descriptor_; }

  /// Writes all bytes at once; false when the connection does not take them.
  bool Write(std::string_view bytes);

  /// Reads what is there into `out`: the bytes, 0 when nothing is, empty when the connection has
  /// ended.
  std::optional<std::size_t> Read(char* out, std::size_t size);

 private:
  void Connect(const Dialer& dialer);
  void Warm(const Dialer& dialer);

  int descriptor_ = -1;
  std::mutex mutex_;  // Guards ssl_.
  std::unique_ptr<SSL, decltype(&SSL_free)> ssl_{nullptr, &SSL_free};
};

}  // namespace timock::load

#endif  // TIMOCK_BENCH_LOAD_SEND_LINK_H_
