#ifndef TIMOCK_HTTP_POLL_SET_H_
#define TIMOCK_HTTP_POLL_SET_H_

#include <sys/epoll.h>
#include <sys/types.h>

#include <array>
#include <boost/asio/buffer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/intrusive/list.hpp>
#include <boost/system/error_code.hpp>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <utility>

#include "http/descriptor.h"

namespace timock {

class PolledSocket;

/// The connected sockets of one loop, in an epoll of their own that the loop waits for as a whole.
/// Why not Asio's sockets: after each request those ask the kernel once more for what it said is
/// not there, and take a queue and a lock for each operation (docs/adr/0007). For one thread.
class PollSet {
 public:
  /// Throws boost::system::system_error when the process has no descriptor left.
  explicit PollSet(boost::asio::io_context& loop);

 private:
  friend class PolledSocket;

  // Auto-unlinking: a socket may be destroyed while it is due.
  using DueHook =
      boost::intrusive::list_base_hook<boost::intrusive::link_mode<boost::intrusive::auto_unlink>>;
  using DueList = boost::intrusive::list<PolledSocket, boost::intrusive::base_hook<DueHook>,
                                         boost::intrusive::constant_time_size<false>>;

  void Wait();
  void Run();
  std::size_t RunReady();
  std::size_t RunDue();
  void MakeDue(PolledSocket& socket);
  void Post();

  boost::asio::io_context& loop_;
  boost::asio::posix::stream_descriptor epoll_;
  std::array<epoll_event, 256> events_;
  DueList due_;  // can go on without waiting for the kernel
  bool running_ = false;
  bool posted_ = false;
};

/// A connected socket of a PollSet. At most one operation is pending; its handler is called by the
/// loop, never by the call that began it, and may destroy this socket but no other one.
class PolledSocket : public PollSet::DueHook {
 public:
  using ErrorCode = boost::system::error_code;
  using Handler = std::function<void(const ErrorCode& error, std::size_t bytes)>;

  /// `descriptor` is non-blocking. When it cannot be polled the socket is closed.
  PolledSocket(PollSet& set, Descriptor descriptor);
  PolledSocket(const PolledSocket&) = delete;
  PolledSocket& operator=(const PolledSocket&) = delete;
  ~PolledSocket() { Release(); }

  /// `into` and `from` must stay valid until `handler` is called. Error eof: the peer has ended its
  /// direction; operation_aborted: Cancel or Close.
  void AsyncReadSome(boost::asio::mutable_buffer into, Handler handler);
  void AsyncWriteSome(boost::asio::const_buffer from, Handler handler);

  /// Waits until Receive, or Send, may do something; bytes are 0.
  void AsyncWaitForInput(Handler handler) { Begin(Operation::kAwaitInput, std::move(handler)); }
  void AsyncWaitForRoom(Handler handler) { Begin(Operation::kAwaitRoom, std::move(handler)); }
  /// Waits until others have had their turn; bytes are 0.
  void AsyncYield(Handler handler) { Begin(Operation::kYield, std::move(handler)); }

  /// Without waiting. They return and set errno as recv and send do.
  ssize_t Receive(boost::asio::mutable_buffer into);
  ssize_t Send(boost::asio::const_buffer from);

  /// Whether bytes have arrived that no read has taken.
  bool HasInput() const;
  /// Whether the peer has ended its direction, or all.
  bool PeerEnded() const;
  /// Sends the acknowledgement that is due now, not with the next answer or after 40 ms. A peer
  /// that writes a head and its body apart under Nagle's algorithm keeps the body back until then.
  void AcknowledgeAtOnce();
  void ShutdownSend();
  /// Ends the connection at once, and the peer gets a reset.
  void Reset();

  /// Ends the pending operation with operation_aborted.
  void Cancel();
  /// Cancel, and no further operation succeeds.
  void Close();
  /// Gives the socket away; the pending operation is forgotten.
  Descriptor Release();

 private:
  friend class PollSet;
  enum class Operation : std::uint8_t { kNone, kRead, kWrite, kAwaitInput, kAwaitRoom, kYield };

  void Begin(Operation operation, Handler handler);
  bool CanAdvance() const;
  void OnEvents(std::uint32_t events);
  void Advance();
  void EndAs(ssize_t result);
  void End(const ErrorCode& error, std::size_t bytes);

  PollSet& set_;
  Descriptor descriptor_;
  Operation operation_ = Operation::kNone;
  bool may_read_ = false;         // the kernel has not said that nothing is there
  bool may_write_ = false;        // likewise, that there is no room
  bool more_may_follow_ = false;  // a short read need not have emptied the socket
  bool cancelled_ = false;
  boost::asio::mutable_buffer into_;
  boost::asio::const_buffer from_;
  Handler handler_;
};

}  // namespace timock

#endif  // TIMOCK_HTTP_POLL_SET_H_
