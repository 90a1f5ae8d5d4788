#ifndef TIMOCK_HTTP_WORKER_H_
#define TIMOCK_HTTP_WORKER_H_

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "control/control_api.h"
#include "http/call_handler.h"
#include "http/deadline_queue.h"
#include "http/limits.h"
#include "http/loop.h"
#include "http/proxy_route.h"
#include "http/request_reader.h"
#include "http/response_writer.h"
#include "http/tls_context.h"
#include "timock/clock.h"
#include "timock/http_message.h"
#include "timock/server.h"
#include "timock/service.h"

namespace timock {

/// What a port is for.
enum class Door : std::uint8_t { kHttp, kTls, kProxy, kControl };

/// ControlApi::Handle.
using ControlHandler = std::function<std::unique_ptr<DeferredAnswer>(
    const HttpRequestView& request, Tick now, HttpResponse* response)>;

/// What all loops of a server share. Only the counters change after the first loop has begun, and
/// they only with connections, never with calls.
struct Shared {
  Service& service;
  const HttpLimits& limits;
  const TlsContext* tls = nullptr;            ///< Null: neither kTls nor kProxy is open.
  const std::vector<std::string> hosts = {};  ///< See ServedHosts.
  OwnPorts own_ports = {};
  ControlHandler control = {};
  CallHandler call_handler = {};             ///< Empty: the service itself.
  bool control_beside = false;               ///< Whether it is served on every door.
  std::atomic<std::size_t> served = 0;       ///< Seats of HttpLimits::connections.
  std::atomic<std::size_t> turned_away = 0;  ///< Seats of connections that are being told 503.
  std::atomic<std::uint64_t> begun = 0;      ///< Number of the newest connection.
  std::atomic<std::uint64_t> refused = 0;    ///< Connections that found no seat so far.
};

/// What all connections of one loop share: what they serve, and the memory they work in, so that an
/// idle connection holds next to none. Used by the loop's thread only.
struct Worker {
  Worker(Loop& the_loop, Shared& the_shared)
      : loop(the_loop),
        shared(the_shared),
        service(the_shared.service),
        limits(the_shared.limits),
        keep_alive(KeepAliveLines(limits.idle_time)),
        connections(the_loop, the_shared.limits) {}

  /// Destroys `connection`, or a handshake. The loop ends with its last one.
  void End(Timed& connection) {
    connections.End(connection);
    if (stopping && connections.empty()) loop.Stop();
  }

  /// Runs one step of `item`, a connection or a handshake. An exception ends that one, and no
  /// other: what it waits for ends with it. What is thrown while an answer is made does not get
  /// here, but is answered: by Service::Handle, ControlApi and ServerAccess.
  template <typename Step>
  void Guard(Timed& item, Step step) {
    try {
      step();
    } catch (...) {
      service.AnswerException(&response);  // to the log alone
      End(item);
    }
  }

  /// Empties `output`, and gives back the memory of a large answer of the control API.
  void ClearOutput() {
    output.clear();
    if (output.capacity() > 4 * kGatheredAnswers) output.shrink_to_fit();
  }

  Loop& loop;
  Shared& shared;
  Service& service;
  const HttpLimits& limits;
  const std::string keep_alive;  ///< What each answer but the last of a connection says.
  bool stopping = false;         ///< Every answer is the last of its connection.
  bool grace_over = false;       ///< Nothing is waited for.

  SystemClock clock;
  DateLine date;
  ParsedRequest request;
  HttpResponse response;
  std::string output;  ///< Answers gathered for one write.
  std::array<char, std::size_t{16} * 1024> discarded;

  DeadlineQueue connections;  // last: it owns them, and they refer to the rest
};

}  // namespace timock

#endif  // TIMOCK_HTTP_WORKER_H_
