#ifndef TIMOCK_HTTP_RESPONSE_WRITER_H_
#define TIMOCK_HTTP_RESPONSE_WRITER_H_

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "timock/clock.h"
#include "timock/http_message.h"

namespace timock {

/// The line `Date: Sun, 06 Nov 1994 08:49:37 GMT` with its CRLF (RFC 9110 6.6.1), made at most
/// once a second. For one thread.
class DateLine {
 public:
  /// `ticks` is the present moment of `clock`.
  std::string_view At(Tick ticks, const Clock& clock);

 private:
  Tick valid_from_{0};
  Tick valid_until_{0};
  std::string line_;
};

/// What an answer says about its connection, with CRLF: that it ends (P8), or that it stays open
/// and how long it may be idle (P7).
inline constexpr std::string_view kConnectionClose = "Connection: close\r\n";
std::string KeepAliveLines(std::chrono::milliseconds idle_time);

/// Appends the head of an answer whose body follows in pieces and ends with the connection.
void AppendStreamHead(const HttpResponse& response, std::string_view date_line, std::string* out);

/// Appends the whole answer to `*out`. `date_line` may be empty; `with_body` is false for HEAD,
/// whose answer has the headers of the body that it omits (P6). Status 204 and 304 have no body.
void AppendResponse(const HttpResponse& response, std::string_view connection_lines,
                    std::string_view date_line, bool with_body, std::string* out);

/// Hands out the bytes of an answer as a fault wants them, once its delay is over. Knows neither
/// sockets nor time.
class FaultWriter {
 public:
  /// `answer` is the whole answer, head and body.
  FaultWriter(const TransportFault& fault, std::string answer);

  /// What to do when the bytes are written.
  enum class Then : std::uint8_t {
    kWait,   ///< Call Next again, after wait().
    kGoOn,   ///< The answer is complete; keep the connection if the answer says so.
    kClose,  ///< End the connection.
    kReset,  ///< Reset it.
  };

  /// Appends what to write now to `*out`. May be called again only after kWait.
  Then Next(std::string* out);

  std::chrono::milliseconds wait() const { return fault_.trickle_every; }

 private:
  std::size_t Cut(std::size_t max) const;

  TransportFault fault_;
  std::string answer_;
  std::size_t given_ = 0;
};

}  // namespace timock

#endif  // TIMOCK_HTTP_RESPONSE_WRITER_H_
