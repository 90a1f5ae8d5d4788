#include "http/tls_handshake.h"

#include <boost/asio/error.hpp>
#include <utility>

#include "http/connection.h"
#include "http/plain_stream.h"

namespace timock {

using boost::system::error_code;

TlsHandshake::TlsHandshake(Worker& worker, TlsStream stream, Seat seat, bool turned_away)
    : worker_(worker),
      stream_(std::move(stream)),
      seat_(std::move(seat)),
      turned_away_(turned_away) {
  const Tick now = worker_.clock.Ticks();
  worker_.connections.Add(*this, now);
  worker_.connections.Enter(*this, Phase::kRequest, now);
}

void TlsHandshake::Serve(Worker& worker, Descriptor descriptor, std::string early, Seat seat) {
  TlsStream stream(*worker.shared.tls, worker.poll_set, std::move(descriptor), std::move(early));
  auto* const handshake = new TlsHandshake(worker, std::move(stream), std::move(seat), false);
  worker.Guard(*handshake, [handshake] { handshake->Run(); });
}

void TlsHandshake::TurnAway(Worker& worker, Descriptor descriptor, Seat seat) {
  TlsStream stream(*worker.shared.tls, worker.poll_set, std::move(descriptor), {});
  auto* const handshake = new TlsHandshake(worker, std::move(stream), std::move(seat), true);
  worker.Guard(*handshake, [handshake] { handshake->Run(); });
}

void TlsHandshake::Run() {
  stream_.AsyncHandshake(
      [this](const error_code& error) { worker_.Guard(*this, [&] { OnEnd(error); }); });
}

void TlsHandshake::OnEnd(const error_code& error) {
  if (error == boost::asio::error::operation_aborted && given_up_.empty() && stream_.HasInput()) {
    return Run();
  }
  if (!error && phase() != Phase::kClosing) {
    if (turned_away_) {
      Connection<TlsStream>::TurnAway(worker_, std::move(stream_), std::move(seat_));
    } else {
      Connection<TlsStream>::Serve(worker_, std::move(stream_), std::move(seat_), Door::kTls);
    }
  } else if (stream_.SpokenPlain() && !turned_away_ && phase() != Phase::kClosing) {
    // P9: the client that mistook the port can read why.
    Connection<PlainStream>::Refuse(
        worker_, PlainStream(worker_.poll_set, stream_.TakeDescriptor()), std::move(seat_),
        "plain HTTP arrived on the port for TLS: use https://");
  } else if (stream_.Begun()) {
    Report(error);
  }
  Finish();
}

void TlsHandshake::Report(const error_code& error) {
  std::string reason = "the TLS handshake failed: ";
  if (!given_up_.empty()) {
    reason += given_up_;
  } else if (!stream_.failure().empty()) {
    reason += stream_.failure();
  } else if (error == boost::asio::error::eof) {
    reason +=
        "the client ended the connection inside it; perhaps it does not trust the server's "
        "certificate";
  } else {
    reason += error.message();
  }
  worker_.service.RefuseMalformed(reason, &worker_.response);
}

void TlsHandshake::OnDeadline() { GiveUp("it did not finish within the limit of time"); }

void TlsHandshake::OnStop() {
  if (!stream_.Begun()) stream_.Cancel();
}

void TlsHandshake::OnGraceOver() { GiveUp("the server stopped before it was complete"); }

/// Ends the pending operation, whose handler then ends all.
void TlsHandshake::GiveUp(std::string_view why) {
  if (phase() == Phase::kClosing) return;
  given_up_ = why;
  worker_.connections.Enter(*this, Phase::kClosing, worker_.clock.Ticks());
  stream_.Close();
}

void TlsHandshake::Finish() {
  worker_.Forget(*this);
  delete this;
}

}  // namespace timock
