#include "http/event_loop.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <boost/asio/post.hpp>
#include <cerrno>
#include <utility>

#include "http/connection.h"
#include "http/limits.h"
#include "http/plain_stream.h"
#include "http/tls_handshake.h"

namespace timock {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

/// A port that is listened on.
struct EventLoop::Entrance {
  Entrance(tcp::acceptor the_acceptor, Door the_door)
      : acceptor(std::move(the_acceptor)), retry(acceptor.get_executor()), door(the_door) {}

  tcp::acceptor acceptor;
  asio::steady_timer retry;
  const Door door;
};

EventLoop::EventLoop(Shared& shared)
    : io_(1), work_(io_.get_executor()), grace_(io_), loops_{this}, worker_(io_, shared) {}

EventLoop::~EventLoop() = default;

void EventLoop::Listen(tcp::acceptor acceptor, Door door) {
  entrances_.push_back(std::make_unique<Entrance>(std::move(acceptor), door));
  WaitForConnections(*entrances_.back());
}

/// What is thrown outside of a connection, when one is accepted or dealt, costs that one at most.
void EventLoop::Run() {
  for (;;) {
    try {
      io_.run();
      return;
    } catch (...) {
      worker_.service.AnswerException(&worker_.response);  // to the log alone
    }
  }
}

void EventLoop::Stop() {
  asio::post(io_, [this] { BeginStop(); });
}

void EventLoop::WaitForConnections(Entrance& entrance) {
  entrance.acceptor.async_wait(
      tcp::acceptor::wait_read, [this, &entrance](const error_code& error) {
        if (error || worker_.stopping) return;
        bool may_hold_more = false;
        try {
          may_hold_more = Accept(entrance, kAcceptedAtATime);
        } catch (...) {  // the port goes on being listened on
          worker_.service.AnswerException(&worker_.response);
        }
        if (may_hold_more) return WaitForConnections(entrance);
        entrance.retry.expires_after(kAcceptRetry);
        entrance.retry.async_wait([this, &entrance](const error_code& cancelled) {
          if (!cancelled && !worker_.stopping) WaitForConnections(entrance);
        });
      });
}

/// Accepts what is there, at most so many; false when the process can hold no more for now.
bool EventLoop::Accept(Entrance& entrance, int most) {
  for (int accepted = 0; accepted < most; ++accepted) {
    Descriptor descriptor(::accept4(entrance.acceptor.native_handle(), nullptr, nullptr,
                                    SOCK_NONBLOCK | SOCK_CLOEXEC));
    if (descriptor) {
      const int on = 1;
      ::setsockopt(descriptor.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
      Deal(std::move(descriptor), entrance.door);
    } else if (errno == EAGAIN) {
      return true;
    } else if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM) {
      return false;
    }
  }
  return true;
}

/// The socket belongs to the loop whose turn it is, and so does all that becomes of it.
void EventLoop::Deal(Descriptor descriptor, Door door) {
  EventLoop* const loop = loops_[next_loop_];
  next_loop_ = (next_loop_ + 1) % loops_.size();
  if (loop == this) return Admit(std::move(descriptor), door);
  asio::post(loop->io_, [loop, descriptor = std::move(descriptor), door]() mutable {
    loop->Admit(std::move(descriptor), door);
  });
}

void EventLoop::Admit(Descriptor descriptor, Door door) {
  Shared& shared = worker_.shared;
  Seat seat = Seat::Take(shared.served, shared.limits.connections);
  const bool turned_away = !seat;
  if (turned_away) shared.refused.fetch_add(1, std::memory_order_relaxed);
  Seat waiting = turned_away ? Seat::Take(shared.turned_away, kTurnedAway) : Seat();
  if (turned_away && !waiting) return;
  if (door == Door::kTls) {
    if (turned_away) {
      return TlsHandshake::TurnAway(worker_, std::move(descriptor), std::move(waiting));
    }
    return TlsHandshake::Serve(worker_, std::move(descriptor), {}, std::move(seat));
  }
  PlainStream stream(worker_.poll_set, std::move(descriptor));
  if (turned_away) {
    return Connection<PlainStream>::TurnAway(worker_, std::move(stream), std::move(waiting));
  }
  Connection<PlainStream>::Serve(worker_, std::move(stream), std::move(seat), door);
}

void EventLoop::BeginStop() {
  // What the kernel has accepted for us counts as accepted: it may hold a request.
  for (const auto& entrance : entrances_) {
    Accept(*entrance, kBacklog + 1);
    error_code ignored;
    entrance->acceptor.close(ignored);
    entrance->retry.cancel();
  }
  // Behind the connections that were dealt to them.
  for (EventLoop* const loop : loops_) {
    if (loop != this) loop->Stop();
  }
  worker_.stopping = true;
  worker_.connections.ForEach([](Timed& connection) { connection.OnStop(); });
  if (worker_.connections.empty()) return io_.stop();
  grace_.expires_after(kStopGrace);
  grace_.async_wait([this](const error_code& cancelled) {
    if (cancelled) return;
    worker_.grace_over = true;
    worker_.connections.ForEach([](Timed& connection) { connection.OnGraceOver(); });
  });
}

}  // namespace timock
