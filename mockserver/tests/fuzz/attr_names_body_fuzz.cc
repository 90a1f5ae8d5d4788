// Whatever a body of im_set_attr_name holds, the service answers it, and stores either all of an
// accepted call or nothing of a refused one. And the short way that ReadAttrNamesBody takes with
// most bodies answers as the long one.

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

// The same text to any reader of JSON, but not in the form that the short way knows.
std::string TheLongWay(std::string body) {
  constexpr std::string_view kWord = "\"AttrNames\"";
  for (std::size_t at = body.find(kWord); at != std::string::npos; at = body.find(kWord, at)) {
    body.replace(at, 2, "\"\\u0041");
  }
  return body;
}

std::string Call(Fake& fake, std::string_view body) {
  timock::HttpResponse response;
  fake.service->Handle({.method = "POST", .target = fake.target, .body = body}, &response);
  if (response.status != 200) std::abort();
  return response.body;
}

void Check(Fake& fake, const std::string& body) {
  const timock::AttrNames before = fake.service->Names(kSdkAppId);
  const std::string reply = Call(fake, body);
  const timock::AttrNames after = fake.service->Names(kSdkAppId);
  const bool accepted = reply.find("\"ErrorCode\":0") != std::string::npos;
  if (!accepted && before != after) std::abort();
  for (const auto& [slot, name] : after) {
    if (slot < 0 || slot > 9 || name.empty() || name.size() > 50) std::abort();
  }
  if (Call(fake, TheLongWay(body)) != reply || fake.service->Names(kSdkAppId) != after)
    std::abort();
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
