#ifndef TIMOCK_HTTP_TLS_CONTEXT_H_
#define TIMOCK_HTTP_TLS_CONTEXT_H_

#include <memory>

#include "http/tls_identity.h"
#include "timock/result.h"

struct ssl_ctx_st;

namespace timock {

/// What all TLS connections of a server share: certificate, versions (1.2 and 1.3), ALPN, and what
/// it takes to resume sessions. Safe to use from any number of threads.
class TlsContext {
 public:
  /// Fails when OpenSSL does not take the certificate or the key, with its reason.
  static Result<std::unique_ptr<TlsContext>> Create(const TlsIdentity& identity);

  ssl_ctx_st* get() const { return context_.get(); }

 private:
  struct Free {
    void operator()(ssl_ctx_st* context) const;
  };

  explicit TlsContext(ssl_ctx_st* context) : context_(context) {}

  std::unique_ptr<ssl_ctx_st, Free> context_;
};

}  // namespace timock

#endif  // TIMOCK_HTTP_TLS_CONTEXT_H_
