#include "http/tls_context.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>

#include <string>
#include <string_view>

namespace timock {
namespace {

template <auto kFree>
struct Deleter {
  template <typename Object>
  void operator()(Object* object) const {
    kFree(object);
  }
};
using Memory = std::unique_ptr<BIO, Deleter<&BIO_free_all>>;
using Certificate = std::unique_ptr<X509, Deleter<&X509_free>>;
using Key = std::unique_ptr<EVP_PKEY, Deleter<&EVP_PKEY_free>>;

/// Sessions that can be resumed without a ticket (TLS 1.2), so that they have a bound.
constexpr long kCachedSessions = 1024;

Memory Open(const std::string& text) {
  return Memory(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
}

Error TlsError(const char* what) {
  const char* const reason = ERR_reason_error_string(ERR_peek_error());
  return Error{std::string("cannot serve TLS: ") + what + ": " +
               (reason != nullptr ? reason : "unknown reason")};
}

/// Asks nobody for the passphrase of a key.
int NoPassphrase(char* /*into*/, int /*size*/, int /*writing*/, void* /*data*/) { return -1; }

bool UseChain(SSL_CTX* context, const std::string& pem) {
  const Memory text = Open(pem);
  const Certificate leaf(PEM_read_bio_X509(text.get(), nullptr, &NoPassphrase, nullptr));
  if (!leaf || SSL_CTX_use_certificate(context, leaf.get()) != 1) return false;
  while (X509* const next = PEM_read_bio_X509(text.get(), nullptr, &NoPassphrase, nullptr)) {
    if (SSL_CTX_add0_chain_cert(context, next) != 1) {
      X509_free(next);
      return false;
    }
  }
  ERR_clear_error();  // the end of the text is one
  return true;
}

bool UseKey(SSL_CTX* context, const std::string& pem) {
  const Memory text = Open(pem);
  const Key key(PEM_read_bio_PrivateKey(text.get(), nullptr, &NoPassphrase, nullptr));
  return key && SSL_CTX_use_PrivateKey(context, key.get()) == 1 &&
         SSL_CTX_check_private_key(context) == 1;
}

/// R13: whatever else a client offers, http/1.1 is spoken. A client that does not offer it is told
/// so by the alert of RFC 7301 3.2.
int SelectProtocol(SSL* /*ssl*/, const unsigned char** chosen, unsigned char* chosen_size,
                   const unsigned char* offered, unsigned int offered_size, void* /*data*/) {
  constexpr std::string_view kServed = "http/1.1";
  for (unsigned int at = 0; at < offered_size; at += 1U + offered[at]) {
    const unsigned char* const name = offered + at + 1;
    if (std::string_view(reinterpret_cast<const char*>(name), offered[at]) != kServed) continue;
    *chosen = name;
    *chosen_size = offered[at];
    return SSL_TLSEXT_ERR_OK;
  }
  return SSL_TLSEXT_ERR_ALERT_FATAL;
}

}  // namespace

void TlsContext::Free::operator()(ssl_ctx_st* context) const { SSL_CTX_free(context); }

Result<std::unique_ptr<TlsContext>> TlsContext::Create(const TlsIdentity& identity) {
  ERR_clear_error();
  std::unique_ptr<TlsContext> made(new TlsContext(SSL_CTX_new(TLS_server_method())));
  SSL_CTX* const context = made->get();
  if (context == nullptr || SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION) != 1) {
    return TlsError("OpenSSL");
  }
  if (!UseChain(context, identity.certificate_chain)) return TlsError("the certificate");
  if (!UseKey(context, identity.key)) return TlsError("the key");
  // HTTP says itself where a message ends, so the end of TCP may stand for that of TLS.
  SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION | SSL_OP_IGNORE_UNEXPECTED_EOF);
  SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE |
                                SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  SSL_CTX_set_read_ahead(context, 1);  // one call of the kernel for a record, not two
  constexpr std::string_view kSessionContext = "timock";
  SSL_CTX_set_session_id_context(context,
                                 reinterpret_cast<const unsigned char*>(kSessionContext.data()),
                                 static_cast<unsigned int>(kSessionContext.size()));
  SSL_CTX_sess_set_cache_size(context, kCachedSessions);
  SSL_CTX_set_alpn_select_cb(context, &SelectProtocol, nullptr);
  return made;
}

}  // namespace timock
