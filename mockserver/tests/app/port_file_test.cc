#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "app/folder.h"
#include "app/serve.h"

namespace timock::app {
namespace {

class PortFileTest : public testing::Test {
 protected:
  std::string Content() const { return ReadFile(path_); }

  Folder folder_;
  std::string path_ = folder_.Path("port");
};

TEST_F(PortFileTest, HoldsItsTextWhileItLives) {
  {
    const PortFile file = PortFile::Write(path_, "8080\n").value();
    EXPECT_EQ(Content(), "8080\n");
  }
  EXPECT_TRUE(std::filesystem::is_empty(folder_.Path("")));
}

TEST_F(PortFileTest, TakesThePlaceOfAnOldFileByRename) {
  std::ofstream(path_) << "old";
  std::ifstream open_before(path_);
  const PortFile file = PortFile::Write(path_, "1\n").value();
  std::string read;
  open_before >> read;
  EXPECT_EQ(read, "old");
  EXPECT_EQ(Content(), "1\n");
}

TEST_F(PortFileTest, LeavesTheFileOfAnotherServerAlone) {
  PortFile first = PortFile::Write(path_, "1\n").value();
  const PortFile second = PortFile::Write(path_, "2\n").value();
  first.Remove();
  EXPECT_EQ(Content(), "2\n");
}

TEST_F(PortFileTest, NamesAPathThatCannotBeWritten) {
  EXPECT_THAT(PortFile::Write(folder_.Path("none/port"), "1\n").error().Text(),
              testing::EndsWith("/none/port: cannot write it: No such file or directory"));
  std::filesystem::create_directory(path_);
  EXPECT_THAT(PortFile::Write(path_, "1\n").error().Text(), testing::HasSubstr("Is a directory"));
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder_.Path("")), {}), 1);
}

}  // namespace
}  // namespace timock::app
