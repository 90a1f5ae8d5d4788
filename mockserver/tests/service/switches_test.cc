// Every switch of the profile acts: changed alone, it changes some answer. The switches are those
// that a profile prints, so a new one without effect, or without a row, fails here.

#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "timock/timock.h"
#include "timock/user_sig.h"

namespace timock {
namespace {

using nlohmann::json;

constexpr std::int64_t kBegun = 1'795'369'800;
constexpr std::string_view kAdmin = "administrator";
constexpr std::string_view kSetPath = "/v4/all_member_push/im_set_attr_name";
constexpr std::string_view kGetPath = "/v4/all_member_push/im_get_attr_name";
constexpr std::string_view kTourBody = R"({"AttrNames":{"0":"sex"}})";
constexpr std::uint32_t kPlain = 1;
constexpr std::uint32_t kDisabled = 2;
constexpr std::uint32_t kWithoutFeature = 3;
constexpr std::uint32_t kInChina = 4;
constexpr std::uint32_t kUnknown = 5;

/// Calls in every situation that a switch decides, against a service of one profile.
class Tour {
 public:
  explicit Tour(const Profile& profile)
      : service_(Service::Create({.apps = Apps(), .profile = profile, .clock = clock_}).value()) {}

  /// All answers, one a line.
  std::string Take() {
    AccessLayer();
    AccountLayer();
    ServiceLayer();
    Bodies();
    Throttle();
    Lockout();
    return answers_;
  }

 private:
  struct Sent {
    std::string_view method = "POST";
    std::string_view path = kSetPath;
    std::uint32_t sdkappid = kPlain;
    std::string_view identifier = kAdmin;
    std::optional<std::string> user_sig = {};
    std::string_view without = {};  ///< A parameter that is left out,
    std::string_view instead = {};  ///< or what stands there.
    std::string_view host = "console.tim.qq.com";
    std::string body{kTourBody};
    std::chrono::milliseconds later{10'000};  ///< Than the call before.
  };

  static std::vector<App> Apps() {
    const App app{.sdkappid = kPlain, .keys = {"key"}, .admins = {std::string(kAdmin)}};
    std::vector<App> apps(4, app);
    for (std::uint32_t id = kPlain; id <= kInChina; ++id) apps[id - 1].sdkappid = id;
    apps[kDisabled - 1].enabled = false;
    apps[kWithoutFeature - 1].feature.state = Feature::State::kOff;
    apps[kInChina - 1].region = "china";
    return apps;
  }

  /// Signed at the beginning of the tour, once for all tours: signing is most of their time.
  static const std::string& Signed(std::uint32_t sdkappid, std::string_view identifier,
                                   std::string_view key = "key", std::int64_t expire = 1'000'000) {
    static std::map<std::tuple<std::uint32_t, std::string, std::string, std::int64_t>, std::string>
        all;
    std::string& user_sig = all[{sdkappid, std::string(identifier), std::string(key), expire}];
    if (user_sig.empty()) {
      user_sig = SignUserSig({.identifier = std::string(identifier),
                              .sdkappid = sdkappid,
                              .time = kBegun,
                              .expire = expire},
                             key);
    }
    return user_sig;
  }

  void Send(const Sent& sent) {
    clock_->Advance(sent.later);
    const std::pair<std::string_view, std::string> parameters[] = {
        {"sdkappid", std::to_string(sent.sdkappid)},
        {"identifier", std::string(sent.identifier)},
        {"usersig", sent.user_sig ? *sent.user_sig : Signed(sent.sdkappid, sent.identifier)},
        {"random", "7"},
        {"contenttype", "json"}};
    std::string target(sent.path);
    char separator = '?';
    for (const auto& [name, value] : parameters) {
      if (name == sent.without && sent.instead.empty()) continue;
      target.append(1, separator).append(name).append("=");
      target.append(name == sent.without ? sent.instead : std::string_view(value));
      separator = '&';
    }
    const HttpResponse answer = service_->Handle({.method = std::string(sent.method),
                                                  .target = target,
                                                  .headers = {{"Host", std::string(sent.host)}},
                                                  .body = sent.body});
    answers_ +=
        std::to_string(answer.status) + ' ' + answer.content_type + ' ' + answer.body + '\n';
  }

