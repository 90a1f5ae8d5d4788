#ifndef TIMOCK_HTTP_FAULT_WRITER_H_
#define TIMOCK_HTTP_FAULT_WRITER_H_

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>

#include "timock/http_message.h"

namespace timock {

/// Gives the bytes of an answer out as a fault wants them, once its delay is over. No sockets, no
/// time.
class FaultWriter {
 public:
  /// `answer` is the whole answer, head and body.
  FaultWriter(const TransportFault& fault, std::string answer);

  /// What becomes of the connection when the bytes are written.
  enum class Then : std::uint8_t {
    kWait,   ///< Next again, after wait().
    kGoOn,   ///< The answer was whole.
    kClose,  ///< It ends.
    kReset,  ///< It is reset.
  };

  /// Appends what is to be written now to `*out`; not called again unless it returns kWait.
  Then Next(std::string* out);

  std::chrono::milliseconds wait() const { return fault_.trickle_every; }

 private:
  std::size_t Cut(std::size_t most) const;

  TransportFault fault_;
  std::string answer_;
  std::size_t given_ = 0;
};

}  // namespace timock

#endif  // TIMOCK_HTTP_FAULT_WRITER_H_
