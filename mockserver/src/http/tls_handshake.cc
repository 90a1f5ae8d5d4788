#include "http/tls_handshake.h"

#include <utility>

#include "http/connection.h"
#include "http/plain_stream.h"

namespace timock {

TlsHandshake::TlsHandshake(Worker& worker, TlsStream stream, Seat seat, bool turned_away)
    : worker_(worker),
      stream_(std::move(stream)),
      seat_(std::move(seat)),
      turned_away_(turned_away) {}

void TlsHandshake::Begin(Worker& worker, std::unique_ptr<Socket> socket, std::string early,
                         Seat seat, bool turned_away) {
  TlsStream stream(*worker.shared.tls, std::move(socket), std::move(early));
  std::unique_ptr<TlsHandshake> made(
      new TlsHandshake(worker, std::move(stream), std::move(seat), turned_away));
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
    Connection<TlsStream>::TurnAway(worker_, std::move(stream_), std::move(seat_));
  } else {
    Connection<TlsStream>::Serve(worker_, std::move(stream_), std::move(seat_), Door::kTls);
  }
  worker_.End(*this);
}

void TlsHandshake::Fail() {
  if (stream_.SpokenPlain() && !turned_away_) {
    // P9: the client that mistook the port can read why.
    Connection<PlainStream>::Refuse(worker_, PlainStream(stream_.TakeSocket()), std::move(seat_),
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

void TlsHandshake::OnDeadline() { GiveUp("it did not finish within the limit of time"); }

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
