#include <gtest/gtest.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <memory>
#include <string>

#include "wire/http_client.h"

namespace timock::conformance {
namespace {

/// What a client of this URL asks of its server.
struct Asked {
  std::string address;      ///< IP address that the certificate must have.
  std::string name;         ///< Name that it must have.
  std::string server_name;  ///< Name in the handshake (SNI).
};

std::string Text(const char* text) { return text == nullptr ? "" : text; }

Asked AskedBy(const std::string& url) {
  const std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)> context(SSL_CTX_new(TLS_client_method()),
                                                                  &SSL_CTX_free);
  const std::unique_ptr<SSL, decltype(&SSL_free)> ssl(SSL_new(context.get()), &SSL_free);
  ExpectCertificateOf(Origin::Parse(url), ssl.get());
  X509_VERIFY_PARAM* const wanted = SSL_get0_param(ssl.get());
  char* const address = X509_VERIFY_PARAM_get1_ip_asc(wanted);
  Asked asked{Text(address), Text(X509_VERIFY_PARAM_get0_host(wanted, 0)),
              Text(SSL_get_servername(ssl.get(), TLSEXT_NAMETYPE_host_name))};
  OPENSSL_free(address);
  return asked;
}

TEST(ExpectCertificateOfTest, AnAddressStandsInTheCertificateWithoutBracketsAndNotInSni) {
  const Asked six = AskedBy("https://[::1]:8443");
  EXPECT_EQ(six.address, "0:0:0:0:0:0:0:1");
  EXPECT_EQ(six.name + six.server_name, "");
  const Asked four = AskedBy("https://127.0.0.1:8443");
  EXPECT_EQ(four.address, "127.0.0.1");
  EXPECT_EQ(four.name + four.server_name, "");
}

TEST(ExpectCertificateOfTest, ANameStandsInBoth) {
  const Asked name = AskedBy("https://im.example");
  EXPECT_EQ(name.address, "");
  EXPECT_EQ(name.name, "im.example");
  EXPECT_EQ(name.server_name, "im.example");
}

TEST(OriginTest, KeepsBracketsInTheHostOnly) {
  const Origin origin = Origin::Parse("https://[::1]:8443");
  EXPECT_EQ(origin.host, "[::1]");
  EXPECT_EQ(origin.Name(), "::1");
  EXPECT_EQ(origin.port, "8443");
}

}  // namespace
}  // namespace timock::conformance
