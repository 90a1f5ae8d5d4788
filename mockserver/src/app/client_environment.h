#ifndef TIMOCK_APP_CLIENT_ENVIRONMENT_H_
#define TIMOCK_APP_CLIENT_ENVIRONMENT_H_

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "timock/result.h"

namespace timock::app {

/// Names and values. An empty value removes a variable.
using Variables = std::vector<std::pair<std::string, std::string>>;

/// The variables of this process.
Variables InheritedVariables();

/// Where the HTTP clients of a wrapped command are to go.
struct ClientTarget {
  std::string host = {};  ///< That of TIMOCK_URL, without brackets.
  std::uint16_t port = 0;
  std::uint16_t tls_port = 0;
  /// The rest is for clients with a fixed host. 0: no proxy.
  std::uint16_t proxy_port = 0;
  std::string ca_file = {};             ///< Empty: what the clients trust does not change.
  std::string trust_store = {};         ///< The same for Java.
  std::vector<std::string> hosts = {};  ///< Those that the proxy brings here, see ServedHosts.
};

/// Files for clients that variables alone do not lead: a preload for Node, settings for PHP, and
/// empty settings for curl. They are in a folder that is removed with this object.
class ClientFiles {
 public:
  static Result<ClientFiles> Write(const ClientTarget& target);

  /// Empty when nothing was written.
  std::string folder() const { return folder_ ? folder_->path : ""; }

 private:
  struct Folder {
    std::string path;
    ~Folder();
  };
  std::unique_ptr<const Folder> folder_;
};

/// What has to change in the `inherited` environment so that no client is led past the fake, by a
/// proxy or by an exception from one. Without a proxy port: calls to `target.host` go there
/// directly, and nothing else changes. With one: clients go through that proxy, whatever proxy they
/// had, except to hosts that they except and that are not of the API. `folder` is that of
/// ClientFiles.
Variables LeadClients(const ClientTarget& target, const std::string& folder,
                      const Variables& inherited);

/// Lists which of `inherited` are changed, added and removed by `changes`; only their names, since
/// a value may hold a password.
std::string DescribeChanges(const Variables& changes, const Variables& inherited);

}  // namespace timock::app

#endif  // TIMOCK_APP_CLIENT_ENVIRONMENT_H_
