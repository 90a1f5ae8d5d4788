#ifndef TIMOCK_HTTP_TLS_HANDSHAKE_H_
#define TIMOCK_HTTP_TLS_HANDSHAKE_H_

#include <memory>
#include <string>
#include <string_view>

#include "http/deadline_queue.h"
#include "http/seat.h"
#include "http/socket.h"
#include "http/tls_stream.h"
#include "http/worker.h"

namespace timock {

/// A connection until TLS is established, for at most HttpLimits::request_time; then a
/// Connection<TlsStream> takes its place. Like that one it lives in the worker's DeadlineQueue.
class TlsHandshake final : public Timed {
 public:
  /// `early` is what has been read from `socket` already. `turned_away`: the connection is one too
  /// many, and will be answered 503.
  static void Begin(Worker& worker, std::unique_ptr<Socket> socket, std::string early, Seat seat,
                    bool turned_away);

  void OnDeadline() override;
  void OnStop() override;
  void OnGraceOver() override;

 private:
  TlsHandshake(Worker& worker, TlsStream stream, Seat seat, bool turned_away);

  void GoOn();
  void BecomeConnection();
  void Fail();
  void Report();
  void GiveUp(std::string_view why);

  Worker& worker_;
  TlsStream stream_;
  Seat seat_;
  const bool turned_away_;
  bool client_ended_ = false;
  std::string_view given_up_;  // why; a literal
};

}  // namespace timock

#endif  // TIMOCK_HTTP_TLS_HANDSHAKE_H_
