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

/// What to wait for at a socket.
enum class Until : std::uint8_t {
  kInput,  ///< A read has a result: bytes, the end, an error.
  kRoom,   ///< A write has a result: room, an error.
  kTurn,   ///< The other connections have had a turn; or kInput, if that comes first.
};

/// The result of an attempt to move bytes without waiting.
struct Transfer {
  enum class Outcome : std::uint8_t {
    kDone,    ///< `bytes` were moved.
    kWait,    ///< None were moved; `until` says what to wait for.
    kEnded,   ///< The peer has ended its direction.
    kFailed,  ///< The connection is broken.
  };
  Outcome outcome = Outcome::kDone;
  Until until = Until::kInput;
  std::size_t bytes = 0;
};

/// A socket in a loop. No call blocks; instead one handler at a time can wait for it. There are no
/// operations in flight, so a user may destroy it at any moment and has nothing to cancel. The
/// invariants of waiting are explained in socket.cc.
class Socket {
 public:
  /// `descriptor` is non-blocking. Throws std::system_error when it cannot be polled.
  Socket(Loop& loop, Descriptor descriptor);
  Socket(const Socket&) = delete;
  Socket& operator=(const Socket&) = delete;

  /// Replaces what was waited for before. The loop calls `handler` once, never during this call;
  /// the handler may destroy this.
  void Wait(Until until, Loop::Handler handler);

  Transfer Read(std::span<char> into);
  Transfer Write(std::string_view from);

  int descriptor() const { return descriptor_.get(); }
  /// Whether bytes have arrived that no read has taken.
  bool HasInput() const;
  /// Whether the peer has ended its direction or the whole connection.
  bool PeerEnded() const;
  /// Sends the acknowledgement that is due now, instead of with the next answer or after 40 ms. A
  /// peer that writes head and body separately holds the body back until then (Nagle's algorithm).
  void AcknowledgeAtOnce();
  void ShutdownSend();
  /// The connection will end with a reset.
  void EndWithReset();

 private:
  void Poll(int events);
  void OnEvents(int status);
  void GoOn();

  Descriptor descriptor_;
  Handle<uv_poll_t> poll_;  // after the descriptor: it must be closed first
  Handle<uv_idle_t> turn_;  // made on first use: by TLS, and rarely
  Loop::Handler handler_;   // empty: nothing is waited for
  int polled_ = 0;          // UV_READABLE, UV_WRITABLE, or 0: nothing
};

/// Connections that the kernel holds for us until they are accepted.
inline constexpr int kBacklog = 4096;

/// The sockets that listen on one port.
struct ListeningSockets {
  std::vector<Descriptor> sockets;  ///< Non-blocking.
  std::uint16_t port = 0;
  bool loopback = false;  ///< Only programs on this machine reach it.
};

/// Listens on `host` (an address, possibly in brackets, or a name) and `port` (0: a free one). A
/// name means its first IPv4 address, because every client tries that one. `localhost` means
/// 127.0.0.1 and, if this machine has it, ::1 at the same port, because some clients try only the
/// first address that they find. The Error has host, port, reason and remedy.
Result<ListeningSockets> ListenOn(const std::string& host, std::uint16_t port);

}  // namespace timock

#endif  // TIMOCK_HTTP_SOCKET_H_
