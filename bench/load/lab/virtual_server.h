#ifndef TIMOCK_BENCH_LOAD_LAB_VIRTUAL_SERVER_H_
#define TIMOCK_BENCH_LOAD_LAB_VIRTUAL_SERVER_H_

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>

namespace timock::load {

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

#endif  // TIMOCK_BENCH_LOAD_LAB_VIRTUAL_SERVER_H_
