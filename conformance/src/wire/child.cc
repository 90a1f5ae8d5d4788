#include "wire/child.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <stdexcept>
#include <string_view>
#include <utility>

#include "wire/interrupt.h"
#include "wire/stopwatch.h"

namespace timock::conformance {
namespace {

using namespace std::chrono_literals;

constexpr auto kUrlTime = 30s;
constexpr auto kStopTime = 5s;

/// The first whole URL of `text`, without its path; one at its very end may go on.
std::optional<std::string> FindUrl(const std::string& text) {
  constexpr std::string_view kScheme = "http://";
  const std::size_t begin = text.find(kScheme);
  if (begin == std::string::npos) return {};
  const std::size_t end = text.find_first_of(" \t\r\n,\"')/?#", begin + kScheme.size());
  if (end == std::string::npos) return {};
  return text.substr(begin, end - begin);
}

}  // namespace

Child::Child(std::string command) : command_(std::move(command)) {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) throw std::runtime_error("no pipe can be made");
  output_ = ends[0];
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF);
  sigset_t ignored_here;
  sigemptyset(&ignored_here);
  sigaddset(&ignored_here, SIGPIPE);
  posix_spawnattr_setsigdefault(&attributes, &ignored_here);
  std::string shell = "sh";
  std::string flag = "-c";
  std::string script = command_;
  const std::array<char*, 4> arguments = {shell.data(), flag.data(), script.data(), nullptr};
  const int failed =
      posix_spawn(&pid_, "/bin/sh", &actions, &attributes, arguments.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  posix_spawnattr_destroy(&attributes);
  ::close(ends[1]);
  if (failed != 0) throw std::runtime_error("exec:" + command_ + ": cannot be started");
}

Child::~Child() {
  ::kill(-pid_, SIGTERM);
  const std::chrono::nanoseconds until = MonotonicNow() + kStopTime;
  while (::waitpid(pid_, nullptr, WNOHANG) == 0) {
    if (MonotonicNow() > until) {
      ::kill(-pid_, SIGKILL);
      ::waitpid(pid_, nullptr, 0);
      break;
    }
    ::poll(nullptr, 0, 5);  // a sleep that no signal before makes shorter
  }
  if (drain_.joinable()) drain_.join();
  ::close(output_);
}

std::optional<std::string> Child::WaitForUrl() {
  std::string text;
  std::array<char, 4096> piece{};
  const std::chrono::nanoseconds until = MonotonicNow() + kUrlTime;
  std::optional<std::string> url;
  while (!url && MonotonicNow() < until && InterruptedBy() == 0) {
    pollfd ready{.fd = output_, .events = POLLIN, .revents = 0};
    if (::poll(&ready, 1, 100) <= 0) continue;
    const ssize_t size = ::read(output_, piece.data(), piece.size());
    if (size <= 0) break;
    text.append(piece.data(), static_cast<std::size_t>(size));
    url = FindUrl(text);
  }
  drain_ = std::thread([output = output_] {
    std::array<char, 4096> dropped{};
    while (::read(output, dropped.data(), dropped.size()) > 0) {
    }
  });
  return url;
}

}  // namespace timock::conformance
