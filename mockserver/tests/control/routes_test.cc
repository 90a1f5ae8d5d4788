#include "control/routes.h"

#include <algorithm>
#include <set>
#include <sstream>
#include <string>

#include "control/control_test.h"

namespace timock {
namespace {

using control::Route;
using nlohmann::json;

class RoutesTest : public ControlTest {
 protected:
  const json document_ = json::parse(control::ControlFile("openapi.json"));
};

std::string Lower(std::string_view text) {
  std::string lower(text);
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return lower;
}

std::set<std::string> Words(std::string_view text) {
  std::istringstream stream{std::string(text)};
  return {std::istream_iterator<std::string>(stream), {}};
}

std::set<std::string> QueryNames(const json& document, const json& operation) {
  std::set<std::string> names;
  for (const json& parameter : operation.value("parameters", json::array())) {
    if (!parameter.contains("$ref")) continue;
    const json& at = document[json::json_pointer(parameter["$ref"].get<std::string>().substr(1))];
    EXPECT_EQ(at["in"], "query");
    names.insert(at["name"]);
  }
  return names;
}

TEST_F(RoutesTest, StandInTheDescription) {
  for (const Route& route : control::Routes()) {
    const std::string path = std::string(control::kRoot) + std::string(route.path);
    const std::string name = std::string(route.method) + " " + path;
    ASSERT_TRUE(document_["paths"].contains(path)) << name;
    const json& item = document_["paths"][path];
    ASSERT_TRUE(item.contains(Lower(route.method))) << name;
    const json& operation = item[Lower(route.method)];
    EXPECT_EQ(operation["summary"], route.help) << name;
    EXPECT_EQ(QueryNames(document_, operation), Words(route.query)) << name;
    EXPECT_EQ(operation.contains("requestBody"), route.body != control::BodyRule::kNone) << name;
    if (operation.contains("requestBody")) {
      EXPECT_EQ(operation["requestBody"]["required"], route.body != control::BodyRule::kOptional)
          << name;
    }
    EXPECT_EQ(operation.value("security", json()) == json::array(), route.open()) << name;
  }
}

TEST_F(RoutesTest, AreAllThatTheDescriptionHasBesideTheEndpoint) {
  std::size_t operations = 0;
  std::set<std::string> endpoints;
  for (const auto& [path, item] : document_["paths"].items()) {
    if (path.starts_with("/v4/")) {
      endpoints.insert(path);
    } else {
      operations += item.size();
    }
  }
  EXPECT_EQ(operations, control::Routes().size());
  EXPECT_EQ(endpoints, (std::set<std::string>{"/v4/all_member_push/im_get_attr_name",
                                              "/v4/all_member_push/im_set_attr_name"}));
}

TEST_F(RoutesTest, AreDescribedWithoutDanglingReferences) {
  const json flat = document_.flatten();
  for (const auto& [pointer, value] : flat.items()) {
    if (!pointer.ends_with("/$ref")) continue;
    EXPECT_TRUE(document_.contains(json::json_pointer(value.get<std::string>().substr(1))))
        << pointer;
  }
}

TEST_F(RoutesTest, AnswerHeadLikeGet) {
  const ControlReply get = Get("/apps");
  const ControlReply head = Send("HEAD", "/apps");
  EXPECT_EQ(head.status, 200);
  EXPECT_EQ(head.content_type, "application/json");
  EXPECT_EQ(head.text, get.text) << "the transport leaves it out";
}

TEST_F(RoutesTest, NameTheMethodsThatAPathTakes) {
  const ControlReply reply = Send("OPTIONS", "/apps");
  EXPECT_EQ(reply.status, 405);
  EXPECT_EQ(reply.Header("Allow"), "GET, HEAD, POST, PUT, DELETE");
  EXPECT_EQ(Send("HEAD", "/clock/advance").status, 405);
  EXPECT_EQ(Send("DELETE", "/faults/presets").Header("Allow"), "GET, HEAD");
}

TEST_F(RoutesTest, RefuseWhatIsNotThere) {
  for (const char* path : {"/no-such", "/apps//", "/apps/1//", "/apps//names", "/apps/1/names/0",
                           "//apps", "/Apps", "/apps%2F", "//"}) {
    EXPECT_EQ(Get(path).status, 404) << path;
  }
  EXPECT_FALSE(ControlApi::Owns("/_timockx"));
  EXPECT_FALSE(ControlApi::Owns("/v4/_timock/"));
  EXPECT_TRUE(ControlApi::Owns("/_timock"));
  EXPECT_TRUE(ControlApi::Owns("http://localhost/_timock/apps?x"));
}

TEST_F(RoutesTest, LeadFromTheBareRootToThePage) {
  const ControlReply reply = Get("");
  EXPECT_EQ(reply.status, 308);
  EXPECT_EQ(reply.Header("Location"), "/_timock/");
  const ControlReply page = Get("/");
  EXPECT_EQ(page.content_type, "text/html; charset=utf-8");
  EXPECT_TRUE(page.Header("Content-Security-Policy").starts_with("default-src 'none'; "));
  EXPECT_EQ(page.Header("Cache-Control"), "no-store");
  EXPECT_EQ(page.Header("X-Content-Type-Options"), "nosniff");
}

TEST_F(RoutesTest, TakeOneSlashAtTheEnd) {
  EXPECT_EQ(Get("/apps/").text, Get("/apps").text);
  EXPECT_EQ(Get("/apps/1400000000/").status, 200);
  EXPECT_EQ(Get("/requests/count/?sdkappid=1400000000").status, 200);
}

TEST_F(RoutesTest, AnswerTargetsThatLieElsewhere) {
  const HttpHeaderView host{"Host", "localhost"};
  const auto answer = [&](std::string_view target) {
    HttpResponse response;
    EXPECT_EQ(
        api().Handle({.method = "GET", .target = target, .headers = {&host, 1}}, now_, &response),
        nullptr);
    return response;
  };
  const HttpResponse root = answer("/");
  EXPECT_EQ(root.status, 308);
  ASSERT_FALSE(root.headers.empty());
  EXPECT_EQ(root.headers[0].value, "/_timock/");
  for (const char* target : {"", "*", "/x", "/_timoc", "/_timockx", "/other/apps", "//_timock/",
                             "/12345678/apps", "http://localhost/x", "favicon.ico"}) {
    const HttpResponse response = answer(target);
    EXPECT_EQ(response.status, 404) << target;
    EXPECT_TRUE(json::parse(response.body)["error"]["message"].is_string()) << target;
  }
}

TEST_F(RoutesTest, RefuseUnknownQueryParameters) {
  EXPECT_EQ(Get("/throttle?sdkappid=1400000000&sdkappid=1400000000").Refused(), "400 ?sdkappid");
  EXPECT_EQ(Get("/apps?sdkappid=1").Refused(), "400 ?sdkappid");
  EXPECT_EQ(Get("/apps?x=1").Refused(), "400 ?x");
  EXPECT_EQ(Get("/requests?limit=1&limit=2").Refused(), "400 ?limit");
  EXPECT_EQ(Send("DELETE", "/requests?limit=1").Refused(), "400 ?limit");
  EXPECT_EQ(Get("/requests?&limit=1&").status, 200);
}

TEST_F(RoutesTest, RefuseBodiesThatAreNoStrictJson) {
  const ControlReply reply = Send("PUT", "/apps", "{\n  \"apps\": [,]}");
  EXPECT_EQ(reply.Refused(), "400");
  EXPECT_TRUE(reply.message().starts_with("line 2, column 12: ")) << reply.message();
  EXPECT_EQ(Send("PUT", "/apps", R"({"apps":[],"apps":[]})").status, 400);
  EXPECT_EQ(Send("PUT", "/apps").Refused(), "400");
  EXPECT_EQ(Send("DELETE", "/apps", "{}").Refused(), "400");
  EXPECT_EQ(service().Apps().size(), 1U);
}

TEST_F(RoutesTest, RefuseHugeBodies) {
  const std::string large(control::kMaxSmallBody + 1, ' ');
  EXPECT_EQ(Send("POST", "/faults", large).Refused(), "413");
  EXPECT_EQ(Send("DELETE", "/apps", large).Refused(), "413");
  EXPECT_EQ(Send("PUT", "/apps/7", large).Refused(), "413");
  EXPECT_EQ(Send("PUT", "/apps", large + R"({"apps":[]})").status, 200);
  const std::string huge(kMaxControlBody + 1, ' ');
  EXPECT_EQ(Send("PUT", "/state", huge).Refused(), "413");
  HttpResponse response;
  const HttpHeaderView host{"Host", "localhost"};
  EXPECT_EQ(api().Handle({.method = "PUT",
                          .target = "/_timock/state",
                          .headers = {&host, 1},
                          .body_too_large = true},
                         now_, &response),
            nullptr);
  EXPECT_EQ(response.status, 413);
}

}  // namespace
}  // namespace timock
