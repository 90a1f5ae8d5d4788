#include "http/server_loop.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <cerrno>
#include <memory>
#include <utility>

namespace timock {
namespace {

/// Connections over the limit that are answered 503 at the same time; any more are only closed.
constexpr std::size_t kTurnedAway = 64;

/// How long to wait before accepting again after the process ran out of descriptors or memory.
constexpr std::chrono::milliseconds kAcceptRetry{20};

/// Connections accepted in one turn, before the loop looks at those that it has.
constexpr int kAcceptedAtATime = 64;

}  // namespace

/// A port that is listened on.
struct ServerLoop::ListeningPort {
  ListeningPort(Loop& loop, Descriptor listening, PortRole the_role)
      : socket(loop, std::move(listening)), retry(loop), role(the_role) {}

  Socket socket;
  Timer retry;
  const PortRole role;
};

/// An exception while a connection is accepted or handed over costs that connection only.
ServerLoop::ServerLoop(Shared& shared)
    : loop_([this] { OnWake(); }, [this] { worker_.service.AnswerException(&worker_.response); }),
      grace_(loop_),
      loops_{this},
      worker_(loop_, shared) {}

ServerLoop::~ServerLoop() = default;

void ServerLoop::Listen(std::vector<Descriptor> listening, PortRole role) {
  for (Descriptor& descriptor : listening) {
    WaitForConnections(ports_.emplace_back(loop_, std::move(descriptor), role));
  }
}

void ServerLoop::Stop() {
  {
    const MutexLock lock(mutex_);
    stop_asked_ = true;
  }
  loop_.Wake();
}

void ServerLoop::WaitForConnections(ListeningPort& port) {
  port.socket.Wait(Until::kInput, [this, &port] {
    bool may_hold_more = false;
    loop_.Call([&] { may_hold_more = Accept(port, kAcceptedAtATime); });
    if (may_hold_more) return WaitForConnections(port);
    port.retry.Start(kAcceptRetry, [this, &port] { WaitForConnections(port); });
  });
}

/// Accepts up to `max` pending connections; false when the process can hold no more for now.
bool ServerLoop::Accept(ListeningPort& port, int max) {
  for (int accepted = 0; accepted < max; ++accepted) {
    Descriptor descriptor(
        ::accept4(port.socket.descriptor(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
    if (descriptor) {
      const int on = 1;
      ::setsockopt(descriptor.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
      Distribute({std::move(descriptor), port.role});
    } else if (errno == EAGAIN) {
      return true;
    } else if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM) {
      return false;
    }
  }
  return true;
}

/// Round robin. From now on the connection belongs to that loop's thread alone.
void ServerLoop::Distribute(NewConnection connection) {
  ServerLoop* const loop = loops_[next_loop_];
  next_loop_ = (next_loop_ + 1) % loops_.size();
  if (loop == this) return Admit(std::move(connection));
  {
    const MutexLock lock(loop->mutex_);
    loop->new_connections_.push_back(std::move(connection));
  }
  loop->loop_.Wake();
}

void ServerLoop::OnWake() {
  std::vector<NewConnection> new_connections;
  bool stop = false;
  {
    const MutexLock lock(mutex_);
    new_connections.swap(new_connections_);
    stop = stop_asked_;
  }
  for (NewConnection& connection : new_connections) {
    loop_.Call([&] { Admit(std::move(connection)); });
  }
  if (stop && !worker_.stopping) BeginStop();
}

void ServerLoop::Admit(NewConnection connection) {
  Shared& shared = worker_.shared;
  Permit served = Permit::Take(shared.served, shared.limits.connections);
  const bool turned_away = !served;
  if (turned_away) shared.refused.fetch_add(1, std::memory_order_relaxed);
  Permit permit = turned_away ? Permit::Take(shared.turned_away, kTurnedAway) : std::move(served);
  if (!permit) return;
  auto socket = std::make_unique<Socket>(loop_, std::move(connection.descriptor));
  if (connection.role == PortRole::kTls) {
    return TlsHandshake::Begin(worker_, std::move(socket), {}, std::move(permit), turned_away);
  }
  PlainStream stream(std::move(socket));
  if (turned_away) {
    return Connection<PlainStream>::TurnAway(worker_, std::move(stream), std::move(permit));
  }
  Connection<PlainStream>::Serve(worker_, std::move(stream), std::move(permit), connection.role);
}

void ServerLoop::BeginStop() {
  // Connections in the kernel's backlog count as accepted: they may hold requests.
  for (ListeningPort& port : ports_) {
    loop_.Call([&] { Accept(port, kBacklog + 1); });
  }
  ports_.clear();
  // After the connections that were handed to them: OnWake takes those first.
  for (ServerLoop* const loop : loops_) {
    if (loop != this) loop->Stop();
  }
  worker_.stopping = true;
  worker_.connections.ForEach([](Timed& connection) { connection.OnStop(); });
  if (worker_.connections.empty()) return loop_.Stop();
  grace_.Start(kStopGrace, [this] {
    worker_.grace_over = true;
    worker_.connections.ForEach([](Timed& connection) { connection.OnGraceOver(); });
  });
}

}  // namespace timock
