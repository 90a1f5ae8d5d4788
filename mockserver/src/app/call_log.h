#ifndef TIMOCK_APP_CALL_LOG_H_
#define TIMOCK_APP_CALL_LOG_H_

#include <memory>
#include <string>
#include <string_view>

#include "app/settings.h"
#include "timock/service.h"

namespace spdlog {
class logger;
}

namespace timock::app {

/// The level of a call: warn when it was refused, info when there is something to note about it,
/// else debug.
LogLevel LevelOf(const CallEvent& event);

/// One line for people, without the newline:
/// "2022-04-01T00:00:00.000Z warn refused rule=R code=C POST COMMAND sdkappid=N | name: detail;
/// remedy: ..." with one part after " | " for each diagnosis.
std::string CallText(const CallEvent& event);

/// The same members as one JSON object.
std::string CallJson(const CallEvent& event);

/// Writes calls to stderr, one line each. Safe to use from several threads.
class CallLog {
 public:
  CallLog(LogFormat format, LogLevel level);
  ~CallLog();

  void Record(const CallEvent& event);

  /// Writes a line that the user must see at any level and format.
  void Notice(std::string_view text, UnixTime at);

 private:
  LogFormat format_;
  LogLevel level_;
  std::unique_ptr<spdlog::logger> logger_;
};

}  // namespace timock::app

#endif  // TIMOCK_APP_CALL_LOG_H_
