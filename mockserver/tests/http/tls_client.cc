#include "http/tls_client.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <array>

namespace timock::testing {

TlsClient::TlsClient(std::uint16_t port, const TlsClientOptions& options)
    : raw_(port, options.receive_buffer),
      context_(SSL_CTX_new(TLS_client_method())),
      piece_(options.piece),
      unsent_(options.before),
      connects_(!options.before.empty()) {
  ERR_clear_error();
  Prepare(options);
  Handshake();
}

void TlsClient::Prepare(const TlsClientOptions& options) {
  SSL_CTX* const context = context_.get();
  SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nullptr);
  if (!options.ca.empty()) {
    BIO* const text = BIO_new_mem_buf(options.ca.data(), static_cast<int>(options.ca.size()));
    X509* const certificate = PEM_read_bio_X509(text, nullptr, nullptr, nullptr);
    X509_STORE_add_cert(SSL_CTX_get_cert_store(context), certificate);
    X509_free(certificate);
    BIO_free(text);
  }
  if (options.version != 0) {
    SSL_CTX_set_security_level(context, 0);  // else OpenSSL offers nothing below TLS 1.2
    SSL_CTX_set_min_proto_version(context, options.version);
    SSL_CTX_set_max_proto_version(context, options.version);
  }
  SSL_CTX_set_alpn_protos(context, reinterpret_cast<const unsigned char*>(options.alpn.data()),
                          static_cast<unsigned int>(options.alpn.size()));
  ssl_.reset(SSL_new(context));
  std::string name = options.host;
  SSL_ctrl(ssl_.get(), SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name, name.data());
  SSL_set1_host(ssl_.get(), options.host.c_str());
  if (options.session != nullptr) SSL_set_session(ssl_.get(), options.session);
  SSL_set_bio(ssl_.get(), BIO_new(BIO_s_mem()), BIO_new(BIO_s_mem()));
  SSL_set_connect_state(ssl_.get());
}

void TlsClient::Handshake() {
  for (;;) {
    const int returned = SSL_do_handshake(ssl_.get());
    const bool sent = Flush();
    if (returned == 1) break;
    const bool waits = SSL_get_error(ssl_.get(), returned) == SSL_ERROR_WANT_READ;
    if (connects_ && sent) {
      connects_ = false;
      before_ = raw_.Read(false);
    }
    if (!waits || !sent || !Receive()) {
      const char* const reason = ERR_reason_error_string(ERR_peek_error());
      failure_ = reason != nullptr ? reason : "the connection ended";
      return;
    }
  }
  established_ = true;
  version_ = SSL_get_version(ssl_.get());
  const unsigned char* chosen = nullptr;
  unsigned int size = 0;
  SSL_get0_alpn_selected(ssl_.get(), &chosen, &size);
  if (size > 0) alpn_.assign(reinterpret_cast<const char*>(chosen), size);
}

/// Sends what TLS has made.
bool TlsClient::Flush() {
  std::array<char, 16384> block;
  for (;;) {
    const int size = BIO_read(SSL_get_wbio(ssl_.get()), block.data(), block.size());
    if (size <= 0) break;
    unsent_.append(block.data(), static_cast<std::size_t>(size));
  }
  const std::size_t step = piece_ == 0 ? std::max<std::size_t>(unsent_.size(), 1) : piece_;
  for (std::size_t at = 0; at < unsent_.size(); at += step) {
    if (!raw_.Send(std::string_view(unsent_).substr(at, step))) return false;
  }
  unsent_.clear();
  return true;
}

bool TlsClient::Receive() {
  std::string bytes;
  if (!raw_.Take(&bytes)) return false;
  BIO_write(SSL_get_rbio(ssl_.get()), bytes.data(), static_cast<int>(bytes.size()));
  return true;
}

bool TlsClient::Send(std::string_view bytes) {
  if (bytes.empty()) return true;
  return SSL_write(ssl_.get(), bytes.data(), static_cast<int>(bytes.size())) > 0 && Flush();
}

/// What SSL_get_error says of the end: 0 for bytes, which were read.
int TlsClient::ReadSome(char* into, int size) {
  for (;;) {
    const int read = SSL_read(ssl_.get(), into, size);
    if (read > 0) {
      buffer_.append(into, static_cast<std::size_t>(read));
      return 0;
    }
    const int error = SSL_get_error(ssl_.get(), read);
    if (error != SSL_ERROR_WANT_READ || !Receive()) return error;
  }
}

Answer TlsClient::Read(bool with_body) {
  std::array<char, 16384> block;
  Answer answer;
  while (!CutAnswer(&buffer_, with_body, &answer)) {
    if (ReadSome(block.data(), block.size()) != 0) return {};
  }
  return answer;
}

bool TlsClient::Ended() {
  char byte = 0;
  return buffer_.empty() && ReadSome(&byte, 1) == SSL_ERROR_ZERO_RETURN;
}

void TlsClient::EndStream() {
  SSL_shutdown(ssl_.get());
  Flush();
}

void TlsClient::EndSending() {
  EndStream();
  raw_.EndSending();
}

}  // namespace timock::testing
