#include "app/line_writer.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <array>

namespace timock::app {
namespace {

class LineWriterTest : public testing::Test {
 protected:
  LineWriterTest() { EXPECT_EQ(pipe2(ends_.data(), O_CLOEXEC), 0); }
  ~LineWriterTest() override {
    CloseReader();
    CloseWriter();
  }

  static std::string Report(std::uint64_t dropped) {
    return std::to_string(dropped) + " dropped\n";
  }

  int descriptor() const { return ends_[1]; }
  void CloseReader() { close(std::exchange(ends_[0], -1)); }
  void CloseWriter() { close(std::exchange(ends_[1], -1)); }
  void LeaveWriterOpen() { ends_[1] = -1; }

  // All that was written; closes both ends.
  std::string Rest() {
    CloseWriter();
    std::string text;
    std::array<char, 4096> buffer{};
    for (ssize_t size = 0; (size = read(ends_[0], buffer.data(), buffer.size())) > 0;) {
      text.append(buffer.data(), static_cast<std::size_t>(size));
    }
    return text;
  }

  std::string ReadBytes(std::size_t size) const {
    std::string text(size, '\0');
    for (std::size_t got = 0; got < size;) {
      const ssize_t part = read(ends_[0], text.data() + got, size - got);
      if (part <= 0) return text.substr(0, got);
      got += static_cast<std::size_t>(part);
    }
    return text;
  }

 private:
  std::array<int, 2> ends_{};
};

TEST_F(LineWriterTest, WritesInOrderAndAllOfItBeforeItCloses) {
  std::string expected;
  {
    LineWriter writer(descriptor(), Report);
    for (int i = 0; i < 1000; ++i) {
      const std::string line = std::to_string(i) + "\n";
      writer.Write(line);
      expected += line;
    }
  }
  EXPECT_EQ(Rest(), expected);
}

TEST_F(LineWriterTest, DropsWhatIsTooMuchAndTellsOfItOnceItIsRead) {
  const std::string text(LineWriter::kMaxBytes / 4, 'x');
  LineWriter writer(descriptor(), Report);
  writer.Write(text);
  // The pipe holds less than one text, so that the writer is stuck in the first batch, which it may
  // have taken before or after the second text came.
  EXPECT_EQ(ReadBytes(1), "x");
  for (int i = 0; i < 20; ++i) writer.Write(text);
  const std::string got = ReadBytes(5 * text.size() - 1);
  EXPECT_EQ(got, std::string(5 * text.size() - 1, 'x'));
  EXPECT_EQ(ReadBytes(11), "16 dropped\n");
  writer.Write("after\n");
  EXPECT_EQ(ReadBytes(6), "after\n");
}

TEST_F(LineWriterTest, ClosesThoughNobodyReads) {
  LineWriter writer(descriptor(), Report);
  writer.Write(std::string(LineWriter::kMaxBytes, 'x'));
  writer.Close();
  writer.Write("after");
  writer.Close();
  SUCCEED() << "Close came back";
  // Lets the thread end, which has outlived the wait and may be in its write still.
  CloseReader();
  LeaveWriterOpen();
}

TEST_F(LineWriterTest, SurvivesAReaderThatHasGone) {
  CloseReader();
  LineWriter writer(descriptor(), Report);
  writer.Write("lost\n");
  SUCCEED() << "no SIGPIPE, and the destructor comes back";
}

TEST_F(LineWriterTest, WaitsForAPipeThatIsNotBlocking) {
  ASSERT_EQ(fcntl(descriptor(), F_SETFL, O_NONBLOCK), 0);
  const std::string text(LineWriter::kMaxBytes / 2, 'x');
  LineWriter writer(descriptor(), Report);
  writer.Write(text);
  EXPECT_EQ(ReadBytes(text.size()), text);
}

TEST_F(LineWriterTest, TellsOfWhatADescriptorRefused) {
  std::uint64_t dropped = 0;
  {
    const int full = open("/dev/full", O_WRONLY | O_CLOEXEC);
    ASSERT_GE(full, 0);
    LineWriter writer(full, [&](std::uint64_t count) {
      dropped = count;
      return std::string("\n");
    });
    writer.Write("lost\n");
    writer.Close();
    close(full);
  }
  EXPECT_EQ(dropped, 1U);
}

}  // namespace
}  // namespace timock::app
