#include "app/example_calls.h"

#include <algorithm>
#include <iterator>
#include <string>

#include "timock/app.h"
#include "timock/service.h"
#include "timock/user_sig.h"

namespace timock::app {
namespace {

constexpr UnixTime kNow = UnixSeconds(1'700'000'000);
constexpr std::int64_t kSignedAt = 1'700'000'000;

// A call that is valid but for what an example changes.
struct Example {
  App app = DemoApp();
  Profile profile = {};
  std::string method = "POST";
  std::string path = "/v4/all_member_push/im_set_attr_name";
  std::string sdkappid = "1400000000";
  std::string identifier = "administrator";
  std::optional<std::string> user_sig = {};  // Empty: a valid one.
  std::string random = "1";
  std::string contenttype = "json";
  std::string host = {};
  std::string body = R"({"AttrNames":{"0":"sex","1":"city"}})";
  int calls = 1;
  std::string malformed = {};  // Instead of a call: why bytes are not one.
  std::string proxied = {};    // Instead of a call: a target that the proxy refuses.
};

std::string Signed(std::string identifier, std::uint32_t sdkappid, std::int64_t time,
                   const std::string& key) {
  return SignUserSig(
      {.identifier = std::move(identifier), .sdkappid = sdkappid, .time = time, .expire = 86'400},
      key);
}

std::string SignedAt(std::int64_t time) {
  const App app = DemoApp();
  return Signed(app.admins.front(), app.sdkappid, time, app.keys.front());
}

std::string NameOf(std::string_view piece, int times) {
  std::string body = R"({"AttrNames":{"0":")";
  for (int i = 0; i < times; ++i) body += piece;
  return body + R"("}})";
}

struct Row {
  std::string_view name;
  void (*change)(Example& call);
};

