// Whatever a body of im_set_attr_name holds, the service answers it, and stores either all of an
// accepted call or nothing of a refused one.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "timock/service.h"

namespace {

constexpr std::uint32_t kSdkAppId = 1'400'000'000;

struct Fake {
  explicit Fake(const char* profile) {
    timock::ServiceOptions options;
    options.profile =
        timock::Profile::Named(profile).value().With(R"({"throttle":{"limit":"none"}})").value();
    options.verify_user_sig = false;
    service = timock::Service::Create(std::move(options)).value();
    target = service->Target("im_set_attr_name", kSdkAppId, "administrator").value();
  }
  std::unique_ptr<timock::Service> service;
  std::string target;
};

void Check(Fake& fake, std::string_view body) {
  const timock::AttrNames before = fake.service->Names(kSdkAppId);
  timock::HttpResponse response;
  fake.service->Handle({.method = "POST", .target = fake.target, .body = body}, &response);
  const timock::AttrNames after = fake.service->Names(kSdkAppId);
  const bool accepted = response.body.find("\"ErrorCode\":0") != std::string::npos;
  if (response.status != 200 || (!accepted && before != after)) std::abort();
  for (const auto& [slot, name] : after) {
    if (slot < 0 || slot > 9 || name.empty() || name.size() > 50) std::abort();
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static Fake strict("table-2023");
  static Fake lenient("lenient");
  const std::string body(data, data + size);
  Check(strict, body);
  Check(lenient, body);
  return 0;
}
