#ifndef TIMOCK_HTTP_CERTIFICATE_AUTHORITY_H_
#define TIMOCK_HTTP_CERTIFICATE_AUTHORITY_H_

#include <string>
#include <vector>

#include "timock/clock.h"
#include "timock/result.h"

namespace timock {

/// A certificate and its key as PEM, in memory. No function here touches a file or a clock; errors
/// name the two halves by their origin.
struct KeyPair {
  std::string certificate;  ///< May be a chain; the certificate of the key comes first.
  std::string key;          ///< Without a passphrase.
  std::string certificate_origin = "certificate";  ///< A file's name, for errors.
  std::string key_origin = "key";
};

/// A new certificate authority with EC P-256 keys, valid for ten years and from a day before `now`.
/// Its chain is an issuer, whose key this is, and the root, which clients trust and whose key
/// nobody keeps. Both are constrained to `hosts`, 127.0.0.1 and ::1 and to servers, so that nobody
/// can pass for any other site with the key; the issuer is there because Java applies no constraint
/// of a certificate that it trusts directly. Fails when OpenSSL does.
Result<KeyPair> MakeAuthority(const std::vector<std::string>& hosts, UnixTime now);

/// A new certificate of a server for `hosts`, 127.0.0.1 and ::1, signed by `authority`; valid for
/// 825 days, one of them before `now`. Fails when `authority` cannot be read (as ReadKeyPair does)
/// and when a client that trusts it would refuse the new certificate: because `authority` has
/// expired, say, or is constrained to other hosts. The result's chain ends with the issuer.
Result<KeyPair> IssueCertificate(const KeyPair& authority, const std::vector<std::string>& hosts,
                                 UnixTime now);

/// Reads all certificates and the key out of what may hold other text beside them. Fails when
/// there is none, one is broken, the key needs a passphrase, or it is not that of the first
/// certificate.
Result<KeyPair> ReadKeyPair(const KeyPair& texts);

/// The last certificate of a chain, as PEM: of an authority's, what clients trust.
Result<std::string> RootOf(const KeyPair& chain);

/// The password of MakeTrustStore: Java's usual one, no secret.
inline constexpr const char* kTrustStorePassword = "changeit";

/// A PKCS #12 trust store for Java that holds the first certificate of a PEM text.
Result<std::string> MakeTrustStore(const std::string& certificate);

}  // namespace timock

#endif  // TIMOCK_HTTP_CERTIFICATE_AUTHORITY_H_
