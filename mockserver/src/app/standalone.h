#ifndef TIMOCK_APP_STANDALONE_H_
#define TIMOCK_APP_STANDALONE_H_

#include <functional>
#include <memory>
#include <string>

#include "app/call_log.h"
#include "app/port_file.h"
#include "app/settings.h"
#include "timock/server.h"

namespace timock::app {

/// A server that runs with its log and port files. Ended in reverse: the port files go first.
struct Standalone {
  std::unique_ptr<CallLog> log;
  std::unique_ptr<Server> server;
  PortFile port_file;
  PortFile ports_file;
  /// "timock 0.1.0 listening on http://..., https://..., proxy http://... (profile ..., 1 app)",
  /// and below it where the page is and, for the demo app, a curl line that works. No newline at
  /// the end.
  std::string ready_text;

  /// Writes a line to the log that the user must see at any level.
  void Notice(const std::string& text);

  /// The port files go first, the log last.
  void Stop();
};

/// What MergeSettings says for this process's environment. First removes the port files that an
/// earlier run has left, so that others never read them while this one starts, or fails to.
Result<Settings> ReadSettings(const Flags& flags, Settings defaults);

/// The server's URL with another scheme and port: "https://127.0.0.1:8443".
std::string UrlOnPort(const Server& server, const std::string& scheme, std::uint16_t port);

/// A URL of a server on this machine, for clients: of 0.0.0.0 and ::, which cannot be called
/// everywhere, and by HTTPS nowhere, 127.0.0.1 and [::1].
std::string ReachableUrl(std::string url);

/// "http://127.0.0.1:8080/_timock"; empty when the control API is off.
std::string ControlUrl(const Settings& settings, const Server& server);

/// Starts a server, and says on stderr what becomes reachable when it is not bound to loopback.
/// `also` is called for each call beside the log, from several threads.
Result<Standalone> StartStandalone(const Settings& settings,
                                   const std::function<void(const CallEvent&)>& also = {});

/// What others can do over a server that listens on `server.host`; empty for a loopback address.
std::string ReachableNotice(const ServerOptions& server);

}  // namespace timock::app

#endif  // TIMOCK_APP_STANDALONE_H_
