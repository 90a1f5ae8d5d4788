#ifndef TIMOCK_BENCH_LOAD_SEND_ENDPOINT_H_
#define TIMOCK_BENCH_LOAD_SEND_ENDPOINT_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

#include "load/send/in_process.h"
#include "load/send/sample.h"
#include "target/options.h"
#include "wire/child.h"
#include "wire/http_client.h"
#include "wire/secrets.h"

namespace timock::load {

/// The server that is to be loaded: the fake in this process, a child, or one at a URL; and the
/// apps whose admins call. Apps are made through timock's control API where the server has one, and
/// removed at the end; any other server has the one app of the credentials.
class Endpoint {
 public:
  /// `options.target` is in-process (over HTTP), a URL, exec:CMD or real. Throws
  /// conformance::ConfigError and conformance::ConfigError for what makes no sense,
  /// conformance::UnreachableError.
  Endpoint(const conformance::TargetOptions& options, std::size_t apps);
  ~Endpoint();
  Endpoint(const Endpoint&) = delete;
  Endpoint& operator=(const Endpoint&) = delete;

  const std::string& url() const { return url_; }
  const std::string& name() const { return name_; }  ///< As it was asked for.
  bool controlled() const { return controlled_; }
  const std::vector<conformance::Identity>& apps() const { return apps_; }
  conformance::Secrets& secrets() { return secrets_; }

  /// The message for one request, with Host, ready to be written. Throws conformance::ConfigError
  /// where it would need the key and there is only a UserSig.
  std::string Message(const PlannedRequest& request);
  /// The same as one of the suite's.
  conformance::Outgoing Request(const PlannedRequest& request);

  /// Calls `body` with the names of this very server kept where it is live and may be written to,
  /// see conformance::KeepingNames.
  int KeepingNames(const conformance::TargetOptions& options, std::ostream& out,
                   const std::function<int()>& body);

  /// One call of the control API. Throws std::runtime_error with the answer when it fails.
  nlohmann::json Control(const std::string& method, const std::string& path,
                         const nlohmann::json& body = {});

 private:
  void TakeControl(std::size_t apps);

  std::string name_;
  std::unique_ptr<InProcessServer> in_process_;
  std::unique_ptr<conformance::Child> child_;
  std::string url_;
  std::unique_ptr<conformance::HttpClient> client_;
  std::vector<conformance::Identity> apps_;
  bool controlled_ = false;
  conformance::Secrets secrets_;
};

}  // namespace timock::load

#endif  // TIMOCK_BENCH_LOAD_SEND_ENDPOINT_H_
