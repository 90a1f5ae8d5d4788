#include <string>

#include "mutant.h"

namespace timock::mutants {
namespace {

void Status400(Service& service, const HttpRequestView& request, HttpResponse* response) {
  service.Handle(request, response);
  if (CodeOf(*response) > 0) response->status = 400;
}

void CodeAsString(Json& envelope) {
  envelope["ErrorCode"] = std::to_string(envelope["ErrorCode"].get<int>());
}

void LowerCaseOk(Json& envelope) {
  if (envelope["ActionStatus"] == "OK") envelope["ActionStatus"] = "ok";
}

void FailWithCode0(Json& envelope) { envelope["ActionStatus"] = "FAIL"; }

void OkWithEveryCode(Json& envelope) { envelope["ActionStatus"] = "OK"; }

void NoErrorInfoOnSuccess(Json& envelope) {
  if (envelope["ErrorCode"] == 0) envelope.erase("ErrorInfo");
}

void SwapsCodes(Json& envelope) {
  constexpr int kParse = 90'001;
  constexpr int kNotAdmin = 90'009;
  Json& code = envelope["ErrorCode"];
  if (code == kParse) {
    code = kNotAdmin;
  } else if (code == kNotAdmin) {
    code = kParse;
  }
}

void TextBehind(Service& service, const HttpRequestView& request, HttpResponse* response) {
  service.Handle(request, response);
  if (!response->body.empty()) response->body += "ok";
}

}  // namespace

std::vector<Mutant> EnvelopeMutants() {
  return {
      {"status_400_on_errors", "{}", Status400},
      {"no_action_status", R"({"action_status":"absent"})"},
      {"error_info_null", "{}",
       OnEnvelope([](Json& envelope) { envelope["ErrorInfo"] = nullptr; })},
      {"lower_case_ok", "{}", OnEnvelope(LowerCaseOk)},
      {"code_as_string", "{}", OnEnvelope(CodeAsString)},
      {"swaps_90001_and_90009", "{}", OnEnvelope(SwapsCodes)},
      {"code_missing", "{}", OnEnvelope([](Json& envelope) { envelope.erase("ErrorCode"); })},
      {"fail_with_code_0", "{}", OnEnvelope(FailWithCode0)},
      {"ok_with_every_code", "{}", OnEnvelope(OkWithEveryCode)},
      {"no_error_info_on_success", "{}", OnEnvelope(NoErrorInfoOnSuccess)},
      {"text_behind_reply", "{}", TextBehind},
      {"other_internal_error", R"({"internal_error":91001})"},
      {"html_content_type", R"({"content_type":"text/html"})"},
  };
}

}  // namespace timock::mutants
