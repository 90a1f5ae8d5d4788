#ifndef TIMOCK_HTTP_MESSAGE_H_
#define TIMOCK_HTTP_MESSAGE_H_

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace timock {

struct HttpHeader {
  std::string name = {};
  std::string value = {};
};

/// A request as a client sends it, owning its text.
struct HttpRequest {
  std::string method = "POST";
  /// Origin form ("/v4/...") or absolute form, undecoded, any byte but space.
  std::string target = {};
  std::vector<HttpHeader> headers = {};
  std::string body = {};
  bool tls = false;  ///< Whether it came over TLS (rule `plain_http`).
};

struct HttpHeaderView {
  std::string_view name = {};
  std::string_view value = {};
};

/// The same without owning anything: what a transport passes on. Every view must stay valid until
/// the call that takes it returns.
struct HttpRequestView {
  std::string_view method = {};
  std::string_view target = {};
  std::span<const HttpHeaderView> headers = {};
  std::string_view body = {};
  bool tls = false;
  /// The transport stopped reading the body at the limit (rule `body_too_large`).
  bool body_too_large = false;
  std::uint64_t connection = 0;  ///< For the journal: which connection it came on; 0: none.
};

/// What a fault asks of the transport that sends an answer; one that cannot do it leaves it out.
struct TransportFault {
  std::chrono::milliseconds delay{0};  ///< Before the first byte.
  /// How the answer and its connection end.
  enum class Ending : std::uint8_t {
    kNone,
    kClose,     ///< Closed before the first byte of the answer.
    kReset,     ///< Reset after `after_bytes` of the answer.
    kTruncate,  ///< Closed after `after_bytes` of the answer, whose length promises more.
    kTrickle,   ///< The answer comes in pieces of `trickle_bytes`, one each `trickle_every`.
  };
  Ending ending = Ending::kNone;
  std::optional<std::size_t> after_bytes = {};  ///< As FaultAction::ending_after_bytes.
  std::size_t trickle_bytes = 1;
  std::chrono::milliseconds trickle_every{100};
};

struct HttpResponse {
  int status = 200;  ///< 200 for every outcome of the API (P1).
  std::string content_type = {};
  std::string body = {};
  bool close = false;  ///< The transport must send `Connection: close` and close.
  std::vector<HttpHeader> headers =
      {};  ///< Further ones, in order; the endpoint's answers have none.
  std::optional<TransportFault> fault = {};
};

}  // namespace timock

#endif  // TIMOCK_HTTP_MESSAGE_H_
