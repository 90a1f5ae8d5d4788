// A reader of the program's output that does not read: nothing may wait for it.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <httplib.h>
#include <unistd.h>

#include <csignal>
#include <nlohmann/json.hpp>

#include "app/folder.h"
#include "app/process.h"

namespace timock::app {
namespace {

using testing::HasSubstr;

// A pipe that can take no more.
class FullPipe {
 public:
  FullPipe() {
    EXPECT_EQ(pipe2(ends_.data(), O_CLOEXEC), 0);
    EXPECT_EQ(fcntl(ends_[1], F_SETFL, O_NONBLOCK), 0);
    while (write(ends_[1], "full\n", 1) > 0) {
    }
    EXPECT_EQ(fcntl(ends_[1], F_SETFL, 0), 0);
  }
  ~FullPipe() {
    close(ends_[0]);
    close(ends_[1]);
  }
  FullPipe(const FullPipe&) = delete;
  FullPipe& operator=(const FullPipe&) = delete;

  int writer() const { return ends_[1]; }

 private:
  std::array<int, 2> ends_{};
};

// Which of stdout and stderr nobody reads.
struct Unread {
  const char* name;
  bool out;
  bool err;
};

void PrintTo(const Unread& unread, std::ostream* out) { *out << unread.name; }

class BlockedOutputTest : public testing::TestWithParam<Unread> {
 protected:
  std::array<int, 2> Streams() const {
    return {GetParam().out ? pipe_.writer() : -1, GetParam().err ? pipe_.writer() : -1};
  }
  std::vector<std::string> Serve() const {
    return {"serve", "--port", "0", "--port-file", port_file_, "--log-level", "debug"};
  }
  int Port() const {
    EXPECT_TRUE(WaitUntil([&] { return FileExists(port_file_); }));
    return std::atoi(ReadFile(port_file_).c_str());
  }
  static void ExpectAnswers(int port) {
    httplib::Client client("127.0.0.1", port);
    for (int i = 0; i < 3; ++i) {
      const auto refused = client.Post("/v4/no/such", "{}", "application/json");
      ASSERT_TRUE(refused) << "call " << i;
    }
    const auto health = client.Get("/_timock/health");
    ASSERT_TRUE(health);
    EXPECT_EQ(health->status, 200);
  }

  const Folder folder_;
  const std::string port_file_ = folder_.Path("port");
  const FullPipe pipe_;
};

INSTANTIATE_TEST_SUITE_P(EachStream, BlockedOutputTest,
                         testing::Values(Unread{"stdout", true, false},
                                         Unread{"stderr", false, true}, Unread{"both", true, true}),
                         [](const auto& unread) { return std::string(unread.param.name); });

TEST_P(BlockedOutputTest, ServeAnswersAndEnds) {
  Process serve(Serve(), {}, Streams());
  ExpectAnswers(Port());
  serve.Signal(SIGTERM);
  EXPECT_EQ(serve.Wait(), 0);
  EXPECT_FALSE(FileExists(port_file_));
}

TEST_P(BlockedOutputTest, ServeEndsWhereItCannotStart) {
  Process serve({"serve", "--port", "0", "--port-file", "no/such/folder/port"}, {}, Streams());
  EXPECT_EQ(serve.Wait(), 1);
  Process wrong({"serve", "--port", "many"}, {}, Streams());
  EXPECT_EQ(wrong.Wait(), 2);
}

TEST_P(BlockedOutputTest, ExecAnswersItsCommandAndEndsWithIt) {
  const std::string script =
      "while ! [ -e " + folder_.Path("go") + " ]; do sleep 0.01; done; exit 7";
  Process exec({"exec", "--port-file", port_file_, "--log-level", "debug", "--fail-on", "diagnosis",
                "--", "sh", "-c", script},
               {}, Streams());
  ExpectAnswers(Port());
  folder_.Write("go", "");
  EXPECT_EQ(exec.Wait(), 7);
}

TEST_P(BlockedOutputTest, ExecPassesOnASignal) {
  Process exec({"exec", "--port-file", port_file_, "--log-level", "debug", "--", "sh", "-c",
                "trap 'exit 9' TERM; while :; do sleep 0.01; done"},
               {}, Streams());
  ExpectAnswers(Port());
  exec.Signal(SIGTERM);
  const int code = exec.Wait();
  // The shell may not have set its trap yet.
  EXPECT_TRUE(code == 9 || code == 128 + SIGTERM) << code;
}

TEST(LogFileTest, TakesTheLogInsteadOfStderrAndIsAppendedTo) {
  const Folder folder;
  const std::string log = folder.Write("timock.log", "before\n");
  Process serve({"serve", "--port", "0", "--log-file", log});
  httplib::Client client("127.0.0.1", serve.ReadPort());
  ASSERT_TRUE(client.Post("/v4/no/such", "{}", "application/json"));
  serve.Signal(SIGTERM);
  EXPECT_EQ(serve.Wait(), 0);
  EXPECT_EQ(serve.err(), "");
  EXPECT_THAT(ReadFile(log), testing::StartsWith("before\n"));
  EXPECT_THAT(ReadFile(log), HasSubstr("rule=command_unknown"));
}

TEST(LogFileTest, IsRefusedWhereItCannotBeOpened) {
  const Folder folder;
  const std::string pipe = folder.Path("pipe");
  ASSERT_EQ(mkfifo(pipe.c_str(), 0600), 0);
  for (const auto& [path, reason] : std::vector<std::pair<std::string, std::string>>{
           {folder.Path("no/such"), "No such file or directory"},
           {folder.Path(""), "Is a directory"},
           {pipe, "No such device or address"}}) {
    Process serve({"serve", "--port", "0", "--log-file", path});
    EXPECT_EQ(serve.Wait(), 1);
    EXPECT_EQ(serve.err(), "timock: log file " + path + ": cannot open it: " + reason + "\n");
  }
}

}  // namespace
}  // namespace timock::app
