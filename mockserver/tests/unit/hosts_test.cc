#include "apps/hosts.h"

#include <gtest/gtest.h>

#include <string>

namespace timock {
namespace {

TEST(HostsTest, TakesTheFinalDotForNoDifference) {
  EXPECT_TRUE(SameHost("console.tim.qq.com.", "Console.tim.qq.com"));
  EXPECT_TRUE(SameHost("a.example", "a.example."));
  EXPECT_FALSE(SameHost("a.example..", "a.example"));
  EXPECT_EQ(RegionOfHost("console.tim.qq.com."), "china");
  EXPECT_EQ(RegionOfHost("console.tim.qq.com.:443"), "china");
}

TEST(HostsTest, KnowsTheVendorsDomains) {
  for (const char* host : {"console.tim.qq.com", "sg.api.im.qcloud.com", "SG.API.IM.QCLOUD.COM.",
                           "im.qcloud.com", "any.my-imcloud.com"}) {
    EXPECT_TRUE(IsVendorHost(host)) << host;
  }
  for (const char* host :
       {"", ".", "com", "qq.com", "evil-im.qcloud.com", "example.com", "im.qcloud.com.example"}) {
    EXPECT_FALSE(IsVendorHost(host)) << host;
  }
}

TEST(HostsTest, ReadsNamesOnly) {
  EXPECT_EQ(ReadHostName("SG.api.im.qcloud.com."), "sg.api.im.qcloud.com");
  EXPECT_EQ(ReadHostName("my-host"), "my-host");
  EXPECT_EQ(ReadHostName(std::string(63, 'a') + ".b1"), std::string(63, 'a') + ".b1");
  for (const std::string& text :
       {std::string(), std::string("."), std::string("a..b"), std::string("-a.example"),
        std::string("a-.example"), std::string("127.0.0.1"), std::string("::1"),
        std::string("a.example:443"), std::string("https://a.example"), std::string("*.example"),
        std::string("a,DNS:b"), std::string("a b"), std::string("a.example.."),
        std::string(64, 'a'), std::string(300, 'a')}) {
    EXPECT_FALSE(ReadHostName(text)) << text;
  }
}

TEST(HostsTest, ServesTheExtraHostsBehindTheDocumentedOnes) {
  const auto hosts = ServedHosts({"a.example"});
  EXPECT_EQ(hosts.size(), DocumentedHosts().size() + 1);
  EXPECT_EQ(hosts.back(), "a.example");
}

}  // namespace
}  // namespace timock
