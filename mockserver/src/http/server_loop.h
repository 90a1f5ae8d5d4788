#ifndef TIMOCK_HTTP_SERVER_LOOP_H_
#define TIMOCK_HTTP_SERVER_LOOP_H_

#include <cstddef>
#include <list>
#include <utility>
#include <vector>

#include "base/mutex.h"
#include "http/connection.h"
#include "http/loop.h"
#include "http/socket.h"

namespace timock {

/// How long Stop waits for requests that have begun to arrive and answers that are being taken.
inline constexpr std::chrono::seconds kStopGrace{1};

/// Serves connections, all in the thread that calls Run. Of several loops of one server the first
/// accepts for all, and deals the connections out in turn.
class ServerLoop {
 public:
  /// `shared` must outlive this. Throws std::system_error when the process has no descriptor left.
  explicit ServerLoop(Shared& shared);
  ~ServerLoop();

  /// Before Run: accepts from `listening`, which are non-blocking.
  void Listen(std::vector<Descriptor> listening, PortRole role);

  /// Before Run: accepts for these, of which this one is the first.
  void DistributeTo(std::vector<ServerLoop*> loops) { loops_ = std::move(loops); }

  /// Returns when Stop was called and the last connection is closed.
  void Run() { loop_.Run(); }

  /// From any thread, once. Stops all loops that this one deals to: closes idle connections, lets
  /// requests that have begun to arrive finish for at most kStopGrace.
  void Stop() TIMOCK_EXCLUDES(mutex_);

 private:
  struct ListeningPort;
  struct NewConnection {
    Descriptor descriptor;
    PortRole role;
  };

  void WaitForConnections(ListeningPort& port);
  bool Accept(ListeningPort& port, int most);
  void Distribute(NewConnection connection) TIMOCK_EXCLUDES(mutex_);
  void Admit(NewConnection connection);
  void OnWake() TIMOCK_EXCLUDES(mutex_);
  void BeginStop();

  Loop loop_;
  std::list<ListeningPort> ports_;
  Timer grace_;
  std::vector<ServerLoop*> loops_;
  std::size_t next_loop_ = 0;
  Worker worker_;

  // What other threads have for this one.
  Mutex mutex_;
  std::vector<NewConnection> new_connections_ TIMOCK_GUARDED_BY(mutex_);
  bool stop_asked_ TIMOCK_GUARDED_BY(mutex_) = false;
};

}  // namespace timock

#endif  // TIMOCK_HTTP_SERVER_LOOP_H_
