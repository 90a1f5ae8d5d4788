#ifndef TIMOCK_HTTP_CONNECTION_H_
#define TIMOCK_HTTP_CONNECTION_H_

#include <boost/system/error_code.hpp>
#include <cstddef>
#include <string>
#include <string_view>

#include "http/deadline_queue.h"
#include "http/request_reader.h"
#include "http/response_writer.h"
#include "http/seat.h"
#include "http/worker.h"

namespace timock {

/// One connection, from its acceptance to its end. It lives in the worker's DeadlineQueue, always
/// has exactly one operation pending, and destroys itself in the handler of its last one. It ends
/// in one way only: last answer, half-close, drain, close (P8); or silently when nothing is owed.
/// After a CONNECT a TlsHandshake takes its place.
template <typename Stream>
class Connection final : public Timed {
 public:
  /// Serves `stream`. Owned by the worker's queue.
  static void Serve(Worker& worker, Stream stream, Seat seat, Door door);

  /// Answers 503 before any request: one connection too many.
  static void TurnAway(Worker& worker, Stream stream, Seat seat);

  /// Answers what has arrived on `stream` as malformed (P9).
  static void Refuse(Worker& worker, Stream stream, Seat seat, std::string_view reason);

  void OnDeadline() override;
  void OnStop() override;
  void OnGraceOver() override;

 private:
  Connection(Worker& worker, Stream stream, Seat seat, Door door);

  void Read();
  void OnRead(const boost::system::error_code& error, std::size_t bytes);
  void Proceed();
  bool GatherAnswers();
  void AppendAnswer(bool body_too_large, bool tls);
  void AppendProxyAnswer(bool body_too_large);
  void AppendRefusal(std::string_view reason);
  void AppendLast(bool with_body);
  void EndWithoutAnswer();
  bool Send();
  void StartTunnel();
  void WritePending();
  void OnWritten(const boost::system::error_code& error, std::size_t bytes);
  void Wait();
  void Drain();
  void ReadToDrain();
  void GiveUp(std::string_view reason);
  bool OwesNothing();
  void EndIfIdle();
  void Abort();
  void Finish();

  Worker& worker_;
  Stream stream_;
  Seat seat_;
  RequestReader reader_;
  std::string pending_;  // answers that the client has not taken yet
  std::size_t pending_begin_ = 0;
  std::size_t drained_ = 0;
  std::string_view give_up_;  // why the request will not be waited for; a literal
  Tick now_{0};
  bool answered_ = false;      // since the last Wait
  bool last_ = false;          // the last answer is made
  bool more_to_come_ = false;  // the last request did not end where the last answer was made
  bool tunnel_ = false;        // what follows is TLS
  const Door door_;
};

}  // namespace timock

#endif  // TIMOCK_HTTP_CONNECTION_H_
