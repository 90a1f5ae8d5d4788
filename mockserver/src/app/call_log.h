#ifndef TIMOCK_APP_CALL_LOG_H_
#define TIMOCK_APP_CALL_LOG_H_

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "app/line_writer.h"
#include "app/settings.h"
#include "base/mutex.h"
#include "timock/clock.h"
#include "timock/service.h"

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

/// Writes calls to a file descriptor, one line each. Never waits for its reader: see LineWriter.
/// Safe to use from several threads.
///
/// Calls of one kind, that is with the same error code and diagnoses of the same names, are listed
/// kMaxRepeats times in kRepeatPeriod of real time. The others are counted, and the next line of
/// the kind, or Close, tells how many there were. At the levels debug and trace, every call is
/// listed.
class CallLog {
 public:
  static constexpr std::uint64_t kMaxRepeats = 5;
  static constexpr std::chrono::seconds kRepeatPeriod{10};

  /// `clock` tells real time and outlives the log.
  CallLog(LogFormat format, LogLevel level, int descriptor, const Clock& clock);
  /// Closes.
  ~CallLog();
  CallLog(const CallLog&) = delete;
  CallLog& operator=(const CallLog&) = delete;

  void Record(const CallEvent& event);

  /// Writes a line that the user must see at any level and format.
  void Notice(std::string_view text, UnixTime at);

  /// Tells of the calls that were only counted, and waits until all is written, at most a second.
  void Close();

 private:
  struct Kind {
    Tick period_start{};
    std::uint64_t listed = 0;    // in the period
    std::uint64_t unlisted = 0;  // since the last line
  };
  struct Listing {
    bool listed = true;
    bool last_of_period = false;
    std::uint64_t unlisted_before = 0;
  };
  // Counts the call, and says how it is listed.
  Listing List(const CallEvent& event);

  const LogFormat format_;
  const LogLevel level_;
  const Clock& clock_;
  const std::shared_ptr<std::atomic<UnixTime>> last_;  // shared with the writer's thread
  LineWriter writer_;
  Mutex mutex_;
  std::map<std::string, Kind, std::less<>> kinds_ TIMOCK_GUARDED_BY(mutex_);
};

}  // namespace timock::app

#endif  // TIMOCK_APP_CALL_LOG_H_
