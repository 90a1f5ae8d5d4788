#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cstdio>
#include <fstream>
#include <string>

#include "target/options.h"
#include "target/plan.h"

namespace timock::conformance {
namespace {

/// Whether a run against the target would send malformed HTTP.
bool SendsMalformed(TargetOptions options) {
  options.credentials_file = testing::TempDir() + "/target_options_test";
  std::ofstream(options.credentials_file) << "TIMOCK_SDKAPPID=1400000000\n"
                                             "TIMOCK_IDENTIFIER=administrator\n"
                                             "TIMOCK_USERSIG=eJx\n";
  ::chmod(options.credentials_file.c_str(), S_IRUSR | S_IWUSR);
  const bool sends = MakePlan(options)->Can("raw");
  std::remove(options.credentials_file.c_str());
  return sends;
}

TEST(TargetOptionsTest, MalformedHttpGoesToThisMachineOnly) {
  EXPECT_TRUE(SendsMalformed({.target = "http://127.0.0.1:8080"}));
  EXPECT_TRUE(SendsMalformed({.target = "http://[::1]:8080", .live = true}));
  EXPECT_TRUE(SendsMalformed({.target = "exec:serve", .live = true}));
  EXPECT_FALSE(SendsMalformed({.target = "https://im.example"}));
  EXPECT_FALSE(SendsMalformed({.target = "real", .region = "china"}));
}

TEST(TargetOptionsTest, LeaveSendsMalformedHttpAnywhereButToTheVendor) {
  EXPECT_TRUE(SendsMalformed({.target = "https://im.example", .allow_malformed = true}));
  EXPECT_FALSE(SendsMalformed({.target = "real", .region = "china", .allow_malformed = true}));
}

}  // namespace
}  // namespace timock::conformance
