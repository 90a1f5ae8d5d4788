#ifndef TIMOCK_BENCH_LOAD_SEND_IN_PROCESS_H_
#define TIMOCK_BENCH_LOAD_SEND_IN_PROCESS_H_

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>
#include <vector>

namespace timock::load {

/// The fake in this process, over HTTP on a free port. `profile` is a shipped one's name. Throws
/// conformance::ConfigError when there is no such one, or it cannot start.
class InProcessServer {
 public:
  explicit InProcessServer(const std::string& profile);
  ~InProcessServer();
  InProcessServer(const InProcessServer&) = delete;
  InProcessServer& operator=(const InProcessServer&) = delete;

  std::string url() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// The fake without sockets and with a clock of its own: as fast as it can be computed. Its limit
/// is that of the profile (100 a second) or another. Not thread-safe.
class VirtualServer {
 public:
  explicit VirtualServer(std::size_t limit);
  ~VirtualServer();
  VirtualServer(const VirtualServer&) = delete;
  VirtualServer& operator=(const VirtualServer&) = delete;

  /// The body of the answer to a valid call, `at` after the start; never before the call before.
  const std::string& Call(std::chrono::nanoseconds at);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace timock::load

#endif  // TIMOCK_BENCH_LOAD_SEND_IN_PROCESS_H_
