#ifndef TIMOCK_HTTP_EVENT_LOOP_H_
#define TIMOCK_HTTP_EVENT_LOOP_H_

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cstddef>
#include <memory>
#include <utility>
#include <vector>

#include "http/descriptor.h"
#include "http/worker.h"

namespace timock {

/// Serves connections, all in the thread that calls Run. Of several loops of one server the first
/// accepts for all, and deals the connections out in turn.
class EventLoop {
 public:
  /// `shared` must outlive this. Throws boost::system::system_error when the process has no
  /// descriptor left.
  explicit EventLoop(Shared& shared);
  ~EventLoop();

  boost::asio::io_context& io() { return io_; }

  /// Before Run: `acceptor` listens, and belongs to io().
  void Listen(boost::asio::ip::tcp::acceptor acceptor, Door door);

  /// Before Run: accepts for these, of which this one is the first.
  void DealTo(std::vector<EventLoop*> loops) { loops_ = std::move(loops); }

  /// Returns when Stop was called and the last connection is closed.
  void Run();

  /// From any thread, once. Stops all loops that this one deals to: closes idle connections, lets
  /// requests that have begun to arrive finish for at most kStopGrace.
  void Stop();

 private:
  struct Entrance;

  void WaitForConnections(Entrance& entrance);
  bool Accept(Entrance& entrance, int most);
  void Deal(Descriptor descriptor, Door door);
  void Admit(Descriptor descriptor, Door door);
  void BeginStop();

  boost::asio::io_context io_;
  // A loop that another one deals to has nothing of its own to wait for.
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_;
  std::vector<std::unique_ptr<Entrance>> entrances_;
  boost::asio::steady_timer grace_;
  std::vector<EventLoop*> loops_;
  std::size_t next_loop_ = 0;
  Worker worker_;
};

}  // namespace timock

#endif  // TIMOCK_HTTP_EVENT_LOOP_H_
