#ifndef TIMOCK_APP_SERVE_H_
#define TIMOCK_APP_SERVE_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/call_log.h"
#include "app/settings.h"
#include "http/whole_file.h"
#include "timock/server.h"

/// A server as `serve` and `exec` run it: with a log, port files and notices.
namespace timock::app {

/// A file that gives the ports to other programs as long as this object lives. It appears whole.
class PortFile {
 public:
  /// Writes the file as WriteWholeFile does. Fails with the path and the reason.
  static Result<PortFile> Write(const std::string& path, std::string_view text);

  /// Removes the file, unless another process has replaced it by its own, or it is not a regular
  /// one.
  void Remove() { file_.reset(); }

 private:
  struct File {
    std::string path;
    std::optional<FileIdentity> identity;  // unset: nothing to remove
    ~File();
  };
  std::unique_ptr<const File> file_;
};

/// A server that runs with its log and port files.
struct Standalone {
  std::unique_ptr<CallLog> log;
  std::unique_ptr<Server> server;
  std::vector<PortFile> port_files;

  /// Writes a line to the log that the user must see at any level.
  void Notice(const std::string& text);

  /// The port files go first, the log last.
  void Stop();
};

/// What MergeSettings says for this process's environment. First removes the port files that an
/// earlier run has left, so that others never read them while this one starts, or fails to.
Result<Settings> ReadSettings(const Flags& flags, Settings defaults);

/// Starts a server, and says on stderr what becomes reachable when it is not bound to loopback.
/// `also` is called for each call after the log, from several threads.
Result<Standalone> StartStandalone(const Settings& settings,
                                   const std::function<void(const CallEvent&)>& also = {});

/// What others can do through a server that listens on `server.host`; empty for a loopback address.
std::string ReachableNotice(const ServerOptions& server);

/// Where clients on this machine reach a server that listens on `host`: at 127.0.0.1 and ::1
/// instead of 0.0.0.0 and ::, which cannot be called everywhere, and by HTTPS nowhere. Without
/// brackets.
std::string ReachableHost(const std::string& host);

/// "https://127.0.0.1:8443"; empty where `port` is 0, that is where there is none.
std::string UrlOf(const std::string& scheme, const std::string& host, std::uint16_t port);

/// "http://127.0.0.1:8080/_timock" with this host; empty when the control API is off.
std::string ControlUrl(const Settings& settings, const Server& server, const std::string& host);

}  // namespace timock::app

#endif  // TIMOCK_APP_SERVE_H_
