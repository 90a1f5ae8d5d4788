#ifndef TIMOCK_CONFORMANCE_WIRE_EXCHANGE_H_
#define TIMOCK_CONFORMANCE_WIRE_EXCHANGE_H_

#include <chrono>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "wire/secrets.h"

namespace timock::conformance {

using Header = std::pair<std::string, std::string>;

/// The first header of this name in any case of letters; empty without one.
std::string HeaderOf(const std::vector<Header>& headers, const std::string& name);

/// A request with everything filled in.
struct Outgoing {
  std::string method = "POST";
  std::string target = {};
  std::vector<Header> headers = {};  ///< Without Host and Content-Length, which the client adds.
  std::string body = {};
  std::optional<std::string> raw = {};  ///< All bytes of the message; nothing above counts then.

  std::string note = {};  ///< One line for people, for CurlLine: what is not plain to see in it.

  bool operator==(const Outgoing&) const = default;
};

/// What came back. `status` 0: no HTTP answer, and `failure` says why.
struct Reply {
  int status = 0;
  std::vector<Header> headers = {};
  std::string body = {};
  bool closed = false;              ///< The server ended the connection, or said that it will.
  bool closed_unannounced = false;  ///< It ended without `Connection: close`.
  bool cut = false;                 ///< An answer began, but it is not whole or breaks HTTP.
  bool unanswered = false;          ///< The connection ended before any byte of an answer.
  std::string failure = {};
  /// By the client's monotonic clock: right before the first byte was sent, right after the last
  /// one was read.
  std::chrono::nanoseconds sent{0};
  std::chrono::nanoseconds answered{0};

  /// The first header of this name in any case of letters; empty without one.
  std::string HeaderOf(const std::string& name) const {
    return conformance::HeaderOf(headers, name);
  }
};

/// One way to a server that keeps the order of its requests. Not thread-safe.
class Connection {
 public:
  virtual ~Connection() = default;
  /// Sends one request and waits for its answer.
  virtual Reply Send(const Outgoing& request) = 0;
};

/// The request as a command line for a POSIX shell that has the secrets in its environment; a raw
/// one as a pipe into nc or openssl.
std::string CurlLine(const Outgoing& request, const std::string& base_url, const Secrets& secrets);

}  // namespace timock::conformance

#endif  // TIMOCK_CONFORMANCE_WIRE_EXCHANGE_H_
