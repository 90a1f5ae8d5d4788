#ifndef TIMOCK_APP_CALL_LOG_H_
#define TIMOCK_APP_CALL_LOG_H_

#include <atomic>
#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "app/line_writer.h"
#include "app/settings.h"
#include "base/mutex.h"
#include "timock/clock.h"
#include "timock/service.h"

/// What people read about the calls that a server answered: a log while it runs, and a summary of
/// what was noticed at its end.
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
/// the kind, or Close, reports how many there were. At the levels debug and trace, every call is
/// listed.
class CallLog {
 public:
  static constexpr std::uint64_t kMaxRepeats = 5;
  static constexpr std::chrono::seconds kRepeatPeriod{10};

  /// `clock` has the real time and outlives the log.
  CallLog(LogFormat format, LogLevel level, int descriptor, const Clock& clock);
  /// Closes.
  ~CallLog();
  CallLog(const CallLog&) = delete;
  CallLog& operator=(const CallLog&) = delete;

  /// Does nothing for a call below the level, or in the format off.
  void Record(const CallEvent& event);

  /// Writes a line that the user must see at any level and format.
  void Notice(std::string_view text, UnixTime at);

  /// Reports the calls that were only counted, and waits until all is written, at most a second.
  void Close();

 private:
  struct Kind {
    Tick period_start{};
    std::uint64_t listed = 0;    // in the period
    std::uint64_t unlisted = 0;  // since the last line
  };

  const LogFormat format_;
  const LogLevel level_;
  const Clock& clock_;
  // The time of the last line, for those about lines. The writer's thread reads it, and may outlive
  // the log.
  const std::shared_ptr<std::atomic<UnixTime>> last_;
  LineWriter writer_;
  Mutex mutex_;
  std::map<std::string, Kind, std::less<>> kinds_ TIMOCK_GUARDED_BY(mutex_);
};

/// Counts what the fake noticed about calls, by the rule: texts hold times and bytes that differ
/// from call to call. Safe to use from several threads.
class DiagnosisTally {
 public:
  static constexpr std::size_t kMaxRules = 200;

  /// Diagnoses of the rules in `except` are ignored.
  explicit DiagnosisTally(const std::vector<std::string>& except = {});

  void Add(const CallEvent& event);

  bool empty() const;

  /// One line for each rule, ended by a newline: "3 x not_admin (90009): detail; remedy: ...", with
  /// the first call's detail and remedy. Then one for each exception that met no diagnosis, since
  /// it may be misspelt.
  std::string Report() const;

 private:
  struct Group {
    std::string first;  // detail and remedy
    bool differs = false;
    std::uint64_t count = 0;
  };
  mutable Mutex mutex_;
  std::map<std::string, std::uint64_t> except_ TIMOCK_GUARDED_BY(mutex_);
  std::map<std::string, Group> groups_ TIMOCK_GUARDED_BY(mutex_);
  std::uint64_t beyond_ TIMOCK_GUARDED_BY(mutex_) = 0;
};

}  // namespace timock::app

#endif  // TIMOCK_APP_CALL_LOG_H_
