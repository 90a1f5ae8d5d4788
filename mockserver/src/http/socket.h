#ifndef TIMOCK_HTTP_SOCKET_H_
#define TIMOCK_HTTP_SOCKET_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "http/descriptor.h"
#include "http/loop.h"

namespace timock {

/// What a socket can be waited for.
enum class Until : std::uint8_t {
  kInput,  ///< A read finds something: bytes, the end, an error.
  kRoom,   ///< A write finds room, or an error.
  kTurn,   ///< All others have had their turn, or kInput.
};

/// What came of an attempt to move bytes without waiting.
struct Transfer {
  enum class Outcome : std::uint8_t {
    kDone,    ///< `bytes` were moved.
    kWait,    ///< None; `until` says when another attempt is worth it.
    kEnded,   ///< The peer has ended its direction.
    kFailed,  ///< The connection is broken.
  };
  Outcome outcome = Outcome::kDone;
  Until until = Until::kInput;
  std::size_t bytes = 0;
};

/// A socket in a loop. It never waits in a call, but can be waited for, by one handler at a time;
/// so whoever reads or writes may stop at any moment, and has nothing to cancel.
class Socket {
 public:
  /// `descriptor` is non-blocking. Throws std::system_error when it cannot be polled.
  Socket(Loop& loop, Descriptor descriptor);
  Socket(const Socket&) = delete;
  Socket& operator=(const Socket&) = delete;

  /// `handler` is called once, by the loop and never by this call; it may destroy this. In place of
  /// what was waited for before.
  void Wait(Until until, Loop::Handler handler);

  Transfer Read(std::span<char> into);
  Transfer Write(std::string_view from);

  int descriptor() const { return descriptor_.get(); }
  /// Whether bytes have arrived that no read has taken.
  bool HasInput() const;
  /// Whether the peer has ended its direction, or all.
  bool PeerEnded() const;
  /// Sends the acknowledgement that is due now, not with the next answer or after 40 ms. A peer
  /// that writes a head and its body apart under Nagle's algorithm keeps the body back until then.
  void AcknowledgeAtOnce();
  void ShutdownSend();
  /// The connection will end with a reset.
  void EndWithReset();

 private:
  void Poll(int events);
  void OnEvents(int status);
  void GoOn();

  Descriptor descriptor_;
  Handle<uv_poll_t> poll_;  // behind the descriptor, for it must end before that is closed
  Handle<uv_idle_t> turn_;  // made when it is needed first: by TLS, and seldom
  Loop::Handler handler_;   // empty: nothing is waited for
  int polled_ = 0;          // what libuv is asked for: UV_READABLE, UV_WRITABLE, or nothing
};

}  // namespace timock

#endif  // TIMOCK_HTTP_SOCKET_H_
