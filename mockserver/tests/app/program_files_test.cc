// The files that the program writes and removes, and when.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <fstream>

#include "app/folder.h"
#include "app/process.h"

namespace timock::app {
namespace {

using testing::HasSubstr;
using testing::MatchesRegex;

bool IsPipe(const std::string& path) {
  struct stat status {};
  return lstat(path.c_str(), &status) == 0 && S_ISFIFO(status.st_mode);
}

class ProgramFilesTest : public testing::Test {
 protected:
  Process Serve(const std::vector<std::string>& more = {}) const {
    std::vector<std::string> arguments = {"serve", "--port", "0", "--port-file", path_};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return Process(arguments);
  }
  void ExpectEnds(Process* serve) const {
    EXPECT_GT(serve->ReadPort(), 0);
    serve->Signal(SIGTERM);
    EXPECT_EQ(serve->Wait(), 0);
  }

  const Folder folder_;
  const std::string path_ = folder_.Path("port");
};

TEST_F(ProgramFilesTest, WritesToAPipeAndLeavesIt) {
  ASSERT_EQ(mkfifo(path_.c_str(), 0600), 0);
  const int reader = open(path_.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC);
  Process serve = Serve();
  ExpectEnds(&serve);
  EXPECT_TRUE(IsPipe(path_));
  char text[16] = {};
  EXPECT_GT(read(reader, text, sizeof text - 1), 1);
  EXPECT_THAT(text, MatchesRegex("[1-9][0-9]*\n"));
  close(reader);
}

TEST_F(ProgramFilesTest, RefusesAPipeThatNobodyReads) {
  ASSERT_EQ(mkfifo(path_.c_str(), 0600), 0);
  Process serve = Serve();
  EXPECT_EQ(serve.Wait(), 1);
  EXPECT_TRUE(IsPipe(path_));
  EXPECT_EQ(serve.err(),
            "timock: port file " + path_ + ": cannot write it: No such device or address\n");
}

TEST_F(ProgramFilesTest, WritesToWhatALinkToADeviceLeadsTo) {
  std::filesystem::create_symlink("/dev/null", path_);
  Process serve = Serve();
  ExpectEnds(&serve);
  EXPECT_TRUE(std::filesystem::is_symlink(path_));
  EXPECT_TRUE(std::filesystem::is_character_file("/dev/null"));
}

// As /dev/stdout does; never that one, which a broken program would remove.
TEST_F(ProgramFilesTest, WritesToItsOwnStandardOutput) {
  std::filesystem::create_symlink("/proc/self/fd/1", path_);
  Process serve = Serve();
  EXPECT_TRUE(serve.ReadUntil(1, "page: "));
  serve.Signal(SIGTERM);
  EXPECT_EQ(serve.Wait(), 0);
  EXPECT_THAT(serve.out(), MatchesRegex("[1-9][0-9]*\ntimock (.|\n)*"));
  EXPECT_TRUE(std::filesystem::is_symlink(path_));
}

TEST_F(ProgramFilesTest, RefusesALinkToAFileAndLeavesBoth) {
  const std::string file = folder_.Write("file", "mine");
  for (const std::string& target : {file, folder_.Path("dangling")}) {
    std::filesystem::remove(path_);
    std::filesystem::create_symlink(target, path_);
    Process serve = Serve();
    EXPECT_EQ(serve.Wait(), 1);
    EXPECT_THAT(serve.err(), HasSubstr("port file " + path_ + ": cannot write it: it is a link"));
    EXPECT_TRUE(std::filesystem::is_symlink(path_));
    EXPECT_EQ(ReadFile(file), "mine");
    EXPECT_FALSE(FileExists(folder_.Path("dangling")));
  }
}

TEST_F(ProgramFilesTest, RefusesALinkInThePlaceOfTheAuthority) {
  const std::string state = folder_.Path("state");
  std::filesystem::create_directory(state);
  std::filesystem::create_symlink("elsewhere.pem", state + "/ca-key.pem");
  Process ca({"ca", "--state-dir", state});
  EXPECT_EQ(ca.Wait(), 1);
  EXPECT_THAT(ca.err(), HasSubstr(state + "/ca-key.pem: cannot write it: it is a link"));
  EXPECT_TRUE(std::filesystem::is_symlink(state + "/ca-key.pem"));
  EXPECT_FALSE(FileExists(state + "/elsewhere.pem"));
}

TEST_F(ProgramFilesTest, RemovesAStalePortFileFirst) {
  folder_.Write("port", "1\n");
  const std::string config = folder_.Path("config");
  ASSERT_EQ(mkfifo(config.c_str(), 0600), 0);
  // The start waits for its config file.
  Process serve = Serve({"--config", config});
  EXPECT_TRUE(WaitUntil([&] { return !FileExists(path_); }));
  std::ofstream(config) << "{}";
  EXPECT_TRUE(WaitUntil([&] { return FileExists(path_); }));
  ExpectEnds(&serve);
}

TEST_F(ProgramFilesTest, RemovesAStalePortFileWhereTheStartFails) {
  for (const std::vector<std::string>& wrong : std::vector<std::vector<std::string>>{
           {"--host", "256.1.1.1"}, {"--throttle", "many"}, {"--config", "no-such-file"}}) {
    folder_.Write("port", "1\n");
    Process serve = Serve(wrong);
    EXPECT_NE(serve.Wait(), 0);
    EXPECT_FALSE(FileExists(path_)) << wrong[0];
  }
  folder_.Write("port", "1\n");
  const std::string config =
      folder_.Write("config", R"({"host": "256.1.1.1", "ports_file": ")" + path_ + "\"}");
  Process serve({"serve", "--port", "0", "--config", config});
  EXPECT_EQ(serve.Wait(), 1);
  EXPECT_FALSE(FileExists(path_));
}

TEST_F(ProgramFilesTest, HangupEndsServeAsSigtermDoes) {
  Process serve = Serve();
  EXPECT_GT(serve.ReadPort(), 0);
  EXPECT_TRUE(FileExists(path_));
  serve.Signal(SIGHUP);
  EXPECT_EQ(serve.Wait(), 0);
  EXPECT_FALSE(FileExists(path_));
}

TEST_F(ProgramFilesTest, HangupEndsExecWithItsCommand) {
  Process exec({"exec", "--port-file", path_, "--", "sh", "-c",
                "trap 'echo hung up; exit 9' HUP; echo ready; while :; do sleep 0.01; done"});
  ASSERT_TRUE(exec.ReadUntil(1, "ready"));
  exec.Signal(SIGHUP);
  EXPECT_EQ(exec.Wait(), 9);
  EXPECT_THAT(exec.out(), HasSubstr("hung up"));
  EXPECT_FALSE(FileExists(path_));
}

TEST_F(ProgramFilesTest, HangupStaysIgnoredUnderNohup) {
  const std::string command = folder_.Write(
      "command",
      "trap 'echo hung up' HUP; trap 'exit 9' TERM; echo ready; while :; do sleep 0.01; done");
  Process exec(
      {"exec", "--", "sh", "-c",
       "trap '' HUP; exec " TIMOCK_PROGRAM " exec -- env --default-signal=HUP sh " + command});
  ASSERT_TRUE(exec.ReadUntil(1, "ready"));
  // The inner exec would hand it on first.
  exec.Signal(SIGHUP);
  exec.Signal(SIGTERM);
  EXPECT_EQ(exec.Wait(), 9);
  EXPECT_EQ(exec.out(), "ready\n");
}

}  // namespace
}  // namespace timock::app
