#ifndef TIMOCK_CONTROL_CONTROL_API_H_
#define TIMOCK_CONTROL_CONTROL_API_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "timock/clock.h"
#include "timock/http_message.h"
#include "timock/service.h"

namespace timock {

/// Largest body of a control request, PUT state and PUT apps: a dump of some ten thousand apps.
inline constexpr std::size_t kMaxControlBody = std::size_t{16} * 1024 * 1024;

/// An answer that is not complete yet. The transport polls it, in real time, until it is, and may
/// destroy it at any moment.
class DeferredAnswer {
 public:
  virtual ~DeferredAnswer() = default;

  enum class State {
    kWait,   ///< Ask again.
    kReady,  ///< What `*response` holds now is the answer; not asked again. Not of a stream.
    kOver,   ///< A stream has ended.
  };

  /// `now` is the machine's monotonic time. A stream appends to `response->body` what is to be sent
  /// now; the transport empties it.
  virtual State Poll(Tick now, HttpResponse* response) = 0;

  /// Whether this is a stream: its head was sent at once, and the connection ends with it.
  virtual bool stream() const { return false; }
};

/// What the control API knows of the server around it.
struct ServerView {
  std::string version;                              ///< "0.1.0"
  std::string host;                                 ///< As bound.
  std::string token = {};                           ///< Required when not empty.
  bool shared = false;                              ///< ControlOptions::shared.
  std::function<std::uint64_t()> connections = {};  ///< Open now.
  std::function<std::uint64_t()> turned_away = {};  ///< Connections refused with 503 so far.
};

/// The control API: a table of routes under /_timock/, JSON in and out. Knows no transport. Safe to
/// use from any thread.
class ControlApi {
 public:
  /// `service` must outlive this.
  ControlApi(Service& service, ServerView server);
  ~ControlApi();
  ControlApi(const ControlApi&) = delete;
  ControlApi& operator=(const ControlApi&) = delete;

  /// Whether a request with this target belongs to the control API.
  static bool Owns(std::string_view target);

  /// Answers into `*response`, or returns what the answer will come from. `now` as in Poll.
  /// `request.body_too_large`: the body was over kMaxControlBody. A target that does not belong
  /// here, which can reach a port of the API's own, gets 404, and "/" is redirected to the page. No
  /// exception leaves this or what it returns: Service::AnswerException answers, and a stream ends.
  std::unique_ptr<DeferredAnswer> Handle(const HttpRequestView& request, Tick now,
                                         HttpResponse* response);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace timock

#endif  // TIMOCK_CONTROL_CONTROL_API_H_
