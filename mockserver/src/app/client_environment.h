#ifndef TIMOCK_APP_CLIENT_ENVIRONMENT_H_
#define TIMOCK_APP_CLIENT_ENVIRONMENT_H_

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "timock/result.h"

namespace timock::app {

/// Names and values. An empty value takes a variable away.
using Variables = std::vector<std::pair<std::string, std::string>>;

/// Where the HTTP clients of a wrapped command are to go.
struct ClientTarget {
  std::string host = {};  ///< That of TIMOCK_URL, without brackets.
  std::uint16_t port = 0;
  std::uint16_t tls_port = 0;
  /// The rest is for clients with a fixed host. 0: no proxy.
  std::uint16_t proxy_port = 0;
  std::string ca_file = {};             ///< Empty: what the clients trust stays as it is.
  std::string trust_store = {};         ///< The same for Java.
  std::vector<std::string> hosts = {};  ///< That the proxy brings here, see ServedHosts.
};

/// Files for clients that variables alone do not lead, in a folder of its own that is removed with
/// this object: a preload for Node, settings for PHP, and settings without content for curl.
class ClientFiles {
 public:
  static Result<ClientFiles> Write(const ClientTarget& target);
  ClientFiles() = default;
  ~ClientFiles();
  ClientFiles(ClientFiles&& other) noexcept : folder_(std::exchange(other.folder_, {})) {}
  ClientFiles& operator=(ClientFiles&& other) noexcept {
    std::swap(folder_, other.folder_);
    return *this;
  }

  const std::string& folder() const { return folder_; }

 private:
  explicit ClientFiles(std::string folder) : folder_(std::move(folder)) {}

  std::string folder_;
};

/// What has to change in the `inherited` environment so that no client is led past the fake,
/// neither by a proxy nor by an exception from one. Without a proxy port: calls to `target.host` go
/// there directly, and all else stays. With one: clients go through that proxy, whatever they were
/// told, but for exceptions that name no host of the API. `folder` is that of ClientFiles.
Variables LeadClients(const ClientTarget& target, const std::string& folder,
                      const Variables& inherited);

/// Says which of `inherited` are changed, added and removed by `changes`; names only, for a value
/// may hold a password.
std::string DescribeChanges(const Variables& changes, const Variables& inherited);

}  // namespace timock::app

#endif  // TIMOCK_APP_CLIENT_ENVIRONMENT_H_
