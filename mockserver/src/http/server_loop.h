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
/// accepts for all, and hands the connections out in turn.
///
/// Threads share nothing but Shared and the members under `mutex_`, which hold what other threads
/// want of this loop. Whoever changes those calls Loop::Wake afterwards, and OnWake takes them all,
/// so several wakes may become one and none is lost.
class ServerLoop {
 public:
  /// `shared` must outlive this. Throws std::system_error when the process has no descriptor left.
  explicit ServerLoop(Shared& shared);
  ~ServerLoop();

  /// Call it before Run. Accepts from `listening`, which are non-blocking.
  void Listen(std::vector<Descriptor> listening, PortRole role);

  /// Call it before Run. Accepts for these, of which this one is the first.
  void DistributeTo(std::vector<ServerLoop*> loops) { loops_ = std::move(loops); }

  /// Returns after Stop, when the last connection is closed.
  void Run() { loop_.Run(); }

  /// From any thread, once. Stops all loops that this one accepts for: closes idle connections,
  /// and waits at most kStopGrace for requests that have begun to arrive.
  void Stop() TIMOCK_EXCLUDES(mutex_);

 private:
  struct ListeningPort;
  struct NewConnection {
    Descriptor descriptor;
    PortRole role;
  };

  void WaitForConnections(ListeningPort& port);
  bool Accept(ListeningPort& port, int max);
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

  // What other threads want of this one.
  Mutex mutex_;
  std::vector<NewConnection> new_connections_ TIMOCK_GUARDED_BY(mutex_);
  bool stop_asked_ TIMOCK_GUARDED_BY(mutex_) = false;
};

}  // namespace timock

#endif  // TIMOCK_HTTP_SERVER_LOOP_H_
