#ifndef TIMOCK_HTTP_TLS_IDENTITY_H_
#define TIMOCK_HTTP_TLS_IDENTITY_H_

#include <string>
#include <vector>

#include "apps/hosts.h"
#include "timock/result.h"
#include "timock/server.h"

namespace timock {

/// What a TLS server presents, all as PEM.
struct TlsIdentity {
  std::string certificate_chain;  ///< The leaf first.
  std::string key;
  std::string ca_certificate;  ///< Empty with an own certificate.
};

/// Reads or makes what `options` asks for, for `hosts` and localhost. The Error names the file and
/// what to do.
Result<TlsIdentity> MakeTlsIdentity(const TlsOptions& options,
                                    const std::vector<std::string>& hosts = DocumentedHosts());

/// The files of the certificate authority in a state directory. An authority is there when its
/// certificate is: the other two are written before it.
struct AuthorityFiles {
  std::string certificate;  ///< ca.pem, mode 0644.
  std::string key;          ///< ca-key.pem, mode 0600.
  std::string trust_store;  ///< ca.p12 for Java, mode 0644; see MakeTrustStore.
};

AuthorityFiles AuthorityFilesIn(const std::string& state_directory);

/// Makes the authority for `hosts` and localhost if there is none, and checks that a server can use
/// it. Several processes may do so at one time and end with one authority.
Result<AuthorityFiles> PrepareAuthority(const std::string& state_directory,
                                        const std::vector<std::string>& hosts = DocumentedHosts());

}  // namespace timock

#endif  // TIMOCK_HTTP_TLS_IDENTITY_H_
