#include "control/control_test.h"

#include <utility>

namespace timock {

std::string ControlReply::Header(std::string_view name) const {
  std::string values;
  for (const HttpHeader& header : headers) {
    if (header.name == name) values += (values.empty() ? "" : ", ") + header.value;
  }
  return values;
}

std::string ControlReply::Refused() const {
  std::string refused = std::to_string(status);
  if (!json.is_object() || !json.contains("error")) return refused;
  const nlohmann::json& error = json["error"];
  EXPECT_FALSE(error["message"].get<std::string>().empty());
  if (error.contains("pointer")) refused += " " + error["pointer"].get<std::string>();
  if (error.contains("parameter")) refused += " ?" + error["parameter"].get<std::string>();
  return refused;
}

void ControlTest::Start(ServerView server, ServiceOptions options) {
  if (!options.clock) options.clock = clock_;
  service_ = Service::Create(std::move(options)).value();
  api_ = std::make_unique<ControlApi>(*service_, std::move(server));
}

ControlReply ControlTest::Send(std::string_view method, std::string_view path,
                               std::string_view body, const std::vector<HttpHeader>& headers) {
  std::vector<HttpHeaderView> views;
  views.reserve(headers.size());
  for (const HttpHeader& header : headers) views.push_back({header.name, header.value});
  const std::string target =
      path.starts_with("http") ? std::string(path) : "/_timock" + std::string(path);
  HttpResponse response;
  EXPECT_EQ(api().Handle({.method = method, .target = target, .headers = views, .body = body}, now_,
                         &response),
            nullptr);
  return {.status = response.status,
          .json = nlohmann::json::parse(response.body, nullptr, false),
          .text = response.body,
          .content_type = response.content_type,
          .headers = response.headers};
}

std::unique_ptr<DeferredAnswer> ControlTest::Defer(std::string_view path, HttpResponse* response,
                                                   const std::vector<HttpHeader>& headers) {
  std::vector<HttpHeaderView> views;
  views.reserve(headers.size());
  for (const HttpHeader& header : headers) views.push_back({header.name, header.value});
  const std::string target = "/_timock" + std::string(path);
  return api().Handle({.method = "GET", .target = target, .headers = views}, now_, response);
}

void ControlTest::Call(std::string_view body) {
  const std::string target = service().Target("im_set_attr_name", kDemo, "administrator").value();
  service().Handle({.target = target, .body = std::string(body)});
}

}  // namespace timock
