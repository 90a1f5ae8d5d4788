// Whatever a request target holds, the service answers with a documented code.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string>

#include "timock/error_code.h"
#include "timock/service.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const std::unique_ptr<timock::Service> service = [] {
    timock::ServiceOptions options;
    options.profile = timock::Profile().With(R"({"throttle":{"limit":"none"}})").value();
    return timock::Service::Create(std::move(options)).value();
  }();
  const std::string target(data, data + size);
  timock::HttpResponse response;
  service->Handle({.method = "POST", .target = target, .body = "{}"}, &response);
  const std::size_t at = response.body.find("\"ErrorCode\":");
  if (response.status != 200 || at == std::string::npos) std::abort();
  const int code = std::atoi(response.body.c_str() + at + 12);
  if (timock::FindErrorCode(code) == nullptr) std::abort();
  return 0;
}
