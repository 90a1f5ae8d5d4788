#include "model/op.h"

namespace timock::model {
namespace {

struct WrongRequest {
  const char* method;
  const char* path;
  const char* body;
  int status;
};
const std::vector<WrongRequest> kWrong = {
    {"PUT", "profile", R"({"not_admin":60010,"nope":1})", 400},
    {"PUT", "profile/nope", "1", 404},
    {"GET", "profile/nope", "", 404},
    {"PUT", "profile/not_admin", "5", 400},
    {"PUT", "profile", R"("nope")", 400},
    {"PUT", "profile", R"({"second_call":"replace","throttle":{"limit":0}})", 400},
    {"PUT", "profile/throttle", R"({"algorithm":"leaky"})", 400},
    {"POST", "apps", R"({"region":"mars"})", 400},
    {"POST", "apps", "{", 400},
    {"POST", "apps", R"({"nope":1})", 400},
    {"PUT", "apps/1400000000", R"({"limit":2,"sdkappid":5})", 400},
    {"PUT", "apps/1400000000", R"({"limit":2,"enabled":1})", 400},
    {"PUT", "apps/1400000000", R"({"limit":0})", 400},
    {"PUT", "apps/1400000000", R"({"names":{"10":"a"}})", 400},
    {"PUT", "apps/1400000000", R"({"feature":{"approved_at":-1}})", 400},
    {"GET", "apps/77", "", 404},
    {"DELETE", "apps/77", "", 404},
    {"GET", "apps/77/names", "", 404},
    {"PUT", "apps/77/names", "{}", 404},
    {"PUT", "apps", R"({"apps":[{"sdkappid":5,"key":"k"},{"sdkappid":5,"key":"k"}]})", 400},
    {"PUT", "apps", R"({"apps":[{"key":"k"}]})", 400},
    {"POST", "faults", "{}", 400},
    {"POST", "faults", R"({"action":{}})", 400},
    {"POST", "faults", R"({"action":{"error_code":91000},"match":{"probability":0}})", 400},
    {"POST", "faults", R"({"action":{"error_code":91000},"match":{"every_nth":0}})", 400},
    {"POST", "faults", R"({"action":{"error_code":91000},"times":0})", 400},
    {"POST", "faults", R"({"action":{"http_status":199}})", 400},
    {"POST", "faults", R"({"action":{"body":"x"}})", 400},
    {"POST", "faults", R"({"id":"presets","action":{"error_code":91000}})", 400},
    {"POST", "faults", R"({"action":{"error_code":91000},"match":{"sdkappid":79}})", 404},
    {"GET", "faults/nope", "", 404},
    {"DELETE", "faults/nope", "", 404},
    {"POST", "clock/advance", "{}", 400},
    {"POST", "clock/advance", R"({"seconds":1,"hours":1})", 400},
    {"POST", "clock/advance", R"({"hours":-3000000})", 400},
    {"POST", "clock/advance", R"({"seconds":9000000001})", 400},
    {"PUT", "clock", R"({"mode":"offset"})", 400},
    {"PUT", "clock", R"({"mode":"slow"})", 400},
    {"PUT", "clock", R"("@9000000001")", 400},
    {"PUT", "clock", R"({"mode":"frozen","unix":-1})", 400},
    {"PUT", "state", R"({"usersig":"off","nope":1})", 400},
    {"PUT", "state", R"({"apps":[],"usersig":"off","clock":"@9000000001"})", 400},
    {"PUT", "state", R"({"clock":"real","throttle":1,"apps":[{"sdkappid":5,"region":"mars"}]})",
     400},
    {"POST", "reset", R"({"nope":1})", 400},
    {"POST", "reset", R"({"app":1400000000})", 400},
    {"POST", "faults", R"({"action":{"delay_ms":7}})", 400},
    {"POST", "faults", R"({"name":"retry-91000"})", 400},
    {"POST", "clock/advance", R"({"ms":300})", 400},
    {"GET", "requests?app=1400000000", "", 400},
    {"POST", "reset", R"({"sdkappid":77})", 404},
    {"GET", "requests?limit=0", "", 400},
    {"GET", "requests?limit=1001", "", 400},
    {"GET", "requests?order=best", "", 400},
    {"GET", "requests?code=x", "", 400},
    {"GET", "requests?nope=1", "", 400},
    {"GET", "requests/count?wait_ms=60001", "", 400},
    {"DELETE", "requests?from=x", "", 400},
    {"GET", "requests/999999999", "", 404},
    {"GET", "throttle?sdkappid=77", "", 404},
    {"GET", "nope", "", 404},
    {"PATCH", "apps", "{}", 405},
    {"DELETE", "clock", "", 405},
    {"POST", "usersig", R"({"sdkappid":77,"identifier":"administrator"})", 404},
    {"POST", "usersig", R"({"sdkappid":77,"identifier":""})", 400}};

}  // namespace

Op Generator::Wrong() {
  const WrongRequest& wrong = Pick(kWrong);
  return {.method = wrong.method,
          .target = std::string("/_timock/") + wrong.path,
          .body = wrong.body,
          .refused = wrong.status};
}

}  // namespace timock::model
