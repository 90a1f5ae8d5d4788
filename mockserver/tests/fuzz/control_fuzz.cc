// Whatever a request to the control API holds, the answer is JSON (or one of the few other forms)
// under a status that the API knows, and a refused request has changed nothing.
//
// The input: method, target and headers, a line each; an empty line; the body. A target that does
// not begin with a slash stands below the root.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "control/control_api.h"
#include "core/state_json.h"

namespace {

void Check(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "does not hold: %s\n", what);
  std::abort();
}

std::string_view TakeLine(std::string_view* text) {
  const std::size_t end = std::min(text->find('\n'), text->size());
  const std::string_view line = text->substr(0, end);
  text->remove_prefix(std::min(end + 1, text->size()));
  return line;
}

std::string StateText(const timock::Service& service) {
  return timock::StateToJson(service.State())
      .dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  // A fresh service now and then, for the ids of removed apps stay taken.
  static unsigned inputs = 0;
  static std::unique_ptr<timock::Service> service;
  static std::string before;
  if (inputs++ % 256 == 0) {
    const auto clock = std::make_shared<timock::ManualClock>(timock::UnixSeconds(1'795'369'800));
    service = timock::Service::Create({.clock = clock, .max_apps = 600}).value();
    before = StateText(*service);
  }
  service->Reset();
  timock::ControlApi api(*service, {.version = "0.1.0", .host = "127.0.0.1"});

  const std::string input(data, data + size);
  std::string_view rest = input;
  const std::string_view method = TakeLine(&rest);
  const std::string_view line_of_target = TakeLine(&rest);
  const bool whole = line_of_target.starts_with('/') || line_of_target.starts_with("http");
  const std::string target = (whole ? "" : "/_timock/") + std::string(line_of_target);
  std::vector<timock::HttpHeaderView> headers = {{"Host", "localhost"}};
  for (std::string_view line = TakeLine(&rest); !line.empty(); line = TakeLine(&rest)) {
    const std::size_t colon = std::min(line.find(':'), line.size());
    headers.push_back({line.substr(0, colon), line.substr(std::min(colon + 1, line.size()))});
  }

  timock::HttpResponse response;
  const auto deferred = api.Handle(
      {.method = method, .target = target, .headers = headers, .body = rest}, {}, &response);
  if (deferred != nullptr) {
    const timock::Tick later = std::chrono::minutes{2};
    const auto state = deferred->Poll(later, &response);
    Check(deferred->stream() || state == timock::DeferredAnswer::State::kReady, "a wait ends");
  }
  const int known[] = {200, 201, 308, 400, 401, 403, 404, 405, 413, 503};
  Check(std::find(std::begin(known), std::end(known), response.status) != std::end(known),
        "the status is a known one");
  if (response.status >= 400) {
    const auto error = nlohmann::json::parse(response.body, nullptr, false);
    Check(error.is_object() && error["error"]["message"].is_string(), "a refusal says why");
    Check(StateText(*service) == before, "a refused request changed nothing");
  } else if (response.content_type == "application/json") {
    Check(nlohmann::json::accept(response.body), "the answer is JSON");
  }
  return 0;
}