// In the order of the checks, PROTOCOL section 3.
constexpr Row kExamples[] = {
    {"http_malformed", [](Example& call) { call.malformed = "the request has no Host"; }},
    {"proxy_refused", [](Example& call) { call.proxied = "example.com:443"; }},
    {"body_too_large", [](Example& call) { call.body.resize(100'000, ' '); }},
    {"path_malformed", [](Example& call) { call.path += "/"; }},
    {"command_unknown", [](Example& call) { call.path += "s"; }},
    {"command_not_served", [](Example& call) { call.path = "/v4/all_member_push/im_push"; }},
    {"method_not_post", [](Example& call) { call.method = "GET"; }},
    {"contenttype_missing", [](Example& call) { call.contenttype.clear(); }},
    {"contenttype_wrong", [](Example& call) { call.contenttype = "xml"; }},
    {"sdkappid_missing", [](Example& call) { call.sdkappid.clear(); }},
    {"sdkappid_malformed", [](Example& call) { call.sdkappid = "14x"; }},
    {"identifier_missing", [](Example& call) { call.identifier.clear(); }},
    {"identifier_plus", [](Example& call) { call.identifier = "a+b"; }},
    {"parameter_twice", [](Example& call) { call.random = "1&random=2"; }},
    {"random_missing", [](Example& call) { call.random.clear(); }},
    {"random_malformed", [](Example& call) { call.random = "-5"; }},
    {"throttle",
     [](Example& call) {
       call.app.limit = 1;
       call.calls = 2;
     }},
    {"sdkappid_unknown", [](Example& call) { call.sdkappid = "1400000001"; }},
    {"sdkappid_region",
     [](Example& call) {
       call.sdkappid = "20000001";
       call.host = "console.tim.qq.com";
     }},
    {"sdkappid_disabled", [](Example& call) { call.app.enabled = false; }},
    {"host_region_mismatch",
     [](Example& call) {
       call.app.region = "singapore";
       call.host = "console.tim.qq.com";
     }},
    {"usersig_lockout",
     [](Example& call) {
       call.profile = Profile::Parse(R"({"usersig_lockout":{"failures":1}})").value();
       call.user_sig = "x";
       call.calls = 2;
     }},
    {"usersig_missing", [](Example& call) { call.user_sig = ""; }},
    {"usersig_malformed", [](Example& call) { call.user_sig = "x"; }},
    {"usersig_identifier_mismatch", [](Example& call) { call.identifier = "ops"; }},
    {"usersig_sdkappid_mismatch",
     [](Example& call) {
       call.user_sig = Signed("administrator", 1'400'000'001, kSignedAt, DemoApp().keys.front());
     }},
    {"usersig_expired", [](Example& call) { call.user_sig = SignedAt(kSignedAt - 100'000); }},
    {"usersig_near_expiry", [](Example& call) { call.user_sig = SignedAt(kSignedAt - 86'390); }},
    {"usersig_time_unit", [](Example& call) { call.user_sig = SignedAt(kSignedAt * 1000); }},
    {"usersig_signature_wrong",
     [](Example& call) {
       call.user_sig = Signed("administrator", 1'400'000'000, kSignedAt, "another key");
     }},
    {"feature_off", [](Example& call) { call.app.feature.state = Feature::State::kOff; }},
    {"not_admin", [](Example& call) { call.app.admins = {"ops"}; }},
    {"body_empty", [](Example& call) { call.body.clear(); }},
    {"json_syntax", [](Example& call) { call.body = R"({"AttrNames":{"0":"sex",}})"; }},
    {"body_compressed", [](Example& call) { call.body = "\x1f\x8b\x08"; }},
    {"body_not_object", [](Example& call) { call.body = "[]"; }},
    {"attr_names_missing", [](Example& call) { call.body = R"({"Names":{"0":"sex"}})"; }},
    {"missing_wrapper", [](Example& call) { call.body = R"({"0":"sex"})"; }},
    {"unknown_fields",
     [](Example& call) { call.body = R"({"AttrNames":{"0":"sex"},"MsgBody":1})"; }},
    {"attr_names_not_object", [](Example& call) { call.body = R"({"AttrNames":["sex"]})"; }},
    {"attr_names_empty", [](Example& call) { call.body = R"({"AttrNames":{}})"; }},
    {"key_invalid", [](Example& call) { call.body = R"({"AttrNames":{"10":"sex"}})"; }},
    {"duplicate_key", [](Example& call) { call.body = R"({"AttrNames":{"0":"a","0":"b"}})"; }},
    {"value_not_string", [](Example& call) { call.body = R"({"AttrNames":{"0":7}})"; }},
    {"name_empty", [](Example& call) { call.body = NameOf("", 0); }},
    {"name_too_long", [](Example& call) { call.body = NameOf("a", 51); }},
    {"name_counted_in_characters", [](Example& call) { call.body = NameOf("城", 17); }},
    {"duplicate_name", [](Example& call) { call.body = R"({"AttrNames":{"0":"a","1":"a"}})"; }},
};

std::vector<Diagnosis> DiagnosesOf(const Example& call) {
  const std::unique_ptr<Service> service =
      Service::Create({.apps = {call.app},
                       .profile = call.profile,
                       .clock_setting = {ClockSetting::Mode::kFrozen, kNow}})
          .value();
  HttpResponse refused;
  if (!call.malformed.empty()) service->RefuseMalformed(call.malformed, &refused);
  if (!call.proxied.empty()) service->RefuseProxy("CONNECT", call.proxied, &refused);
  if (!refused.body.empty()) return service->Calls().entries.back().diagnoses;
  HttpRequest request{.method = call.method, .body = call.body};
  request.target = call.path + "?sdkappid=" + call.sdkappid + "&identifier=" + call.identifier +
                   "&usersig=" + call.user_sig.value_or(SignedAt(kSignedAt)) +
                   "&random=" + call.random + "&contenttype=" + call.contenttype;
  if (!call.host.empty()) request.headers.push_back({"Host", call.host});
  for (int i = 0; i < call.calls; ++i) service->Handle(request);
  return service->Calls().entries.back().diagnoses;
}

}  // namespace

std::optional<Diagnosis> ExampleDiagnosis(std::string_view name) {
  const auto* const row = std::find_if(std::begin(kExamples), std::end(kExamples),
                                       [name](const Row& known) { return known.name == name; });
  if (row == std::end(kExamples)) return {};
  Example call;
  row->change(call);
  for (Diagnosis& diagnosis : DiagnosesOf(call)) {
    if (diagnosis.name == name) return std::move(diagnosis);
  }
  return {};
}

std::vector<std::string_view> ExampleNames() {
  std::vector<std::string_view> names;
  for (const Row& row : kExamples) names.push_back(row.name);
  return names;
}

}  // namespace timock::app
