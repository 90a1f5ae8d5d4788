#ifndef TIMOCK_TESTS_APP_PROCESS_H_
#define TIMOCK_TESTS_APP_PROCESS_H_

#include <sys/types.h>

#include <array>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace timock::app {

/// The program under test, as a child process whose output is read through pipes. Every wait ends
/// after kDeadline with a failed test.
class Process {
 public:
  static constexpr int kDeadlineSeconds = 20;

  /// Starts `timock ARGUMENTS...`, with this process's environment but for TIMOCK_ variables, those
  /// about proxies and XDG_STATE_HOME, and with an empty folder for HOME; `environment` is laid
  /// over that ("TIMOCK_PORT=1"). `streams` are descriptors that take the place of the pipes for
  /// stdout and stderr, where they are not -1.
  explicit Process(const std::vector<std::string>& arguments,
                   const std::vector<std::string>& environment = {},
                   std::array<int, 2> streams = {-1, -1});
  ~Process();
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  /// Reads until what was printed on stdout (1) or stderr (2) holds `text`; false when the program
  /// ends before.
  bool ReadUntil(int stream, const std::string& text);

  /// Waits for the ready line of `serve` and returns the port in it.
  int ReadPort();

  void Signal(int number) const;

  /// Reads all output and returns the exit code; 1000 + N when signal N killed it.
  int Wait();

  pid_t pid() const { return pid_; }
  const std::string& out() const { return texts_[0]; }
  const std::string& err() const { return texts_[1]; }

 private:
  // Reads what one of the pipes has; false when both are at their end.
  bool ReadMore();

  pid_t pid_ = -1;
  std::array<int, 2> pipes_ = {-1, -1};
  std::array<std::string, 2> texts_;
};

/// Tries until `done` returns true; false after the deadline.
bool WaitUntil(const std::function<bool()>& done);

}  // namespace timock::app

#endif  // TIMOCK_TESTS_APP_PROCESS_H_
