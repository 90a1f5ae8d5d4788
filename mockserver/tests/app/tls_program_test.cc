#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <httplib.h>

#include <csignal>
#include <memory>
#include <nlohmann/json.hpp>

#include "app/folder.h"
#include "app/process.h"
#include "timock/app.h"
#include "timock/user_sig.h"

namespace timock::app {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using testing::MatchesRegex;
using testing::Not;
using testing::StartsWith;

class TlsProgramTest : public testing::Test {
 protected:
  // The arguments of a subcommand with the test's own state directory.
  std::vector<std::string> With(std::vector<std::string> arguments) const {
    arguments.insert(arguments.begin() + 1, {"--state-dir", state_});
    return arguments;
  }

  Folder folder_;
  std::string state_ = folder_.Path("state");
};

TEST_F(TlsProgramTest, PrintsTheAuthorityAndHowEachRuntimeTrustsIt) {
  Process ca(With({"ca"}));
  EXPECT_EQ(ca.Wait(), 0) << ca.err();
  const std::string pem = state_ + "/ca.pem";
  EXPECT_EQ(ca.out(), pem + "\n\n" +                                             //
                          "curl    curl --cacert " + pem + "\n" +                //
                          "go      export SSL_CERT_FILE=" + pem + "\n" +         //
                          "node    export NODE_EXTRA_CA_CERTS=" + pem + "\n" +   //
                          "python  export REQUESTS_CA_BUNDLE=" + pem +           //
                          " SSL_CERT_FILE=" + pem + "\n" +                       //
                          "php     php -d curl.cainfo=" + pem +                  //
                          " -d openssl.cafile=" + pem + "\n" +                   //
                          "java    java -Djavax.net.ssl.trustStore=" + state_ +  //
                          "/ca.p12 -Djavax.net.ssl.trustStoreType=PKCS12 "       //
                          "-Djavax.net.ssl.trustStorePassword=changeit\n");
  EXPECT_THAT(ReadFile(pem), StartsWith("-----BEGIN CERTIFICATE-----"));
}

TEST_F(TlsProgramTest, PrintsTheSameAuthorityAsJson) {
  Process first(With({"ca", "--json"}));
  EXPECT_EQ(first.Wait(), 0);
  const std::string pem = ReadFile(state_ + "/ca.pem");
  const json printed = json::parse(first.out());
  EXPECT_EQ(printed["ca_file"], state_ + "/ca.pem");
  EXPECT_EQ(printed["trust_store"], state_ + "/ca.p12");
  EXPECT_EQ(printed["trust_store_password"], "changeit");
  EXPECT_EQ(printed["trust"]["go"], "export SSL_CERT_FILE=" + state_ + "/ca.pem");
  EXPECT_EQ(printed["trust"].size(), 6U);
  Process second(With({"ca", "--json"}));
  EXPECT_EQ(second.Wait(), 0);
  EXPECT_EQ(second.out(), first.out());
  EXPECT_EQ(ReadFile(state_ + "/ca.pem"), pem);
}

TEST_F(TlsProgramTest, QuotesAPathForTheShell) {
  Process ca({"ca", "--state-dir", folder_.Path("o'ne two")});
  EXPECT_EQ(ca.Wait(), 0);
  EXPECT_THAT(ca.out(), StartsWith(folder_.Path("o'ne two/ca.pem\n")));
  EXPECT_THAT(ca.out(), HasSubstr("='" + folder_.Path("o'\\''ne two/ca.pem'")));
}

TEST_F(TlsProgramTest, FindsTheStateDirectoryInTheEnvironment) {
  Process variable({"ca"}, {"TIMOCK_STATE_DIR=" + folder_.Path("a")});
  EXPECT_EQ(variable.Wait(), 0);
  EXPECT_THAT(variable.out(), StartsWith(folder_.Path("a/ca.pem\n")));
  Process state_home({"ca"}, {"XDG_STATE_HOME=" + folder_.Path("b")});
  EXPECT_EQ(state_home.Wait(), 0);
  EXPECT_THAT(state_home.out(), StartsWith(folder_.Path("b/timock/ca.pem\n")));
  Process home({"ca"}, {"HOME=" + folder_.Path("c")});
  EXPECT_EQ(home.Wait(), 0);
  EXPECT_THAT(home.out(), StartsWith(folder_.Path("c/.local/state/timock/ca.pem\n")));
  Process nowhere({"ca"}, {"HOME="});
  EXPECT_EQ(nowhere.Wait(), 2);
  EXPECT_THAT(nowhere.err(), StartsWith("timock: ca: no place for the certificate authority"));
}

TEST_F(TlsProgramTest, EndsWithOneAuthorityHoweverManyProcessesMakeIt) {
  std::vector<std::unique_ptr<Process>> makers;
  makers.reserve(6);
  for (int i = 0; i < 6; ++i) {
    makers.push_back(std::make_unique<Process>(
        With({"exec", "--tls", "--", "sh", "-c", "cat \"$TIMOCK_CA_FILE\""})));
  }
  for (const auto& maker : makers) {
    EXPECT_EQ(maker->Wait(), 0) << maker->err();
    EXPECT_EQ(maker->out(), ReadFile(state_ + "/ca.pem"));
  }
}

TEST_F(TlsProgramTest, ExitsOneWhenTheAuthorityCannotBeUsed) {
  Process first(With({"ca"}));
  EXPECT_EQ(first.Wait(), 0);
  folder_.Write("state/ca-key.pem", "half");
  for (const std::vector<std::string>& arguments : std::vector<std::vector<std::string>>{
           {"ca"}, {"serve", "--port", "0", "--tls-port", "0"}, {"exec", "--tls", "--", "true"}}) {
    Process broken(With(arguments));
    EXPECT_EQ(broken.Wait(), 1);
    EXPECT_EQ(broken.out(), "");
    EXPECT_THAT(broken.err(), StartsWith("timock: " + state_ + "/ca-key.pem: no key in it"));
    EXPECT_THAT(broken.err(), HasSubstr("; delete " + state_ + "/ca.pem, and"));
  }
}

TEST_F(TlsProgramTest, NamesEveryUrlOnOneReadyLine) {
  Process serve(With({"serve", "--port", "0", "--tls-port", "0"}));
  EXPECT_GT(serve.ReadPort(), 0);
  EXPECT_THAT(serve.out(), MatchesRegex("timock [0-9.]+ listening on http://127.0.0.1:[0-9]+, "
                                        "https://127.0.0.1:[1-9][0-9]* \\(profile .*\\)\n(.|\n)*"));
  Process proxy(With({"serve", "--port", "0", "--tls-port", "0", "--proxy-port", "0"}));
  EXPECT_GT(proxy.ReadPort(), 0);
  EXPECT_THAT(proxy.out(), MatchesRegex("timock [0-9.]+ listening on http://127.0.0.1:[0-9]+, "
                                        "https://127.0.0.1:[1-9][0-9]*, proxy "
                                        "http://127.0.0.1:[1-9][0-9]* \\(profile .*\\)\n(.|\n)*"));
}

TEST_F(TlsProgramTest, WritesAllPortsToTheFileAndRemovesItAtExit) {
  const std::string path = folder_.Path("ports.json");
  Process serve(
      With({"serve", "--port", "0", "--tls-port", "0", "--proxy-port", "0", "--ports-file", path}));
  const int port = serve.ReadPort();
  EXPECT_THAT(ReadFile(path), MatchesRegex(R"(\{"http":[0-9]+,"https":[0-9]+,"proxy":[0-9]+\}.)"));
  const json ports = json::parse(ReadFile(path));
  EXPECT_EQ(ports["http"], port);
  for (const char* name : {"https", "proxy"}) {
    EXPECT_THAT(serve.out(), HasSubstr("://127.0.0.1:" + ports[name].dump()));
  }
  serve.Signal(SIGTERM);
  EXPECT_EQ(serve.Wait(), 0);
  EXPECT_FALSE(FileExists(path));
}

TEST_F(TlsProgramTest, LeavesAbsentPortsOutOfTheFile) {
  const std::string path = folder_.Path("ports.json");
  Process serve({"serve", "--port", "0", "--ports-file", path});
  const int port = serve.ReadPort();
  EXPECT_EQ(ReadFile(path), "{\"http\":" + std::to_string(port) + "}\n");
  Process bad({"serve", "--port", "0", "--ports-file", folder_.Path("none/ports.json")});
  EXPECT_EQ(bad.Wait(), 1);
  EXPECT_THAT(bad.err(), HasSubstr("none/ports.json: cannot write it: No such file"));
}

TEST_F(TlsProgramTest, AnswersACallByHttpsToAClientThatTrustsTheAuthority) {
  const std::string path = folder_.Path("ports.json");
  Process serve(With(
      {"serve", "--port", "0", "--tls-port", "0", "--ports-file", path, "--clock", "@1700000000"}));
  EXPECT_GT(serve.ReadPort(), 0);
  httplib::SSLClient client("127.0.0.1", json::parse(ReadFile(path))["https"].get<int>());
  client.set_ca_cert_path((state_ + "/ca.pem").c_str());
  client.set_url_encode(false);
  const std::string user_sig = SignUserSig({.identifier = "administrator",
                                            .sdkappid = DemoApp().sdkappid,
                                            .time = 1'700'000'000,
                                            .expire = 60},
                                           DemoApp().keys.front());
  const auto response = client.Post(
      "/v4/all_member_push/im_set_attr_name?sdkappid=1400000000"
      "&identifier=administrator&usersig=" +
          user_sig + "&random=1&contenttype=json",
      R"({"AttrNames":{"0":"sex"}})", "application/json");
  ASSERT_TRUE(response) << httplib::to_string(response.error());
  EXPECT_THAT(response->body, HasSubstr(R"("ErrorCode":0)"));
}

constexpr const char* kPrintExports =
    R"(for name in TIMOCK_HTTPS_URL TIMOCK_CA_FILE TIMOCK_PROXY_URL HTTPS_PROXY https_proxy )"
    R"(SSL_CERT_FILE NODE_EXTRA_CA_CERTS REQUESTS_CA_BUNDLE CURL_CA_BUNDLE NO_PROXY no_proxy; do )"
    R"(eval "echo $name=\$$name"; done)";

TEST_F(TlsProgramTest, ExportsHowToReachTheServerByHttps) {
  Process exec(With({"exec", "--tls", "--", "sh", "-c", kPrintExports}),
               {"SSL_CERT_FILE=", "CURL_CA_BUNDLE=kept", "TIMOCK_PROXY_URL=stale"});
  EXPECT_EQ(exec.Wait(), 0) << exec.err();
  EXPECT_THAT(exec.out(), MatchesRegex("TIMOCK_HTTPS_URL=https://127.0.0.1:[1-9][0-9]*\n"
                                       "TIMOCK_CA_FILE=.*/state/ca.pem\n"
                                       "TIMOCK_PROXY_URL=\nHTTPS_PROXY=\nhttps_proxy=\n"
                                       "SSL_CERT_FILE=\n.*CURL_CA_BUNDLE=kept\n"
                                       "NO_PROXY=localhost,127.0.0.1,::1\n.*"));
}

TEST_F(TlsProgramTest, LeadsACommandToTheProxyByItsEnvironmentAlone) {
  Process exec(With({"exec", "--proxy-port", "0", "--", "sh", "-c", kPrintExports}),
               {"HTTPS_PROXY=http://other:1", "NO_PROXY=registry.example", "CURL_CA_BUNDLE=other"});
  EXPECT_EQ(exec.Wait(), 0) << exec.err();
  std::map<std::string, std::string> values;
  std::istringstream out(exec.out());
  for (std::string line; std::getline(out, line);) {
    values[line.substr(0, line.find('='))] = line.substr(line.find('=') + 1);
  }
  const std::string proxy = values["TIMOCK_PROXY_URL"];
  EXPECT_THAT(proxy, MatchesRegex("http://127.0.0.1:[1-9][0-9]*"));
  EXPECT_EQ(values["HTTPS_PROXY"], proxy);
  EXPECT_EQ(values["https_proxy"], proxy);
  EXPECT_EQ(values["TIMOCK_CA_FILE"], state_ + "/ca.pem");
  for (const char* name :
       {"SSL_CERT_FILE", "NODE_EXTRA_CA_CERTS", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"}) {
    EXPECT_EQ(values[name], state_ + "/ca.pem") << name;
  }
  EXPECT_EQ(values["NO_PROXY"], "localhost,127.0.0.1,::1,registry.example");
  EXPECT_EQ(values["no_proxy"], values["NO_PROXY"]);
}

TEST_F(TlsProgramTest, ExportsNothingOfHttpsWithoutIt) {
  Process exec({"exec", "--", "sh", "-c", kPrintExports},
               {"TIMOCK_HTTPS_URL=stale", "TIMOCK_CA_FILE=stale", "HTTPS_PROXY=kept"});
  EXPECT_EQ(exec.Wait(), 0);
  EXPECT_THAT(exec.out(), StartsWith("TIMOCK_HTTPS_URL=\nTIMOCK_CA_FILE=\nTIMOCK_PROXY_URL=\n"
                                     "HTTPS_PROXY=kept\n"));
}

TEST_F(TlsProgramTest, ExportsAnHttpsUrlThatTheCertificateNames) {
  Process exec(With({"exec", "--host", "0.0.0.0", "--proxy-port", "0", "--", "sh", "-c",
                     "echo $TIMOCK_HTTPS_URL $TIMOCK_PROXY_URL"}));
  EXPECT_EQ(exec.Wait(), 0);
  EXPECT_THAT(exec.out(), MatchesRegex("https://127.0.0.1:[0-9]+ http://127.0.0.1:[0-9]+\n"));
  EXPECT_THAT(exec.err(), HasSubstr("on 0.0.0.0, by HTTP, HTTPS and as a proxy to itself: "));
}

TEST_F(TlsProgramTest, RefusesHalfAnIdentityAndAnUnneededOffWithExitCodeTwo) {
  Process half({"serve", "--port", "0", "--tls-cert", "a.pem"});
  EXPECT_EQ(half.Wait(), 2);
  EXPECT_EQ(half.err(),
            "timock: only one of tls-cert and tls-key is given; expected both or none\n");
  Process off({"serve", "--port", "0", "--proxy-port", "0"}, {"TIMOCK_TLS=off"});
  EXPECT_EQ(off.Wait(), 2);
  EXPECT_THAT(off.err(), StartsWith("timock: tls is off, but a proxy-port is given"));
  Process missing({"serve", "--port", "0", "--tls-port", "0", "--tls-cert", folder_.Path("a.pem"),
                   "--tls-key", folder_.Path("b.pem")});
  EXPECT_EQ(missing.Wait(), 1);
  EXPECT_EQ(missing.err(),
            "timock: " + folder_.Path("a.pem") + ": cannot read it: No such file or directory\n");
}

}  // namespace
}  // namespace timock::app
