#ifndef TIMOCK_HTTP_CONNECTION_H_
#define TIMOCK_HTTP_CONNECTION_H_

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/permit.h"
#include "control/control_api.h"
#include "http/call_handler.h"
#include "http/deadline_queue.h"
#include "http/loop.h"
#include "http/proxy_route.h"
#include "http/request_reader.h"
#include "http/response_writer.h"
#include "http/socket.h"
#include "http/stream.h"
#include "timock/clock.h"
#include "timock/http_message.h"
#include "timock/server.h"
#include "timock/service.h"

namespace timock {

/// Answers of pipelined requests are gathered up to this many bytes before they are written.
inline constexpr std::size_t kGatheredAnswers = std::size_t{64} * 1024;

/// What a port is for.
enum class PortRole : std::uint8_t { kHttp, kTls, kProxy, kControl };

/// ControlApi::Handle.
using ControlHandler = std::function<std::unique_ptr<DeferredAnswer>(
    const HttpRequestView& request, Tick now, HttpResponse* response)>;

/// What all loops of a server share. Once the first loop runs, only the counters change, and those
/// only with connections, never with calls.
struct Shared {
  Service& service;
  const HttpLimits& limits;
  const TlsContext* tls = nullptr;            ///< Null: no port has the role kTls or kProxy.
  const std::vector<std::string> hosts = {};  ///< See ServedHosts.
  OwnPorts own_ports = {};
  ControlHandler control = {};
  CallHandler call_handler = {};             ///< Empty: the service itself.
  bool control_on_all_ports = false;         ///< Else on a port with the role kControl, if any.
  std::atomic<std::size_t> served = 0;       ///< Permits of HttpLimits::connections.
  std::atomic<std::size_t> turned_away = 0;  ///< Permits to answer 503 to one too many.
  std::atomic<std::uint64_t> begun = 0;      ///< Number of the newest connection.
  std::atomic<std::uint64_t> refused = 0;    ///< Connections over the limit so far.
};

/// What all connections of one loop share: what they serve, and the memory they work in, so that an
/// idle connection uses hardly any. For the loop's thread only.
struct Worker {
  Worker(Loop& the_loop, Shared& the_shared)
      : loop(the_loop),
        shared(the_shared),
        service(the_shared.service),
        limits(the_shared.limits),
        keep_alive(KeepAliveLines(limits.idle_time)),
        connections(the_loop, the_shared.limits) {}

  /// Destroys `connection`, or a handshake. The loop ends with its last one.
  void End(Timed& connection) {
    connections.End(connection);
    if (stopping && connections.empty()) loop.Stop();
  }

  /// Runs one step of `item`, a connection or a handshake. An exception ends that one and no other,
  /// and whatever it waits for is cancelled. Exceptions in the making of an answer do not get here:
  /// Service::Handle, ControlApi and ServerAccess answer them.
  template <typename Step>
  void Guard(Timed& item, Step step) {
    try {
      step();
    } catch (...) {
      service.AnswerException(&response);  // to the log alone
      End(item);
    }
  }

  /// Empties `output`, and gives back the memory of a large answer of the control API.
  void ClearOutput() {
    output.clear();
    if (output.capacity() > 4 * kGatheredAnswers) output.shrink_to_fit();
  }

  Loop& loop;
  Shared& shared;
  Service& service;
  const HttpLimits& limits;
  const std::string keep_alive;  ///< What each answer but the last of a connection says.
  bool stopping = false;         ///< Every answer is the last of its connection.
  bool grace_over = false;       ///< Nothing is waited for.

  SystemClock clock;
  DateLine date;
  ParsedRequest request;
  HttpResponse response;
  std::string output;  ///< Answers gathered for one write.
  std::array<char, std::size_t{16} * 1024> discarded;

  DeadlineQueue connections;  // last: it owns them, and they refer to the rest
};

/// One connection, from its acceptance to its end. The worker's DeadlineQueue owns it.
///
/// It is a state machine without a variable for its state. Every step ends in exactly one of three
/// ways: it asks its stream to call the next step (WaitFor), it starts the timer of an answer that
/// is held back (Hold), or it destroys the connection (Finish). So there is always exactly one
/// reason to continue, besides the deadline of its phase; and the code after such a call must
/// return at once.
///
///     Wait -> Read -> Proceed -> Wait    requests that are answered at once
///     Proceed -> Hold -> OnHeld          an answer that a fault delays, or that the control API
///                                        does not have yet; nothing is read meanwhile
///     Send -> WritePending -> Continue   the client does not take all of an answer at once
///     Continue -> Drain -> Finish        after the last answer: half-close, drain, close (P8)
///     Continue -> StartTunnel            CONNECT to port 443; a TlsHandshake replaces this
///
/// A connection on which nothing is owed ends silently, and a fault may end one in any way.
template <typename Stream>
class Connection final : public Timed {
 public:
  /// Serves `stream`. Owned by the worker's queue.
  static void Serve(Worker& worker, Stream stream, Permit permit, PortRole role);

  /// Answers 503 before any request: one connection too many.
  static void TurnAway(Worker& worker, Stream stream, Permit permit);

  /// Answers what has arrived on `stream` as malformed (P9).
  static void Refuse(Worker& worker, Stream stream, Permit permit, std::string_view reason);

  void OnDeadline() override;
  void OnStop() override;
  void OnGraceOver() override;

 private:
  /// How the request wants its answer to be written.
  struct AnswerForm {
    bool keep_alive = true;
    bool with_body = true;
    bool body_too_large = false;
  };

  struct HeldAnswer {
    Timer timer;
    AnswerForm form;
    HttpResponse response;
    std::unique_ptr<DeferredAnswer> deferred = {};  // null: a fault delays the answer
    std::optional<FaultWriter> writer = {};         // of the fault, once its delay is over
    std::chrono::milliseconds wait{0};
  };

  Connection(Worker& worker, Stream stream, Permit permit, PortRole role);

  static Connection& Make(Worker& worker, Stream stream, Permit permit, PortRole role);

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
  Permit permit_;
  RequestReader reader_;
  std::string pending_;  // answers that the client has not taken yet
  std::size_t pending_begin_ = 0;
  std::unique_ptr<HeldAnswer> held_;
  std::size_t drained_ = 0;
  Tick now_{0};
  bool answered_ = false;      // since the last Wait
  bool last_ = false;          // the last answer is made
  bool more_to_come_ = false;  // input may follow that belongs to the request answered last
  bool tunnel_ = false;        // what follows is TLS
  bool reset_ = false;         // a reset follows what is written
  PortRole role_;
  const std::uint64_t number_;  // from 1
};

/// A connection until TLS is established, for at most HttpLimits::request_time; then a
/// Connection<TlsStream> replaces it. The worker's DeadlineQueue owns it, too.
class TlsHandshake final : public Timed {
 public:
  /// `early` is what has been read from `socket` already. `turned_away`: the connection is over
  /// the limit, and will be answered 503.
  static void Begin(Worker& worker, std::unique_ptr<Socket> socket, std::string early,
                    Permit permit, bool turned_away);

  void OnDeadline() override;
  void OnStop() override;
  void OnGraceOver() override;

 private:
  TlsHandshake(Worker& worker, TlsStream stream, Permit permit, bool turned_away);

  void GoOn();
  void BecomeConnection();
  void Fail();
  void Report();
  void GiveUp(std::string_view why);

  Worker& worker_;
  TlsStream stream_;
  Permit permit_;
  const bool turned_away_;
  bool client_ended_ = false;
  std::string_view given_up_;  // why; a literal
};

}  // namespace timock

#endif  // TIMOCK_HTTP_CONNECTION_H_
