#ifndef TIMOCK_TESTS_HTTP_RAW_CLIENT_H_
#define TIMOCK_TESTS_HTTP_RAW_CLIENT_H_

#include <cstdint>
#include <string>
#include <string_view>

namespace timock::testing {

/// One answer as it came over the wire.
struct Answer {
  int status = 0;    ///< 0: none came before the end or the timeout.
  std::string head;  ///< Status line and headers, with the blank line.
  std::string body;

  bool Has(std::string_view header_line) const;  ///< `Connection: close`, to the letter.
  bool Closes() const { return Has("Connection: close"); }
};

/// Cuts one answer off the front of `*bytes`; false while it is not whole. `with_body` is false for
/// the answer to HEAD.
bool CutAnswer(std::string* bytes, bool with_body, Answer* answer);

/// A TCP client that sends exact bytes. Every wait ends after ten seconds, so that no test hangs.
class RawClient {
 public:
  explicit RawClient(std::uint16_t port, int receive_buffer = 0);
  ~RawClient();
  RawClient(const RawClient&) = delete;
  RawClient& operator=(const RawClient&) = delete;

  bool connected() const { return descriptor_ >= 0; }

  /// False when the server does not take all of it.
  bool Send(std::string_view bytes);
  void EndSending();

  /// `with_body` is false for the answer to HEAD.
  Answer Read(bool with_body = true);

  /// Moves what has been received to the end of `*bytes`, or waits for some; false when none comes.
  bool Take(std::string* bytes);

  /// Whether the server ends the connection without another byte, and without a reset.
  bool Ended();

  /// All that comes until the connection ends or the wait is over; reset() tells how it ended.
  std::string TakeAll();
  /// Whether the last wait for bytes met a reset.
  bool reset() const { return reset_; }

  /// Closes the connection: with a reset, if bytes are left unread.
  void Close();

  /// Whether a byte of an answer has arrived; waits for one for at most `milliseconds`.
  bool Readable(int milliseconds);

 private:
  bool Receive();

  int descriptor_ = -1;
  std::string buffer_;
  bool reset_ = false;
};

/// Sends `bytes` on a connection of its own and reads one answer.
Answer Exchange(std::uint16_t port, std::string_view bytes);

}  // namespace timock::testing

#endif  // TIMOCK_TESTS_HTTP_RAW_CLIENT_H_
