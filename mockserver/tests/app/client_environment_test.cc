#include "app/client_environment.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "app/folder.h"
#include "apps/hosts.h"

namespace timock::app {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::Key;
using testing::Not;

constexpr const char* kDirect = "localhost,127.0.0.1,::1";

ClientTarget Plain() {
  return {.host = "127.0.0.1", .port = 8080, .hosts = ServedHosts({"a.example"})};
}

ClientTarget Proxied() {
  ClientTarget target = Plain();
  target.tls_port = 8443;
  target.proxy_port = 8081;
  target.ca_file = "/s/ca.pem";
  target.trust_store = "/s/ca.p12";
  return target;
}

std::string ValueOf(const Variables& variables, const std::string& name) {
  std::string value = "(none)";
  for (const auto& variable : variables) {
    if (variable.first != name) continue;
    EXPECT_EQ(value, "(none)") << name << " is set twice";
    value = variable.second;
  }
  return value;
}

TEST(ClientEnvironmentTest, LeadsCallsToThisMachinePastEveryProxy) {
  const Variables changes =
      LeadClients(Plain(), "", {{"http_proxy", "http://p:1"}, {"No_Proxy", "*.corp, b"}});
  for (const char* name : {"NO_PROXY", "no_proxy", "GLOBAL_AGENT_NO_PROXY", "No_Proxy"}) {
    EXPECT_EQ(ValueOf(changes, name), std::string(kDirect) + ",*.corp,b") << name;
  }
  EXPECT_THAT(changes, Not(Contains(Key("http_proxy")))) << "others are still reached by it";
  EXPECT_THAT(changes, Not(Contains(Key("_JAVA_OPTIONS"))));
  ClientTarget elsewhere = Plain();
  elsewhere.host = "192.0.2.7";
  EXPECT_EQ(ValueOf(LeadClients(elsewhere, "", {}), "NO_PROXY"),
            std::string(kDirect) + ",192.0.2.7");
}

TEST(ClientEnvironmentTest, KeepsTheExceptionsOfJavaBesideItsOwn) {
  const Variables changes = LeadClients(
      Plain(), "",
      {{"JAVA_TOOL_OPTIONS", "-Dhttp.proxyHost=p \"-Dhttp.nonProxyHosts=*.corp|x\" -Da=b"},
       {"_JAVA_OPTIONS", "-Xmx1g"}});
  EXPECT_EQ(ValueOf(changes, "_JAVA_OPTIONS"),
            "-Xmx1g -Dhttp.nonProxyHosts=127.*|localhost|127.0.0.1|[::1]|*.corp|x"
            " -DsocksNonProxyHosts=127.*|localhost|127.0.0.1|[::1]");
}

TEST(ClientEnvironmentTest, PutsItsProxyInThePlaceOfEveryOther) {
  const Variables changes = LeadClients(Proxied(), "/f",
                                        {{"http_proxy", "x"},
                                         {"Https_Proxy", "x"},
                                         {"ALL_PROXY", "x"},
                                         {"npm_config_proxy", "x"},
                                         {"NPM_CONFIG_HTTPS_PROXY", "x"},
                                         {"GLOBAL_AGENT_HTTP_PROXY", "x"},
                                         {"GOPROXY", "x"},
                                         {"PROXY", "x"}});
  for (const char* name : {"http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY",
                           "GLOBAL_AGENT_HTTP_PROXY", "GLOBAL_AGENT_HTTPS_PROXY"}) {
    EXPECT_EQ(ValueOf(changes, name), "http://127.0.0.1:8081") << name;
  }
  for (const char* name :
       {"Https_Proxy", "ALL_PROXY", "npm_config_proxy", "NPM_CONFIG_HTTPS_PROXY"}) {
    EXPECT_EQ(ValueOf(changes, name), "") << name;
  }
  EXPECT_THAT(changes, Not(Contains(Key("GOPROXY"))));
  EXPECT_THAT(changes, Not(Contains(Key("PROXY"))));
}

TEST(ClientEnvironmentTest, DropsExceptionsThatNameAHostOfTheApi) {
  const std::string list =
      "*, console.tim.qq.com .qq.com,qq.com,*.qq.com,com,.com.,m,q.com,console.*,"
      "ADMINAPI.my-imcloud.com:443,*.im.qcloud.com,sg.api.im.qcloud.com,im.qcloud.com,"
      "a.example,.example,?.example,console.tim.qq.com.";
  const Variables changes = LeadClients(
      Proxied(), "/f", {{"no_proxy", list}, {"NO_PROXY", "db.corp,10.0.0.0/8,fe80::1"}});
  EXPECT_EQ(ValueOf(changes, "NO_PROXY"), std::string(kDirect) + ",db.corp,10.0.0.0/8,fe80::1");
  EXPECT_EQ(ValueOf(changes, "no_proxy"), ValueOf(changes, "NO_PROXY"));
}

TEST(ClientEnvironmentTest, LeadsRuntimesByWhatEachReads) {
  const Variables changes = LeadClients(Proxied(), "/f",
                                        {{"NODE_OPTIONS", "--no-warnings"},
                                         {"PHP_INI_SCAN_DIR", "/etc/p"},
                                         {"CURL_HOME", "/home"},
                                         {"SSL_CERT_FILE", "/other"},
                                         {"_JAVA_OPTIONS", "-Dhttps.proxyHost=q"}});
  EXPECT_EQ(ValueOf(changes, "NODE_OPTIONS"), "--no-warnings --require \"/f/node.cjs\"");
  EXPECT_EQ(ValueOf(changes, "PHP_INI_SCAN_DIR"), "/etc/p:/f");
  EXPECT_EQ(ValueOf(changes, "CURL_HOME"), "/f");
  for (const char* name :
       {"SSL_CERT_FILE", "NODE_EXTRA_CA_CERTS", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"}) {
    EXPECT_EQ(ValueOf(changes, name), "/s/ca.pem") << name;
  }
  const std::string java = ValueOf(changes, "_JAVA_OPTIONS");
  EXPECT_THAT(java, testing::StartsWith("-Dhttps.proxyHost=q "));
  EXPECT_THAT(java, HasSubstr(" -Dhttps.proxyHost=127.0.0.1 -Dhttps.proxyPort=8081"));
  EXPECT_THAT(java, HasSubstr(" \"-Djavax.net.ssl.trustStore=/s/ca.p12\""));
}

TEST(ClientEnvironmentTest, LeavesTrustAloneWithACertificateOfTheCallers) {
  ClientTarget target = Proxied();
  target.ca_file = target.trust_store = "";
  const Variables changes = LeadClients(target, "/f", {});
  EXPECT_THAT(changes, Not(Contains(Key("SSL_CERT_FILE"))));
  EXPECT_THAT(changes, Not(Contains(Key("PHP_INI_SCAN_DIR"))));
  EXPECT_THAT(ValueOf(changes, "_JAVA_OPTIONS"), Not(HasSubstr("trustStore")));
}

TEST(ClientEnvironmentTest, TellsNamesOnly) {
  const std::string text = DescribeChanges(
      {{"A", "http://user:secret@p"}, {"B", ""}, {"C", "new"}, {"D", "same"}, {"E", ""}},
      {{"A", "old"}, {"B", "old"}, {"D", "same"}});
  EXPECT_EQ(text, "changed A; added C; removed B");
}

TEST(ClientEnvironmentTest, RemovesItsFolder) {
  std::string folder;
  {
    const ClientFiles files = ClientFiles::Write(Proxied()).value();
    folder = files.folder();
    EXPECT_THAT(ReadFile(folder + "/node.cjs"), HasSubstr("\"443\":8443"));
    EXPECT_THAT(ReadFile(folder + "/timock.ini"), HasSubstr("curl.cainfo=\"/s/ca.pem\""));
    EXPECT_TRUE(FileExists(folder + "/.curlrc"));
  }
  EXPECT_FALSE(FileExists(folder));
}

}  // namespace
}  // namespace timock::app