  void AccessLayer() {
    Send({.path = "/v5/x"});
    Send({.path = "/v4/all_member_push/nothing"});
    Send({.method = "GET"});
    for (const char* const name : {"contenttype", "sdkappid", "identifier", "random", "usersig"}) {
      Send({.without = name});
    }
    for (const char* const name : {"contenttype", "sdkappid", "random", "usersig"}) {
      Send({.without = name, .instead = "x"});
    }
    Send({.body = std::string(65'537, ' ')});
  }

  void AccountLayer() {
    Send({.sdkappid = kUnknown});
    Send({.sdkappid = kDisabled});
    Send({.sdkappid = kInChina, .host = "adminapisgp.im.qcloud.com"});
    Send({.user_sig = Signed(kPlain, "somebody")});
    Send({.user_sig = Signed(kUnknown, kAdmin)});
    Send({.user_sig = Signed(kPlain, kAdmin, "key", 1)});
    Send({.user_sig = Signed(kPlain, kAdmin, "wrong")});
  }

  void ServiceLayer() {
    Send({.sdkappid = kWithoutFeature});
    Send({.sdkappid = kWithoutFeature, .identifier = "somebody"});
    Send({.identifier = "somebody"});
    Send({.identifier = "somebody", .body = "{"});
    Fault fault = FaultPreset("retry-91000").value();
    fault.id = "internal";
    service_->AddFault(fault).value();
    Send({});
    service_->RemoveFaults();
  }

  void Bodies() {
    const std::string long_name(51, 'x');
    const std::string bodies[] = {"",
                                  "{",
                                  "1",
                                  "{}",
                                  R"({"AttrNames":["a"]})",
                                  R"({"AttrNames":{}})",
                                  R"({"AttrNames":{"x":"a"}})",
                                  R"({"AttrNames":{"1":2}})",
                                  R"({"AttrNames":{"1":""}})",
                                  R"({"AttrNames":{"1":")" + long_name + "\"}}",
                                  R"({"AttrNames":{"0":"a","1":"a"}})",
                                  R"({"AttrNames":{"2":"a2","2":"b2"}})",
                                  R"({"AttrNames":{"3":"c"},"More":1})"};
    for (const std::string& body : bodies) Send({.body = body});
    Send({.path = kGetPath, .body = "{}"});
  }

  /// Under a limit of 3 a second. Begins at a whole second.
  void Throttle() {
    using std::chrono::milliseconds;
    const milliseconds at_once{0};
    Send({});
    for (int call = 0; call < 8; ++call) Send({.later = at_once});
    Send({.path = kGetPath, .body = "{}", .later = at_once});
    Send({.identifier = "somebody", .later = at_once});
    for (int call = 0; call < 12; ++call) Send({.later = milliseconds{300}});
    Send({.later = milliseconds{10'700}});
    for (int call = 0; call < 2; ++call) Send({.later = at_once});
    for (int call = 0; call < 4; ++call) Send({.later = milliseconds{350}});
  }

  void Lockout() {
    using std::chrono::seconds;
    const std::string wrong = Signed(kPlain, kAdmin, "wrong");
    Send({.user_sig = wrong, .later = seconds{200}});
    Send({.user_sig = wrong, .later = seconds{40}});
    Send({.later = seconds{1}});
  }

  std::shared_ptr<ManualClock> clock_ = std::make_shared<ManualClock>(UnixSeconds(kBegun));
  std::unique_ptr<Service> service_;
  std::string answers_;
};

/// Another value of a switch, and what else must be set for it to matter; both are switches as a
/// profile file has them.
struct Change {
  json other;
  json beside = json::object();
};

const json kLimit = {{"throttle", {{"limit", 3}}}};

/// Switches that hold a code need no row: they are given the next one.
const std::map<std::string, Change>& Changes() {
  static const std::map<std::string, Change> changes = {
      {"/content_type", {"text/plain"}},
      {"/key_order", {"error_code_first"}},
      {"/action_status", {"absent"}},
      {"/error_info", {{{"90009", "other words"}}}},
      {"/plain_http", {60002}},
      {"/random_missing", {60002}},
      {"/random_malformed", {60002}},
      {"/admin_before_feature", {true}},
      {"/admin_before_body", {false}},
      {"/duplicate_name", {90033}},
      {"/duplicate_key", {"first_wins"}},
      {"/unknown_fields", {90001}},
      {"/second_call", {"replace"}},
      {"/throttle/limit", {2}},
      {"/throttle/window_ms", {2000}},
      {"/throttle/algorithm", {"fixed_window"}},
      {"/throttle/burst", {2, {{"throttle", {{"algorithm", "token_bucket"}}}}}},
      {"/throttle/scope", {"app"}},
      {"/throttle/count_refused", {true}},
      {"/throttle/position", {"service"}},
      {"/usersig_lockout/failures", {2}},
      {"/usersig_lockout/window_s", {30, {{"usersig_lockout", {{"failures", 2}}}}}},
      {"/usersig_lockout/code", {70051, {{"usersig_lockout", {{"failures", 2}}}}}},
  };
  return changes;
}

/// The only members that no answer shows.
constexpr std::string_view kName = "/name";
constexpr std::string_view kAbout = "/about";

std::map<std::string, json> AllSwitches() {
  std::map<std::string, json> all;
  const json profile = json::parse(Profile().ToJson());
  for (const auto& [name, value] : profile.items()) {
    if (!value.is_object() || value.empty()) {
      all["/" + name] = value;
      continue;
    }
    for (const auto& [below, member] : value.items()) all["/" + name + "/" + below] = member;
  }
  return all;
}

TEST(SwitchesTest, EachChangesSomeAnswer) {
  std::map<std::string, std::string> answers_before;
  for (const auto& [pointer, value] : AllSwitches()) {
    if (pointer == kName || pointer == kAbout) continue;
    const auto row = Changes().find(pointer);
    const bool is_code = value.is_number_integer() && value >= 10'000;
    ASSERT_TRUE(row != Changes().end() || is_code) << pointer << ": add a row to Changes()";
    const Change change = row != Changes().end() ? row->second : Change{value.get<int>() + 1};
    json members = kLimit;
    members.merge_patch(change.beside);
    const Profile before = Profile().With(members.dump()).value();
    json changed = json::object();
    changed[json::json_pointer(pointer)] = change.other;
    const Profile after = before.With(changed.dump()).value();
    std::string& answers = answers_before[members.dump()];
    if (answers.empty()) answers = Tour(before).Take();
    EXPECT_TRUE(Tour(after).Take() != answers) << pointer << " changes no answer";
  }
}

TEST(SwitchesTest, TheTourIsTheSameEachTime) {
  EXPECT_TRUE(Tour(Profile()).Take() == Tour(Profile()).Take());
}

}  // namespace
}  // namespace timock
