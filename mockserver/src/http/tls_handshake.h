#ifndef TIMOCK_HTTP_TLS_HANDSHAKE_H_
#define TIMOCK_HTTP_TLS_HANDSHAKE_H_

#include <boost/system/error_code.hpp>
#include <string>
#include <string_view>

#include "http/deadline_queue.h"
#include "http/descriptor.h"
#include "http/seat.h"
#include "http/tls_stream.h"
#include "http/worker.h"

namespace timock {

/// A connection until TLS is established, for at most HttpLimits::request_time; then a
/// Connection<TlsStream> takes its place. Like that one it lives in the worker's DeadlineQueue, has
/// exactly one operation pending, and destroys itself in its handler.
class TlsHandshake final : public Timed {
 public:
  /// `early` is what has been read from `descriptor` already.
  static void Serve(Worker& worker, Descriptor descriptor, std::string early, Seat seat);

  /// The connection will be answered 503: one too many.
  static void TurnAway(Worker& worker, Descriptor descriptor, Seat seat);

  void OnDeadline() override;
  void OnStop() override;
  void OnGraceOver() override;

 private:
  TlsHandshake(Worker& worker, TlsStream stream, Seat seat, bool turned_away);

  void Run();
  void OnEnd(const boost::system::error_code& error);
  void Report(const boost::system::error_code& error);
  void GiveUp(std::string_view why);
  void Finish();

  Worker& worker_;
  TlsStream stream_;
  Seat seat_;
  const bool turned_away_;
  std::string_view given_up_;  // a literal
};

}  // namespace timock

#endif  // TIMOCK_HTTP_TLS_HANDSHAKE_H_
