#include "http/connection.h"

#include <utility>

namespace timock {
namespace {

/// How much of what a client still sends is read and dropped after the last answer, so that the
/// client reads the answer instead of a reset. Some clients send a whole body before they read
/// (Python, PHP); 16 MiB is 256 times the default body limit, and reading it costs no memory.
constexpr std::size_t kDrainBytes = std::size_t{16} * 1024 * 1024;

/// How often a deferred answer is polled.
constexpr std::chrono::milliseconds kPollInterval{5};

}  // namespace

template <typename Stream>
Connection<Stream>::Connection(Worker& worker, Stream stream, Permit permit, PortRole role)
    : worker_(worker),
      stream_(std::move(stream)),
      permit_(std::move(permit)),
      reader_(worker.limits,
              role == PortRole::kControl ? kMaxControlBody : worker.service.max_body_bytes(),
              role == PortRole::kProxy, worker.shared.control_on_all_ports),
      now_(worker.clock.Ticks()),
      role_(role),
      number_(worker.shared.begun.fetch_add(1, std::memory_order_relaxed) + 1) {}

template <typename Stream>
Connection<Stream>& Connection<Stream>::Make(Worker& worker, Stream stream, Permit permit,
                                             PortRole role) {
  std::unique_ptr<Connection> made(
      new Connection(worker, std::move(stream), std::move(permit), role));
  Connection& connection = *made;
  worker.connections.Add(std::move(made), Phase::kIdle, connection.now_);
  return connection;
}

template <typename Stream>
void Connection<Stream>::Serve(Worker& worker, Stream stream, Permit permit, PortRole role) {
  Connection& connection = Make(worker, std::move(stream), std::move(permit), role);
  worker.Guard(connection, [&] { connection.Wait(); });
}

template <typename Stream>
void Connection<Stream>::Refuse(Worker& worker, Stream stream, Permit permit,
                                std::string_view reason) {
  Connection& connection = Make(worker, std::move(stream), std::move(permit), PortRole::kHttp);
  worker.Guard(connection, [&] { connection.GiveUp(reason); });
}

template <typename Stream>
void Connection<Stream>::TurnAway(Worker& worker, Stream stream, Permit permit) {
  Connection& connection = Make(worker, std::move(stream), std::move(permit), PortRole::kHttp);
  worker.response = {.status = 503,
                     .content_type = "application/json",
                     .body = R"({"error":"too many connections; see limits.connections"})"};
  worker.Guard(connection, [&] {
    worker.ClearOutput();
    connection.AppendLast(true);
    if (connection.Send()) connection.Drain();
  });
}

/// Calls `step` once the stream is ready, guarded as every step is. The caller must return.
template <typename Stream>
template <void (Connection<Stream>::*step)()>
void Connection<Stream>::WaitFor(Until until) {
  stream_.socket().Wait(until, [this] { worker_.Guard(*this, [this] { (this->*step)(); }); });
}

template <typename Stream>
void Connection<Stream>::Read() {
  const Transfer read = stream_.Read(reader_.Prepare());
  if (read.outcome == Transfer::Outcome::kWait) return WaitFor<&Connection::Read>(read.until);
  now_ = worker_.clock.Ticks();
  if (read.outcome == Transfer::Outcome::kEnded && reader_.InRequest()) {
    return GiveUp("the client ended the connection inside a request (RFC 9112 8)");
  }
  if (read.outcome != Transfer::Outcome::kDone) return EndWithoutAnswer();
  reader_.Commit(read.bytes);
  Proceed();
}

/// Answers all that has arrived, writes, and waits for more.
template <typename Stream>
void Connection<Stream>::Proceed() {
  for (;;) {
    worker_.ClearOutput();
    const bool more = GatherAnswers();
    if (!Send()) return;
    if (held_ || last_ || tunnel_) return Continue();
    if (!more) return Wait();
  }
}

/// Fills worker_.output with answers in the order of the requests, up to one that is held back.
/// Returns false when no further request is complete, true when it stopped because it has enough.
template <typename Stream>
bool Connection<Stream>::GatherAnswers() {
  using Outcome = RequestReader::Outcome;
  while (!last_ && !tunnel_ && !held_) {
    if (worker_.output.size() >= kGatheredAnswers) return true;
    const Outcome outcome = reader_.Next(&worker_.request);
    if (outcome == Outcome::kIncomplete) {
      // R13: a client with a large body may wait for permission to send it.
      if (reader_.TakeExpectation()) worker_.output += "HTTP/1.1 100 Continue\r\n\r\n";
      return false;
    }
    if (outcome == Outcome::kMalformed) {
      AppendRefusal(worker_.request.reason);
      return false;
    }
    const bool body_too_large = outcome == Outcome::kBodyTooLarge;
    if (role_ == PortRole::kProxy) {
      MakeProxyAnswer(body_too_large);
    } else {
      MakeAnswer(body_too_large, Stream::kTls);
    }
    if (!last_ && !body_too_large) reader_.Consume();
  }
  return false;
}

template <typename Stream>
bool Connection<Stream>::IsForControl(std::string_view target) const {
  return role_ == PortRole::kControl ||
         (worker_.shared.control_on_all_ports && ControlApi::Owns(target));
}

template <typename Stream>
void Connection<Stream>::MakeAnswer(bool body_too_large, bool tls) {
  const RequestHead& head = worker_.request.head;
  const HttpRequestView view = {
      .method = head.method,
      .target = head.target,
      .headers = head.headers,
      .body = body_too_large ? std::string_view() : worker_.request.body,
      .tls = tls,
      .body_too_large = body_too_large,
      .connection = number_,
  };
  const AnswerForm form = {
      .keep_alive = head.keep_alive,
      .with_body = head.method != "HEAD",
      .body_too_large = body_too_large,
  };
  HttpResponse& response = worker_.response;
  if (IsForControl(head.target)) {
    response = HttpResponse();
    std::unique_ptr<DeferredAnswer> deferred = worker_.shared.control(view, now_, &response);
    if (deferred) return HoldDeferred(std::move(deferred), form);
    Append(response, form, &worker_.output);
    response = HttpResponse();  // perhaps large
    return;
  }
  if (worker_.shared.call_handler) {
    worker_.shared.call_handler(worker_.service, view, &response);
  } else {
    worker_.service.Handle(view, &response);
  }
  if (!response.fault) return Append(response, form, &worker_.output);
  held_.reset(new HeldAnswer{Timer(worker_.loop), form, std::move(response)});
  held_->wait = held_->response.fault->delay;
  response = HttpResponse();
}

template <typename Stream>
void Connection<Stream>::Append(const HttpResponse& response, const AnswerForm& form,
                                std::string* out) {
  // P8, and rule `body_too_large`: the rest of such a body looks like a next request.
  last_ = response.close || form.body_too_large || !form.keep_alive || worker_.stopping;
  more_to_come_ = form.body_too_large;
  answered_ = true;
  // P7
  AppendResponse(response, last_ ? kConnectionClose : worker_.keep_alive,
                 worker_.date.At(now_, worker_.clock), form.with_body, out);
}

/// Only the head of a stream is sent at once.
template <typename Stream>
void Connection<Stream>::HoldDeferred(std::unique_ptr<DeferredAnswer> deferred,
                                      const AnswerForm& form) {
  if (deferred->stream()) {
    AppendStreamHead(worker_.response, worker_.date.At(now_, worker_.clock), &worker_.output);
    more_to_come_ = form.body_too_large;
    last_ = !form.with_body;
    if (last_) return;
    worker_.output += std::exchange(worker_.response.body, {});
  }
  held_.reset(
      new HeldAnswer{Timer(worker_.loop), form, std::move(worker_.response), std::move(deferred)});
  worker_.response = HttpResponse();
}

/// Waits for the next step of the held answer.
template <typename Stream>
void Connection<Stream>::Hold() {
  if (worker_.grace_over) return Finish();
  worker_.connections.Enter(*this, Phase::kHeld, now_);
  held_->timer.Start(held_->wait, [this] { worker_.Guard(*this, [this] { OnHeld(); }); });
}

template <typename Stream>
void Connection<Stream>::OnHeld() {
  using Then = FaultWriter::Then;
  now_ = worker_.clock.Ticks();
  worker_.ClearOutput();
  const Then then = held_->deferred ? StepDeferred() : StepFault();
  if (then != Then::kWait) held_.reset();
  if (then == Then::kClose) last_ = true;
  reset_ = then == Then::kReset;
  if (Send()) Continue();
}

template <typename Stream>
FaultWriter::Then Connection<Stream>::StepFault() {
  HeldAnswer& held = *held_;
  if (!held.writer) {
    std::string answer;
    Append(held.response, held.form, &answer);
    held.writer.emplace(*held.response.fault, std::move(answer));
    held.wait = held.writer->wait();
  }
  return held.writer->Next(&worker_.output);
}

template <typename Stream>
FaultWriter::Then Connection<Stream>::StepDeferred() {
  using Then = FaultWriter::Then;
  HeldAnswer& held = *held_;
  const bool stream = held.deferred->stream();
  if (stream && (worker_.stopping || stream_.socket().PeerEnded())) return Then::kClose;
  const DeferredAnswer::State state = held.deferred->Poll(now_, &held.response);
  if (state == DeferredAnswer::State::kReady) {
    Append(held.response, held.form, &worker_.output);
    return Then::kGoOn;
  }
  if (stream) worker_.output.swap(held.response.body);
  held.wait = kPollInterval;
  return state == DeferredAnswer::State::kOver ? Then::kClose : Then::kWait;
}

template <typename Stream>
void Connection<Stream>::MakeProxyAnswer(bool body_too_large) {
  const RequestHead& head = worker_.request.head;
  const ProxyRoute route =
      RouteOf(head.method, head.target, worker_.shared.own_ports, worker_.shared.hosts);
  switch (route) {
    case ProxyRoute::kServe:
      return MakeAnswer(body_too_large, false);
    case ProxyRoute::kServeAsTls:
      return MakeAnswer(body_too_large, true);
    case ProxyRoute::kTunnel:
    case ProxyRoute::kTunnelPlain:
      worker_.output += "HTTP/1.1 200 Connection established\r\n\r\n";
      tunnel_ = route == ProxyRoute::kTunnel;
      if (tunnel_) return;
      role_ = PortRole::kHttp;
      return reader_.EndProxy();
    case ProxyRoute::kRefuse:
      worker_.service.RefuseProxy(head.method, head.target, &worker_.response);
      more_to_come_ = true;
      return AppendLast(head.method != "HEAD");
    case ProxyRoute::kNoProxyForm:
      // P9; RFC 9112 3.2.2: a proxy is sent the absolute form.
      return AppendRefusal(
          "the target has no host, and this port is an HTTP proxy: set it as the client's proxy, or"
          " send calls to the port for HTTP or HTTPS (RFC 9112 3.2.2)");
  }
}

/// P9
template <typename Stream>
void Connection<Stream>::AppendRefusal(std::string_view reason) {
  worker_.service.RefuseMalformed(reason, &worker_.response);
  more_to_come_ = true;
  AppendLast(true);
}

template <typename Stream>
void Connection<Stream>::AppendLast(bool with_body) {
  last_ = true;
  AppendResponse(worker_.response, kConnectionClose, worker_.date.At(now_, worker_.clock),
                 with_body, &worker_.output);
}

/// After an error of the stream itself. TLS errors are only logged.
template <typename Stream>
void Connection<Stream>::EndWithoutAnswer() {
  if (!stream_.failure().empty()) {
    worker_.service.RefuseMalformed("TLS failed: " + std::string(stream_.failure()),
                                    &worker_.response);
  }
  Finish();
}

/// After the answer to a CONNECT: goes on as a TLS connection of our own.
template <typename Stream>
void Connection<Stream>::StartTunnel() {
  if constexpr (!Stream::kTls) {
    TlsHandshake::Begin(worker_, stream_.TakeSocket(), reader_.TakeRest(), std::move(permit_),
                        false);
  }
  Finish();
}

/// Writes worker_.output; false when the client does not take all of it now: WritePending goes on.
template <typename Stream>
bool Connection<Stream>::Send() {
  const std::string& output = worker_.output;
  if (output.empty()) return true;
  // A broken connection shows in the attempt that follows.
  const std::size_t written = stream_.Write(output).bytes;
  if (written == output.size()) return true;
  if (worker_.grace_over) {
    Finish();
    return false;
  }
  pending_.assign(output, written);
  pending_begin_ = 0;
  worker_.connections.Enter(*this, Phase::kWrite, now_);
  WaitFor<&Connection::WritePending>(Until::kRoom);
  return false;
}

template <typename Stream>
void Connection<Stream>::WritePending() {
  const Transfer written = stream_.Write(std::string_view(pending_).substr(pending_begin_));
  if (written.outcome == Transfer::Outcome::kWait) {
    return WaitFor<&Connection::WritePending>(written.until);
  }
  if (written.outcome != Transfer::Outcome::kDone) return EndWithoutAnswer();
  pending_begin_ += written.bytes;
  if (pending_begin_ < pending_.size()) return WaitFor<&Connection::WritePending>(Until::kRoom);
  pending_ = std::string();
  now_ = worker_.clock.Ticks();
  Continue();
}

/// Called once all output has been written.
template <typename Stream>
void Connection<Stream>::Continue() {
  if (held_) return Hold();
  if (reset_) {
    stream_.EndWithReset();
    return Finish();
  }
  if (last_) return Drain();
  if (tunnel_) return StartTunnel();
  Proceed();
}

/// Waits for input; the phase depends on whether part of a request has arrived.
template <typename Stream>
void Connection<Stream>::Wait() {
  if (!reader_.InRequest()) {
    if (worker_.stopping && !stream_.HasInput()) return Finish();
    worker_.connections.Enter(*this, Phase::kIdle, now_);
  } else if (answered_ || phase() != Phase::kRequest) {
    worker_.connections.Enter(*this, Phase::kRequest, now_);
  }
  // A client that writes head and body apart may wait for it before it sends the body.
  if (reader_.InRequest()) stream_.socket().AcknowledgeAtOnce();
  answered_ = false;
  WaitFor<&Connection::Read>(stream_.NextInput());
}

/// After the last answer: ends the sending direction, and reads what the client still sends,
/// because a reset for unread bytes could overtake the answer (RFC 9112 9.6).
template <typename Stream>
void Connection<Stream>::Drain() {
  stream_.ShutdownSend();
  if (worker_.grace_over || (worker_.stopping && OwesNothing())) return Finish();
  reader_.Release();
  worker_.connections.Enter(*this, Phase::kDrain, now_);
  WaitFor<&Connection::ReadToDrain>(Until::kInput);
}

template <typename Stream>
void Connection<Stream>::ReadToDrain() {
  const Transfer read = stream_.socket().Read(worker_.discarded);
  drained_ += read.bytes;
  const bool over =
      read.outcome == Transfer::Outcome::kEnded || read.outcome == Transfer::Outcome::kFailed;
  if (over || drained_ >= kDrainBytes) return Finish();
  WaitFor<&Connection::ReadToDrain>(Until::kInput);
}

/// Answers a request that will never be complete.
template <typename Stream>
void Connection<Stream>::GiveUp(std::string_view reason) {
  worker_.ClearOutput();
  AppendRefusal(reason);
  if (Send()) Drain();
}

template <typename Stream>
void Connection<Stream>::OnDeadline() {
  worker_.Guard(*this, [this] {
    now_ = worker_.clock.Ticks();
    switch (phase()) {
      case Phase::kIdle:
        return EndIdle();
      case Phase::kRequest:  // HttpLimits::request_time
        return GiveUp("the request did not arrive within the time limit");
      case Phase::kWrite:
      case Phase::kDrain:
      case Phase::kHeld:
        return Abort();
    }
  });
}

template <typename Stream>
void Connection<Stream>::OnStop() {
  worker_.Guard(*this, [this] {
    if (phase() == Phase::kIdle) return EndIdle();
    if (phase() == Phase::kDrain && OwesNothing()) Finish();
  });
}

/// Unless a request has just arrived.
template <typename Stream>
void Connection<Stream>::EndIdle() {
  if (!stream_.HasInput()) return Finish();
  now_ = worker_.clock.Ticks();
  worker_.connections.Enter(*this, Phase::kIdle, now_);
  WaitFor<&Connection::Read>(stream_.NextInput());
}

/// Whether closing now cannot cost the client any part of its last answer.
template <typename Stream>
bool Connection<Stream>::OwesNothing() {
  return !more_to_come_ && !stream_.HasInput();
}

template <typename Stream>
void Connection<Stream>::OnGraceOver() {
  worker_.Guard(*this, [this] {
    if (phase() != Phase::kRequest) return Abort();
    now_ = worker_.clock.Ticks();
    GiveUp("the server stopped before the request was complete");
  });
}

/// Ends the connection although something is owed.
template <typename Stream>
void Connection<Stream>::Abort() {
  stream_.Abandon();
  Finish();
}

/// Destroys this: the caller must return at once.
template <typename Stream>
void Connection<Stream>::Finish() {
  worker_.End(*this);
}

template class Connection<PlainStream>;
template class Connection<TlsStream>;

TlsHandshake::TlsHandshake(Worker& worker, TlsStream stream, Permit permit, bool turned_away)
    : worker_(worker),
      stream_(std::move(stream)),
      permit_(std::move(permit)),
      turned_away_(turned_away) {}

void TlsHandshake::Begin(Worker& worker, std::unique_ptr<Socket> socket, std::string early,
                         Permit permit, bool turned_away) {
  TlsStream stream(*worker.shared.tls, std::move(socket), std::move(early));
  std::unique_ptr<TlsHandshake> made(
      new TlsHandshake(worker, std::move(stream), std::move(permit), turned_away));
  TlsHandshake& handshake = *made;
  worker.connections.Add(std::move(made), Phase::kRequest, worker.clock.Ticks());
  worker.Guard(handshake, [&] { handshake.GoOn(); });
}

void TlsHandshake::GoOn() {
  const Transfer step = stream_.Handshake();
  switch (step.outcome) {
    case Transfer::Outcome::kDone:
      return BecomeConnection();
    case Transfer::Outcome::kWait:
      return stream_.socket().Wait(step.until,
                                   [this] { worker_.Guard(*this, [this] { GoOn(); }); });
    case Transfer::Outcome::kEnded:
      client_ended_ = true;
      return Fail();
    case Transfer::Outcome::kFailed:
      return Fail();
  }
}

void TlsHandshake::BecomeConnection() {
  if (turned_away_) {
    Connection<TlsStream>::TurnAway(worker_, std::move(stream_), std::move(permit_));
  } else {
    Connection<TlsStream>::Serve(worker_, std::move(stream_), std::move(permit_), PortRole::kTls);
  }
  worker_.End(*this);
}

void TlsHandshake::Fail() {
  if (stream_.SpokenPlain() && !turned_away_) {
    // P9: the client that mistook the port can read why.
    Connection<PlainStream>::Refuse(worker_, PlainStream(stream_.TakeSocket()), std::move(permit_),
                                    "plain HTTP arrived on the port for TLS: use https://");
  } else if (stream_.Begun()) {
    Report();
  }
  worker_.End(*this);
}

void TlsHandshake::Report() {
  std::string reason = "the TLS handshake failed: ";
  if (!given_up_.empty()) {
    reason += given_up_;
  } else if (!stream_.failure().empty()) {
    reason += stream_.failure();
  } else if (client_ended_) {
    reason +=
        "the client ended the connection inside it; perhaps it does not trust the server's "
        "certificate";
  } else {
    reason += "Connection reset by peer";
  }
  worker_.service.RefuseMalformed(reason, &worker_.response);
}

void TlsHandshake::OnDeadline() { GiveUp("it did not finish within the time limit"); }

void TlsHandshake::OnStop() {
  if (!stream_.Begun() && !stream_.HasInput()) worker_.End(*this);
}

void TlsHandshake::OnGraceOver() { GiveUp("the server stopped before it was complete"); }

void TlsHandshake::GiveUp(std::string_view why) {
  worker_.Guard(*this, [this, why] {
    given_up_ = why;
    if (stream_.Begun()) Report();
    worker_.End(*this);
  });
}

}  // namespace timock
