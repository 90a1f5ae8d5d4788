#ifndef TIMOCK_HTTP_CONNECTION_H_
#define TIMOCK_HTTP_CONNECTION_H_

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "control/control_api.h"
#include "http/deadline_queue.h"
#include "http/fault_writer.h"
#include "http/loop.h"
#include "http/request_reader.h"
#include "http/response_writer.h"
#include "http/seat.h"
#include "http/socket.h"
#include "http/worker.h"
#include "timock/http_message.h"

namespace timock {

/// One connection, from its acceptance to its end. It lives in the worker's DeadlineQueue, and goes
/// on when what it waits for is there: its stream, or a timer. It ends in one way only: last
/// answer, half-close, drain, close (P8); or silently when nothing is owed; or as a fault wants it.
/// After a CONNECT to port 443 a TlsHandshake takes its place.
///
/// An answer that a fault delays, or that the control API has not ready, is held back by a timer,
/// and what the client sends meanwhile is not read.
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
  /// How an answer is written, as far as its request says.
  struct AnswerForm {
    bool keep_alive = true;
    bool with_body = true;
    bool body_too_large = false;
  };

  struct HeldAnswer {
    Timer timer;
    AnswerForm form;
    HttpResponse response;
    std::unique_ptr<DeferredAnswer> deferred = {};  // null: a fault holds the answer back
    std::optional<FaultWriter> writer = {};         // of the fault, once its delay is over
    std::chrono::milliseconds wait{0};
  };

  Connection(Worker& worker, Stream stream, Seat seat, Door door);

  static Connection& Make(Worker& worker, Stream stream, Seat seat, Door door);

  template <void (Connection::*step)()>
  void WaitFor(Until until);
  void Read();
  void Proceed();
  bool GatherAnswers();
  bool IsForControl(std::string_view target) const;
  void MakeAnswer(bool body_too_large, bool tls);
  void Append(const HttpResponse& response, const AnswerForm& form, std::string* out);
  void MakeProxyAnswer(bool body_too_large);
  void AppendRefusal(std::string_view reason);
  void AppendLast(bool with_body);
  void EndWithoutAnswer();
  bool Send();
  void Continue();
  void HoldDeferred(std::unique_ptr<DeferredAnswer> deferred, const AnswerForm& form);
  void Hold();
  void OnHeld();
  FaultWriter::Then StepFault();
  FaultWriter::Then StepDeferred();
  void StartTunnel();
  void WritePending();
  void Wait();
  void Drain();
  void ReadToDrain();
  void EndIdle();
  void GiveUp(std::string_view reason);
  bool OwesNothing();
  void Abort();
  void Finish();

  Worker& worker_;
  Stream stream_;
  Seat seat_;
  RequestReader reader_;
  std::string pending_;  // answers that the client has not taken yet
  std::size_t pending_begin_ = 0;
  std::unique_ptr<HeldAnswer> held_;
  std::size_t drained_ = 0;
  Tick now_{0};
  bool answered_ = false;      // since the last Wait
  bool last_ = false;          // the last answer is made
  bool more_to_come_ = false;  // the last request did not end where the last answer was made
  bool tunnel_ = false;        // what follows is TLS
  bool reset_ = false;         // a reset follows what is written
  Door door_;
  const std::uint64_t number_;  // from 1
};

}  // namespace timock

#endif  // TIMOCK_HTTP_CONNECTION_H_
