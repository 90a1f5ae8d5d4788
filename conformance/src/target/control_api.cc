#include "target/control_api.h"

#include <cstdlib>
#include <stdexcept>
#include <utility>

#include "wire/config_error.h"

namespace timock::conformance {
namespace {

using nlohmann::json;

std::string PathOf(std::uint32_t sdkappid) { return "apps/" + std::to_string(sdkappid); }

constexpr const char* kToken = "TIMOCK_CONTROL_TOKEN";

/// The headers of a call; with the token, where the environment has one.
std::vector<Header> Headers() {
  std::vector<Header> headers = {{"Content-Type", "application/json"}};
  const char* const token = std::getenv(kToken);
  if (token != nullptr) headers.emplace_back("Authorization", std::string("Bearer ") + token);
  return headers;
}

std::chrono::nanoseconds TimeOf(const json& clock) {
  return std::chrono::nanoseconds{std::stoll(clock.at("unix_ns").get<std::string>())};
}

}  // namespace

ControlApi::ControlApi(std::string url, std::unique_ptr<HttpClient> client)
    : url_(std::move(url)), client_(std::move(client)) {}

bool ControlApi::Ready() {
  const json health = Ask("GET", "health");
  return health.is_object() && health.value("status", "") == "ready";
}

Identity ControlApi::MakeApp(const std::vector<std::string>& admins) {
  const json app = Call("POST", "apps", {{"admins", admins}});
  return {app.at("sdkappid").get<std::uint32_t>(), app.at("admins").at(0).get<std::string>(),
          app.at("keys").at(0).get<std::string>()};
}

void ControlApi::RemoveApp(std::uint32_t sdkappid) { Call("DELETE", PathOf(sdkappid)); }

void ControlApi::ResetApp(std::uint32_t sdkappid) {
  Call("POST", "reset", {{"sdkappid", sdkappid}});
}

json ControlApi::App(std::uint32_t sdkappid) {
  json app = Ask("GET", PathOf(sdkappid));
  // Without a control API the path is one of the endpoint's, which answers with a code.
  if (!app.is_object() || !app.contains("sdkappid")) app = nullptr;
  return app;
}

void ControlApi::PutApp(const json& app) {
  Call("PUT", PathOf(app.at("sdkappid").get<std::uint32_t>()), app);
}

json ControlApi::Clock() { return Call("GET", "clock"); }

std::chrono::nanoseconds ControlApi::SetClock(const json& setting) {
  return TimeOf(Call("PUT", "clock", setting));
}

std::chrono::nanoseconds ControlApi::AdvanceClock(std::chrono::nanoseconds by) {
  return TimeOf(Call("POST", "clock/advance", {{"nanoseconds", by.count()}}));
}

void ControlApi::AddFault(const json& fault) { Call("POST", "faults", fault); }

std::vector<json> ControlApi::Journal(std::uint32_t sdkappid) {
  std::vector<json> entries;
  const std::string path = "requests?limit=1000&sdkappid=" + std::to_string(sdkappid) + "&since=";
  for (std::uint64_t since = 0;; since = entries.back().at("id").get<std::uint64_t>()) {
    json page = Call("GET", path + std::to_string(since)).at("requests");
    if (page.empty()) return entries;
    for (json& entry : page) entries.push_back(std::move(entry));
  }
}

json ControlApi::Ask(const std::string& method, const std::string& path, const json& body) {
  const Reply reply = client_->Send({.method = method,
                                     .target = "/_timock/" + path,
                                     .headers = Headers(),
                                     .body = body.is_null() ? "" : body.dump()});
  if (reply.status == 0) throw UnreachableError(url_ + ": " + reply.failure);
  problem_ = url_ + ": " + method + " /_timock/" + path + " is answered with HTTP status " +
             std::to_string(reply.status) + " and: " + reply.body;
  status_ = reply.status;
  if (reply.status / 100 != 2) return {};
  json answer = reply.body.empty() ? json::object() : json::parse(reply.body, nullptr, false);
  // Moved, never copied: to copy what is nested very deep takes all of the stack.
  if (answer.is_discarded()) answer = nullptr;
  return answer;
}

json ControlApi::Call(const std::string& method, const std::string& path, const json& body) {
  json answer = Ask(method, path, body);
  if (!answer.is_null()) return answer;
  if (status_ == 401) {
    throw ConfigError(problem_ + "; set " + kToken +
                      " in the environment to the server's control token");
  }
  if (status_ == 403) {
    throw ConfigError(problem_ +
                      "; where that is for --shared, start a server without it, for a "
                      "run stops the server's clock");
  }
  throw std::runtime_error(problem_);
}

}  // namespace timock::conformance
