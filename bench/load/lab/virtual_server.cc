#include "load/lab/virtual_server.h"

#include <cstdint>

#include "timock/timock.h"

namespace timock::load {

struct VirtualServer::Impl {
  std::shared_ptr<ManualClock> clock = std::make_shared<ManualClock>(UnixSeconds(1'795'369'800));
  std::unique_ptr<Service> service;
  std::string target;
  HttpResponse response;
};

VirtualServer::VirtualServer(std::size_t limit) : impl_(new Impl) {
  App app = DemoApp();
  app.limit = static_cast<std::uint32_t>(limit);
  impl_->service =
      Service::Create({.apps = {app}, .clock = impl_->clock, .journal = {.enabled = false}})
          .value();
  impl_->target =
      impl_->service->Target("im_set_attr_name", app.sdkappid, app.admins.front()).value();
}

VirtualServer::~VirtualServer() = default;

const std::string& VirtualServer::Call(std::chrono::nanoseconds at) {
  impl_->clock->Advance(at - impl_->clock->Ticks());
  const HttpRequestView request{.method = "POST",
                                .target = impl_->target,
                                .body = R"({"AttrNames":{"0":"sex","1":"city","2":"country"}})"};
  impl_->service->Handle(request, &impl_->response);
  return impl_->response.body;
}

}  // namespace timock::load
