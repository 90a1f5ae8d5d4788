#ifndef TIMOCK_HTTP_SOCKET_H_
#define TIMOCK_HTTP_SOCKET_H_

#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "http/loop.h"
#include "timock/result.h"

namespace timock {

/// Owns a file descriptor.
class Descriptor {
 public:
  explicit Descriptor(int number = kNone) : number_(number) {}
  Descriptor(Descriptor&& other) noexcept : number_(other.Release()) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    Reset(other.Release());
    return *this;
  }
  ~Descriptor() { Reset(); }

  int get() const { return number_; }
  explicit operator bool() const { return number_ != kNone; }

  [[nodiscard]] int Release() { return std::exchange(number_, kNone); }
  void Reset(int number = kNone) {
    const int old = std::exchange(number_, number);
    if (old != kNone) ::close(old);
  }

 private:
  static constexpr int kNone = -1;
  int number_;
};

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

/// Connections that the kernel holds for us until they are accepted.
inline constexpr int kBacklog = 4096;

/// The sockets that listen at one port.
struct ListeningSockets {
  std::vector<Descriptor> sockets;  ///< Non-blocking.
  std::uint16_t port = 0;
  bool loopback = false;  ///< Only programs on this machine reach it.
};

/// Listens on `host` (an address, one in brackets, or a name) and `port` (0: a free one). Of a name
/// that is its first IPv4 address, for every client tries that; but of `localhost` 127.0.0.1 and,
/// where this machine has it, ::1 at the same port, for some clients try only the first that they
/// find. Fails with host, port, the reason and what to do about it.
Result<ListeningSockets> ListenOn(const std::string& host, std::uint16_t port);

}  // namespace timock

#endif  // TIMOCK_HTTP_SOCKET_H_
