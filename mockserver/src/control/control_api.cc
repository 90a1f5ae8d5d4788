#include "control/control_api.h"

#include <utility>

#include "core/target.h"

namespace timock {
namespace {

constexpr std::string_view kRoot = "/_timock";

}  // namespace

struct ControlApi::Impl {
  Service& service;
  ServerView server;
};

ControlApi::ControlApi(Service& service, ServerView server)
    : impl_(new Impl{service, std::move(server)}) {}

ControlApi::~ControlApi() = default;

bool ControlApi::Owns(std::string_view target) {
  const std::string_view path = SplitTarget(target).path;
  return path.starts_with(kRoot) && (path.size() == kRoot.size() || path[kRoot.size()] == '/');
}

std::unique_ptr<DeferredAnswer> ControlApi::Handle(const HttpRequestView& /*request*/, Tick /*now*/,
                                                   HttpResponse* response) {
  *response = {.status = 404, .content_type = "application/json", .body = "{}"};
  return nullptr;
}

}  // namespace timock
