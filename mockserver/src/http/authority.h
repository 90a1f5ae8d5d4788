#ifndef TIMOCK_HTTP_AUTHORITY_H_
#define TIMOCK_HTTP_AUTHORITY_H_

#include <string>
#include <vector>

#include "apps/hosts.h"
#include "timock/clock.h"
#include "timock/result.h"
#include "timock/server.h"

/// The certificate of a TLS server, and the certificate authority that signs it: in memory, or kept
/// in the state directory so that clients have to trust it only once.
///
/// An authority is a chain of two certificates with EC P-256 keys, valid for ten years and from a
/// day before they were made. Clients trust the root, whose key is discarded at once; the issuer
/// below it signs, and its key is kept. Both are constrained to servers, to the hosts they were
/// made for, and to 127.0.0.1 and ::1, so a stolen key does not help to impersonate any other site.
/// Two are needed because Java ignores the constraints of a certificate that it trusts directly.
///
/// All functions are safe to call from any number of threads and processes.
namespace timock {

/// Deletes an object of OpenSSL's with its own function.
template <auto kFree>
struct Freer {
  template <typename Object>
  void operator()(Object* object) const {
    kFree(object);
  }
};

/// What a TLS server presents, all as PEM.
struct TlsIdentity {
  std::string certificate_chain;  ///< The leaf first; ends with the issuer.
  std::string key;
  std::string ca_certificate;  ///< The root; empty when the user supplied the certificate.
};

/// Reads or makes what `options` asks for, for `hosts` and localhost. The Error names the file and
/// what to do.
Result<TlsIdentity> MakeTlsIdentity(const TlsOptions& options,
                                    const std::vector<std::string>& hosts = DocumentedHosts());

/// The files of the authority in a state directory. An authority exists when its certificate does:
/// the other two are written before it.
struct AuthorityFiles {
  std::string certificate;  ///< ca.pem, mode 0644: the root.
  std::string key;          ///< ca-key.pem, mode 0600: the issuer's key and certificate.
  std::string trust_store;  ///< ca.p12, mode 0644: the root as a PKCS #12 trust store for Java.
};

AuthorityFiles AuthorityFilesIn(const std::string& state_directory);

/// The password of the trust store: Java's usual one, not a secret.
inline constexpr const char* kTrustStorePassword = "changeit";

/// Makes the authority for `hosts` and localhost if there is none, and checks that a server can use
/// it. Several processes may do so at the same time and end with one authority.
Result<AuthorityFiles> PrepareAuthority(const std::string& state_directory,
                                        const std::vector<std::string>& hosts = DocumentedHosts());

/// A certificate and its key as PEM. Other text around the blocks is ignored.
struct KeyPair {
  std::string certificate;  ///< May be a chain; the certificate of the key comes first.
  std::string key;          ///< Without a passphrase.
  std::string certificate_origin = "certificate";  ///< A file's name, for errors.
  std::string key_origin = "key";
};

/// A new authority: issuer and root, and the issuer's key. Fails only when OpenSSL does.
Result<KeyPair> MakeAuthority(const std::vector<std::string>& hosts, UnixTime now);

/// A new certificate of a server for `hosts`, 127.0.0.1 and ::1, signed by `authority` and valid
/// for 825 days, one of them before `now`. Fails when `authority` cannot be read, and when a client
/// that trusts it would refuse the new certificate: for example because `authority` has expired or
/// is constrained to other hosts.
Result<TlsIdentity> IssueCertificate(const KeyPair& authority,
                                     const std::vector<std::string>& hosts, UnixTime now);

}  // namespace timock

#endif  // TIMOCK_HTTP_AUTHORITY_H_
