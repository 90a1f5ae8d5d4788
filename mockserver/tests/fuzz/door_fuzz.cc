// Whatever requests come, to the control API and to the endpoint in any order: each is answered
// under a status that the API knows, or that a fault asked for; no exception ends one; a refused
// control request has changed nothing; each call is recorded once.
//
// The input: requests, with a line "---" between them. A request: method, target and headers, a
// line each; an empty line; the body. A target that begins with "set" or "get" is a signed call of
// that command, with what follows behind it; one that begins with neither that nor a slash is below
// the root of the control API.

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
#include "service/state_json.h"

namespace {

constexpr int kMaxRequests = 12;

void Check(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "does not hold: %s\n", what);
  std::abort();
}

/// Cuts off what is before `end`, and `end`.
std::string_view Take(std::string_view* text, std::string_view end) {
  const std::size_t at = std::min(text->find(end), text->size());
  const std::string_view taken = text->substr(0, at);
  text->remove_prefix(std::min(at + end.size(), text->size()));
  return taken;
}

std::string StateText(const timock::Service& service) {
  return timock::StateToJson(service.State())
      .dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

/// A service and its control API, and what is known of them.
class Doors {
 public:
  explicit Doors(timock::Service& service)
      : service_(service),
        api_(service, {.version = "0.1.0", .host = "127.0.0.1"}),
        exceptions_(service.metrics().exceptions) {}

  void Send(std::string_view request) {
    const std::string_view method = Take(&request, "\n");
    const std::string_view line_of_target = Take(&request, "\n");
    std::vector<timock::HttpHeaderView> headers = {{"Host", "localhost"}};
    for (std::string_view line = Take(&request, "\n"); !line.empty(); line = Take(&request, "\n")) {
      const std::string_view name = Take(&line, ":");
      headers.push_back({name, line});
    }
    const std::string target = TargetOf(line_of_target);
    const timock::HttpRequestView view{
        .method = method, .target = target, .headers = headers, .body = request};
    if (timock::ControlApi::Owns(target)) {
      Ask(view);
    } else {
      Call(view);
    }
    Check(service_.metrics().exceptions == exceptions_, "no exception ends a request");
  }

 private:
  std::string TargetOf(std::string_view line) const {
    for (const std::string_view command : {"set", "get"}) {
      if (!line.starts_with(command)) continue;
      const auto target = service_.Target("im_" + std::string(command) + "_attr_name",
                                          timock::DemoApp().sdkappid, "administrator");
      // The app may have been removed.
      return (target ? target.value() : "/v4/all_member_push/im_set_attr_name?") +
             std::string(line.substr(command.size()));
    }
    const bool whole = line.starts_with('/') || line.starts_with("http");
    return (whole ? "" : "/_timock/") + std::string(line);
  }

  void Call(const timock::HttpRequestView& view) {
    const std::uint64_t before = service_.journal_status().last_id;
    service_.Handle(view, &response_);
    const std::uint64_t last = service_.journal_status().last_id;
    Check(last == before + 1, "a call is recorded once");
    const auto entry = service_.FindCall(last);
    Check(!entry || entry->http_status == response_.status, "as it was answered");
    if (entry && entry->fault.empty()) {
      Check(response_.status == 200, "the status is 200");
      Check(view.method == "HEAD" || nlohmann::json::accept(response_.body),
            "the answer is an envelope");
    }
    state_.clear();
  }

  void Ask(const timock::HttpRequestView& view) {
    if (state_.empty()) state_ = StateText(service_);
    const auto deferred = api_.Handle(view, {}, &response_);
    if (deferred != nullptr) {
      const timock::Tick later = std::chrono::minutes{2};
      const auto state = deferred->Poll(later, &response_);
      Check(deferred->stream() || state == timock::DeferredAnswer::State::kReady, "a wait ends");
    }
    const int known[] = {200, 201, 308, 400, 401, 403, 404, 405, 413, 503};
    Check(std::find(std::begin(known), std::end(known), response_.status) != std::end(known),
          "the status is a known one");
    if (response_.status >= 400) {
      const auto error = nlohmann::json::parse(response_.body, nullptr, false);
      Check(error.is_object() && error["error"]["message"].is_string(), "a refusal says why");
      Check(StateText(service_) == state_, "a refused request changed nothing");
      return;
    }
    if (response_.content_type == "application/json") {
      Check(nlohmann::json::accept(response_.body), "the answer is JSON");
    }
    state_.clear();
  }

  timock::Service& service_;
  timock::ControlApi api_;
  const std::uint64_t exceptions_;
  timock::HttpResponse response_;
  std::string state_;  // before the next request; empty: not known
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  // A fresh service now and then, for the ids of removed apps stay taken.
  static unsigned inputs = 0;
  static std::unique_ptr<timock::Service> service;
  if (inputs++ % 256 == 0) {
    const auto clock = std::make_shared<timock::ManualClock>(timock::UnixSeconds(1'795'369'800));
    service = timock::Service::Create({.clock = clock, .max_apps = 600}).value();
  }
  service->Reset();
  Doors doors(*service);
  const std::string input(data, data + size);
  std::string_view rest = input;
  for (int request = 0; request < kMaxRequests && !rest.empty(); ++request) {
    doors.Send(Take(&rest, "\n---\n"));
  }
  return 0;
}
