#include "app/process.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>

#include "app/folder.h"
#include "timock/clock.h"

namespace timock::app {
namespace {

Tick Deadline() { return SystemClock().Ticks() + std::chrono::seconds{Process::kDeadlineSeconds}; }

std::vector<char*> Pointers(std::vector<std::string>* texts) {
  std::vector<char*> pointers;
  for (std::string& text : *texts) {
    pointers.push_back(text.data());
  }
  pointers.push_back(nullptr);
  return pointers;
}

std::string_view NameOf(std::string_view variable) {
  return variable.substr(0, variable.find('='));
}

bool IsOfTheUser(std::string_view name) {
  return name.starts_with("TIMOCK_") || name.ends_with("_PROXY") || name.ends_with("_proxy") ||
         name == "HOME" || name == "XDG_STATE_HOME";
}

std::vector<std::string> CleanEnvironment() {
  static const Folder home;
  std::vector<std::string> environment = {"HOME=" + home.Path("")};
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string_view text(*entry);
    if (!IsOfTheUser(NameOf(text))) {
      environment.emplace_back(text);
    }
  }
  return environment;
}

}  // namespace

Process::Process(const std::vector<std::string>& arguments,
                 const std::vector<std::string>& environment, std::array<int, 2> streams) {
  std::vector<std::string> words = {TIMOCK_PROGRAM};
  words.insert(words.end(), arguments.begin(), arguments.end());
  std::vector<std::string> variables = CleanEnvironment();
  for (const std::string& variable : environment) {
    std::erase_if(variables, [&](const auto& other) { return NameOf(other) == NameOf(variable); });
    variables.push_back(variable);
  }

  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  std::array<int, 2> writers{};
  for (int stream = 0; stream < 2; ++stream) {
    if (const int given = streams[static_cast<std::size_t>(stream)]; given >= 0) {
      posix_spawn_file_actions_adddup2(&actions, given, stream + 1);
      writers[static_cast<std::size_t>(stream)] = -1;
      continue;
    }
    std::array<int, 2> ends{};
    EXPECT_EQ(pipe2(ends.data(), O_CLOEXEC), 0);
    pipes_[static_cast<std::size_t>(stream)] = ends[0];
    writers[static_cast<std::size_t>(stream)] = ends[1];
    posix_spawn_file_actions_adddup2(&actions, ends[1], stream + 1);
  }
  EXPECT_EQ(posix_spawn(&pid_, TIMOCK_PROGRAM, &actions, nullptr, Pointers(&words).data(),
                        Pointers(&variables).data()),
            0);
  posix_spawn_file_actions_destroy(&actions);
  for (const int writer : writers) {
    if (writer >= 0) close(writer);
  }
}

Process::~Process() {
  if (pid_ > 0) {
    kill(pid_, SIGKILL);
    waitpid(pid_, nullptr, 0);
  }
  for (const int pipe : pipes_) {
    if (pipe >= 0) {
      close(pipe);
    }
  }
}

bool Process::ReadMore() {
  std::array<pollfd, 2> polled = {pollfd{pipes_[0], POLLIN, 0}, pollfd{pipes_[1], POLLIN, 0}};
  if (pipes_[0] < 0 && pipes_[1] < 0) {
    return false;
  }
  if (poll(polled.data(), polled.size(), kDeadlineSeconds * 1000) == 0) {
    ADD_FAILURE() << "no output in time\nstdout: " << out() << "\nstderr: " << err();
    return false;
  }
  for (std::size_t i = 0; i < polled.size(); ++i) {
    if (polled[i].revents == 0) {
      continue;
    }
    std::array<char, 4096> buffer{};
    const ssize_t size = read(pipes_[i], buffer.data(), buffer.size());
    if (size > 0) {
      texts_[i].append(buffer.data(), static_cast<std::size_t>(size));
    } else {
      close(pipes_[i]);
      pipes_[i] = -1;
    }
  }
  return true;
}

bool Process::ReadUntil(int stream, const std::string& text) {
  const std::string& printed = texts_[static_cast<std::size_t>(stream - 1)];
  while (printed.find(text) == std::string::npos) {
    if (!ReadMore()) {
      ADD_FAILURE() << "not printed: " << text << "\nstdout: " << out() << "\nstderr: " << err();
      return false;
    }
  }
  return true;
}

int Process::ReadPort() {
  if (!ReadUntil(1, "\n")) {
    return 0;
  }
  const std::string mark = "listening on http://127.0.0.1:";
  const std::size_t place = out().find(mark);
  return place == std::string::npos ? 0 : std::atoi(out().c_str() + place + mark.size());
}

void Process::Signal(int number) const { kill(pid_, number); }

int Process::Wait() {
  while (ReadMore()) {
  }
  int status = 0;
  if (!WaitUntil([&] { return waitpid(pid_, &status, WNOHANG) == pid_; })) {
    ADD_FAILURE() << "still running\nstdout: " << out() << "\nstderr: " << err();
    return -1;
  }
  pid_ = -1;
  return WIFEXITED(status) ? WEXITSTATUS(status) : 1000 + WTERMSIG(status);
}

bool WaitUntil(const std::function<bool()>& done) {
  const Tick deadline = Deadline();
  while (!done()) {
    if (SystemClock().Ticks() > deadline) {
      return false;
    }
    poll(nullptr, 0, 1);
  }
  return true;
}

}  // namespace timock::app
