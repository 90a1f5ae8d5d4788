#ifndef TIMOCK_SERVER_H_
#define TIMOCK_SERVER_H_

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "timock/result.h"
#include "timock/service.h"

namespace timock {

/// Bounds of the transport. A request that passes one gets the answer of P9, except that one
/// connection too many is answered with 503.
struct HttpLimits {
  std::size_t request_line_bytes = std::size_t{16} * 1024;
  std::size_t header_bytes = std::size_t{32} * 1024;  ///< All header lines of a request together.
  std::size_t header_count = 100;
  std::size_t connections = 10'000;  ///< Of all ports and threads together.
  /// First byte of a request to its last; also for a TLS handshake.
  std::chrono::milliseconds request_time{10'000};
  std::chrono::milliseconds write_time{10'000};  ///< For a client to take its answer.
  std::chrono::milliseconds idle_time{75'000};   ///< Between two requests of a connection.
};

/// HTTPS alongside HTTP, with a certificate for every documented host (R11),
/// ServerOptions::extra_hosts, localhost, 127.0.0.1 and ::1 from a certificate authority of our
/// own, or with one that is given.
struct TlsOptions {
  std::uint16_t port = 0;  ///< 0: a free one; read it back with tls_port().
  /// PEM files of an own certificate chain and its key; both or none. No authority is made then.
  std::string certificate_file = {};
  std::string key_file = {};
  /// Folder that keeps the authority, so that clients need to trust it only once; made on first
  /// use, its key with mode 0600. Empty: an authority that lives as long as the server and is on no
  /// disk.
  std::string state_directory = {};
};

/// The control API below /_timock/, and the page to look at.
struct ControlOptions {
  bool enabled = true;
  /// Serves it there and not alongside the endpoint; needs `enabled`. 0: a free port, read it back
  /// with control_port().
  std::optional<std::uint16_t> port = {};
  /// What `Authorization: Bearer` must carry: at most 1024 bytes of printable ASCII without spaces.
  /// Empty: nothing on a loopback address, elsewhere a random one is made; read it back with
  /// control_token().
  std::string token = {};
  /// Several test runs use the server, each with apps of its own: what would touch the apps of
  /// others is refused, with 403 and the way to do it for one app.
  bool shared = false;
};

struct ServerOptions {
  std::string host = "127.0.0.1";  ///< "localhost": 127.0.0.1 and ::1.
  std::uint16_t port = 0;          ///< 0: a free one; read it back with port().
  ServiceOptions service = {};
  HttpLimits limits = {};
  std::optional<TlsOptions> tls = {};
  /// An HTTP proxy for clients with a fixed host name: hands `CONNECT host:443` of a documented
  /// or an extra host to the own TLS, serves `CONNECT host:80` and absolute-form requests, refuses
  /// every other host with 403. Needs `tls`.
  std::optional<std::uint16_t> proxy_port = {};
  ControlOptions control = {};
  /// Names of further hosts that the proxy brings here and the certificate is for, such as
  /// "sg.api.im.qcloud.com" or one of your own.
  std::vector<std::string> extra_hosts = {};
  /// Event loops, 1 to 256, each with a thread and a share of the connections.
  unsigned threads = 1;
};

/// A Service over HTTP on a port, from its own threads.
class Server {
 public:
  /// Binds and serves; connections are accepted once this returns. Fails with the reason when the
  /// options are not valid or the address cannot be bound.
  static Result<std::unique_ptr<Server>> Start(ServerOptions options = {});

  /// Stops as Stop does, and joins.
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  std::uint16_t port() const;
  /// "http://127.0.0.1:8080", without a slash at the end.
  std::string url() const;
  /// 0 when there is no such port.
  std::uint16_t tls_port() const;
  std::uint16_t proxy_port() const;
  /// port() unless the control API has a port of its own.
  std::uint16_t control_port() const;
  /// Empty when none is demanded.
  const std::string& control_token() const;
  /// The authority's certificate as PEM, to be trusted by clients; empty without one.
  const std::string& ca_certificate() const;
  Service& service();

  /// Accepts nothing more, closes idle connections and streams of the control API, and lets
  /// requests that have begun to arrive, and answers that are held back, finish for at most one
  /// second; each answer is then its connection's last. Joins all threads, so not to be called from
  /// ServiceOptions::on_call. Safe to call twice and from several threads.
  void Stop();

 private:
  friend struct ServerAccess;  // of tests; in no installed header
  struct Impl;
  explicit Server(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace timock

#endif  // TIMOCK_SERVER_H_
