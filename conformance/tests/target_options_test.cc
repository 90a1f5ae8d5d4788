#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cstdio>
#include <fstream>
#include <string>

#include "target/control_api.h"
#include "target/options.h"
#include "target/plan.h"
#include "target/url.h"
#include "wire/config_error.h"

namespace timock::conformance {
namespace {

/// Whether a run against the target has the capability.
bool Can(const std::string& capability, TargetOptions options) {
  options.credentials_file = testing::TempDir() + "/target_options_test";
  std::ofstream(options.credentials_file) << "TIMOCK_SDKAPPID=1400000000\n"
                                             "TIMOCK_IDENTIFIER=administrator\n"
                                             "TIMOCK_USERSIG=eJx\n";
  ::chmod(options.credentials_file.c_str(), S_IRUSR | S_IWUSR);
  const bool can = MakePlan(options)->Can(capability);
  std::remove(options.credentials_file.c_str());
  return can;
}

bool SendsMalformed(const TargetOptions& options) { return Can("malformed", options); }

TEST(TargetOptionsTest, MalformedHttpGoesToThisMachineOnly) {
  EXPECT_TRUE(SendsMalformed({.target = "http://127.0.0.1:8080"}));
  EXPECT_TRUE(SendsMalformed({.target = "http://[::1]:8080", .live = true}));
  EXPECT_TRUE(SendsMalformed({.target = "exec:serve", .live = true}));
  EXPECT_FALSE(SendsMalformed({.target = "https://im.example"}));
  EXPECT_FALSE(SendsMalformed({.target = "real", .region = "china"}));
}

TEST(TargetOptionsTest, ATargetIsOneOfItsKinds) {
  const auto kind = [](const std::string& text) { return TargetName::Parse(text).kind; };
  EXPECT_EQ(kind("in-process"), TargetKind::kInProcess);
  EXPECT_EQ(kind("in-process-https"), TargetKind::kInProcessHttps);
  EXPECT_EQ(kind("real"), TargetKind::kReal);
  EXPECT_EQ(TargetName::Parse("http://[::1]:80").rest, "http://[::1]:80");
  EXPECT_EQ(TargetName::Parse("exec:timock serve").rest, "timock serve");
  for (const char* const text : {"", "nowhere", "in-process-", "exec", "ftp://im.example"}) {
    EXPECT_THROW(TargetName::Parse(text), ConfigError) << text;
  }
}

TEST(TargetOptionsTest, AUrlIsTheAddressOfAServerAlone) {
  EXPECT_FALSE(RulesOf({.target = "http://127.0.0.1:8080/"}).live);
  for (const char* const url : {"http://127.0.0.1:83616", "http://h:0", "http://h:abc", "http://h:",
                                "http://h:1/abc", "http://h?a", "http://", "http://u:hidden@h"}) {
    try {
      RulesOf({.target = url});
      ADD_FAILURE() << url;
    } catch (const ConfigError& error) {
      EXPECT_EQ(std::string(error.what()).find("hidden"), std::string::npos);
    }
  }
}

TEST(TargetOptionsTest, WhatAServerAtAUrlMakesNothingOfIsRefused) {
  EXPECT_THROW(RulesOf({.target = "http://127.0.0.1:8080", .profile = "lenient"}), ConfigError);
  EXPECT_THROW(RulesOf({.target = "http://127.0.0.1:8080", .ca_file = "ca.pem"}), ConfigError);
  EXPECT_THROW(RulesOf({.target = "in-process-https", .ca_file = "ca.pem"}), ConfigError);
  EXPECT_NO_THROW(RulesOf({.target = "https://127.0.0.1:8443", .ca_file = "ca.pem"}));
}

TEST(TargetOptionsTest, ALiveTargetNeedsLeave) {
  EXPECT_FALSE(RulesOf({.target = "http://127.0.0.1:8080"}).live);
  EXPECT_TRUE(RulesOf({.target = "http://127.im.example"}).live) << "a name";
  EXPECT_TRUE(RulesOf({.target = "http://127.0.0.1:8080"}).writes);
  EXPECT_TRUE(RulesOf({.target = "exec:serve", .live = true}).live);
  EXPECT_FALSE(RulesOf({.target = "https://im.example"}).overload);
  EXPECT_TRUE(RulesOf({.target = "real", .region = "china", .allow_writes = true}).writes);
  EXPECT_THROW(RulesOf({.target = "in-process", .live = true}), ConfigError);
  EXPECT_THROW(RulesOf({.target = "http://127.0.0.1:8080", .region = "china"}), ConfigError);
}

TEST(TargetOptionsTest, ATargetInRealTimeGivesAsManyAppsAsAreAskedFor) {
  const auto target = MakeTarget({.target = "in-process"}, {.apps = 3, .stop_clock = false});
  EXPECT_EQ(target->Apps().size(), 3U);
  EXPECT_FALSE(target->TimeStands());
  ControlApi control(target->BaseUrl(), target->Dial());
  EXPECT_TRUE(control.Ready());
  EXPECT_TRUE(control.App(target->Apps()[2].sdkappid).is_object());
  EXPECT_TRUE(control.App(1).is_null());
  EXPECT_TRUE(control.Journal(target->Apps()[2].sdkappid).empty());
  EXPECT_THROW(control.RemoveApp(1), std::runtime_error);
}

TEST(TargetOptionsTest, LeaveSendsMalformedHttpAnywhereButToTheVendor) {
  EXPECT_TRUE(SendsMalformed({.target = "https://im.example", .allow_malformed = true}));
  EXPECT_FALSE(SendsMalformed({.target = "real", .region = "china", .allow_malformed = true}));
}

TEST(TargetOptionsTest, EveryTargetIsTestedForKeepAliveAndTheVendorsForTls) {
  EXPECT_TRUE(Can("connection", {.target = "https://im.example"}));
  EXPECT_TRUE(Can("connection", {.target = "real", .region = "china"}));
  EXPECT_TRUE(Can("tls", {.target = "real", .region = "china"}));
}

/// Whether some account is no admin there, nobody knows: it must be named.
TEST(TargetOptionsTest, ALiveTargetHasANonAdminWhereOneIsNamed) {
  const Identity admin = {1400000000, "administrator", std::string(64, 'c')};
  UrlOptions live = {.url = "https://im.example", .admin = admin, .rules = {.live = true}};
  EXPECT_FALSE(PlainCapabilities(live).contains("non_admin"));
  live.non_admin = "somebody";
  EXPECT_TRUE(PlainCapabilities(live).contains("non_admin"));
}

}  // namespace
}  // namespace timock::conformance
