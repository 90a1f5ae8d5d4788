#ifndef TIMOCK_HTTP_RESPONSE_WRITER_H_
#define TIMOCK_HTTP_RESPONSE_WRITER_H_

#include <chrono>
#include <string>
#include <string_view>

#include "timock/clock.h"
#include "timock/http_message.h"

namespace timock {

/// The line `Date: Sun, 06 Nov 1994 08:49:37 GMT` with its CRLF (RFC 9110 6.6.1), made once a
/// second and by demand. For one thread.
class DateLine {
 public:
  /// `ticks` is the present moment of `clock`.
  std::string_view At(Tick ticks, const Clock& clock);

 private:
  Tick valid_from_{0};
  Tick valid_until_{0};
  std::string line_;
};

/// What an answer says about the life of its connection, with CRLF: that it ends (P8), or that it
/// stays open and how long it may be idle (P7).
inline constexpr std::string_view kConnectionClose = "Connection: close\r\n";
std::string KeepAliveLines(std::chrono::milliseconds idle_time);

/// Appends the head of an answer whose body comes piece by piece and ends with the connection.
void AppendStreamHead(const HttpResponse& response, std::string_view date_line, std::string* out);

/// Appends the whole answer to `*out`. `date_line` may be empty; `with_body` is false for HEAD,
/// whose answer has the headers of the body it leaves out (P6). Status 204 and 304 have no body.
void AppendResponse(const HttpResponse& response, std::string_view connection_lines,
                    std::string_view date_line, bool with_body, std::string* out);

}  // namespace timock

#endif  // TIMOCK_HTTP_RESPONSE_WRITER_H_
