#include <string>

#include "control/control_test.h"

namespace timock {
namespace {

class AccessTest : public ControlTest {
 protected:
  int WithHeaders(const std::vector<HttpHeader>& headers, std::string_view method = "GET") {
    return Send(method, "/apps", "", headers).status;
  }
  int WithHost(const std::string& host) { return WithHeaders({{"Host", host}}); }
  int WithOrigin(const std::string& origin) {
    return WithHeaders({{"Host", "localhost:8080"}, {"Origin", origin}});
  }
  void DemandToken() { Start({.version = "0.1.0", .host = "0.0.0.0", .token = "s3cret"}); }
};

TEST_F(AccessTest, TakesTheHostsOfThisMachineOnAnyPort) {
  Start({.version = "0.1.0", .host = "::1"});
  for (const char* host :
       {"localhost", "LOCALHOST:1", "127.0.0.1", "127.1.2.3:65535", "[::1]", "[::1]:8080"}) {
    EXPECT_EQ(WithHost(host), 200) << host;
  }
  Start({.version = "0.1.0", .host = "192.0.2.7"});
  EXPECT_EQ(WithHost("192.0.2.7:8080"), 200) << "as bound";
}

TEST_F(AccessTest, RefusesForeignHosts) {
  for (const char* host :
       {"", "evil.example", "127.0.0.1.evil.example", "localhost.evil.example", "127.0.0.1.",
        "127.0.0", "127.0.0.256", "127.0.0.0001", "128.0.0.1", "::1", "[::2]", "[::1", "[::1]x",
        "localhost:80x", "localhost:1234567", "evil@localhost", "192.0.2.7"}) {
    EXPECT_EQ(WithHost(host), 403) << host;
  }
  EXPECT_EQ(WithHeaders({}), 403) << "no Host at all";
}

TEST_F(AccessTest, TakesTheAuthorityOfAnAbsoluteFormForTheHost) {
  EXPECT_EQ(Send("GET", "http://localhost:1/_timock/apps", "", {{"Host", "evil.example"}}).status,
            200);
  EXPECT_EQ(Send("GET", "http://evil.example/_timock/apps", "", {{"Host", "localhost"}}).status,
            403);
}

TEST_F(AccessTest, RefusesPagesOfOtherOrigins) {
  EXPECT_EQ(WithOrigin("http://localhost:8080"), 200);
  EXPECT_EQ(WithOrigin("https://localhost:8080"), 200);
  for (const char* origin :
       {"null", "", "http://localhost:3000", "http://evil.example", "http://localhost:8080.evil",
        "localhost:8080", "file://localhost:8080", "http://http://localhost:8080"}) {
    EXPECT_EQ(WithOrigin(origin), 403) << origin;
  }
  EXPECT_EQ(WithHeaders({{"Host", "localhost:8080"},
                         {"Origin", "http://localhost:8080"},
                         {"origin", "http://evil.example"}}),
            403);
}

TEST_F(AccessTest, RefusesWhatAnotherSiteSendsButALinkToThePage) {
  const std::vector<HttpHeader> cross = {{"Host", "localhost"}, {"Sec-Fetch-Site", "cross-site"}};
  EXPECT_EQ(WithHeaders(cross, "POST"), 403);
  EXPECT_EQ(WithHeaders(cross, "GET"), 403);
  EXPECT_EQ(Send("POST", "/usersig", "{}", cross).status, 403);
  EXPECT_EQ(Send("GET", "/", "", cross).status, 403) << "fetched, say as an image";
  const std::vector<HttpHeader> link = {
      {"Host", "localhost"}, {"Sec-Fetch-Site", "cross-site"}, {"Sec-Fetch-Mode", "navigate"}};
  EXPECT_EQ(Send("GET", "/", "", link).status, 200);
  EXPECT_EQ(Send("GET", "", "", link).status, 308);
  EXPECT_EQ(Send("GET", "/apps", "", link).status, 403);
  EXPECT_EQ(WithHeaders({{"Host", "localhost"}, {"Sec-Fetch-Site", "same-origin"}}, "POST"), 201);
}

TEST_F(AccessTest, DemandsTheTokenOfEveryRouteButHealth) {
  DemandToken();
  EXPECT_EQ(Send("GET", "/health", "", {}).status, 200);
  EXPECT_EQ(Send("HEAD", "/health", "", {}).status, 200);
  for (const char* path : {"/", "", "/apps", "/metrics", "/openapi.json", "/no-such", "/healthy"}) {
    const ControlReply reply = Send("GET", path, "", {{"Host", "localhost"}});
    EXPECT_EQ(reply.status, 401) << path;
    EXPECT_EQ(reply.Header("WWW-Authenticate"),
              "Bearer realm=\"timock\", Basic realm=\"timock\", charset=\"UTF-8\"");
  }
  EXPECT_EQ(Send("POST", "/health", "", {}).status, 401);
}

TEST_F(AccessTest, TakesTheTokenAsBearerOrPassword) {
  DemandToken();
  const auto with = [&](const char* value) {
    return WithHeaders({{"Host", "10.0.0.5:8080"}, {"authorization", value}});
  };
  EXPECT_EQ(with("Bearer s3cret"), 200);
  EXPECT_EQ(with("bearer  s3cret"), 200);
  EXPECT_EQ(with("Basic YW55Ym9keTpzM2NyZXQ="), 200) << "anybody:s3cret";
  EXPECT_EQ(with("Basic OnMzY3JldA=="), 200) << ":s3cret";
  for (const char* value :
       {"", "Bearer", "Bearer ", "Bearer s3cre", "Bearer s3creT", "Bearer s3cret ", "s3cret",
        "Basic s3cret", "Basic czNjcmV0", "Basic", "Basic YW55Ym9keTp3cm9uZw=="}) {
    EXPECT_EQ(with(value), 401) << value;
  }
}

TEST_F(AccessTest, ChecksTheOriginBesideTheToken) {
  DemandToken();
  const auto with = [&](const char* origin) {
    return WithHeaders(
        {{"Host", "10.0.0.5:8080"}, {"Authorization", "Bearer s3cret"}, {"Origin", origin}});
  };
  EXPECT_EQ(with("http://10.0.0.5:8080"), 200);
  EXPECT_EQ(with("http://evil.example"), 403);
}

TEST_F(AccessTest, ChangesNothingForAStranger) {
  EXPECT_EQ(Send("DELETE", "/apps", "", {{"Host", "evil.example"}}).status, 403);
  EXPECT_EQ(service().Apps().size(), 1U);
}

}  // namespace
}  // namespace timock
