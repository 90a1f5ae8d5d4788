#include <string>

#include "mutant.h"

// Replies that lenient readers of JSON take for right ones, and replies to throttled calls alone.

namespace timock::mutants {
namespace {

/// Changes the body of every reply that has an envelope.
CallHandler OnText(std::function<void(std::string& body)> change) {
  return [change = std::move(change)](Service& service, const HttpRequestView& request,
                                      HttpResponse* response) {
    service.Handle(request, response);
    if (CodeOf(*response) != -1) change(response->body);
  };
}

void CodeTwice(std::string& body) {
  body.insert(1, R"("ErrorCode":60007,"ActionStatus":"FAIL","ErrorInfo":"x",)");
}

void CodeOf33Bits(std::string& body) {
  const std::string code = "\"ErrorCode\":0";
  const std::size_t at = body.find(code);
  if (at != std::string::npos) body.replace(at, code.size(), "\"ErrorCode\":4294967296");
}

void Deep(std::string& body) {
  constexpr std::size_t kDepth = 400'000;
  body.insert(1, "\"More\":" + std::string(kDepth, '[') + std::string(kDepth, ']') + ",");
}

CallHandler OnThrottled(std::function<void(HttpResponse& response)> change) {
  return [change = std::move(change)](Service& service, const HttpRequestView& request,
                                      HttpResponse* response) {
    constexpr int kThrottled = 60'007;
    service.Handle(request, response);
    if (CodeOf(*response) == kThrottled) change(*response);
  };
}

void CodeBeforeStatus(HttpResponse& response) {
  response.body = R"({"ActionStatus":"FAIL","ErrorInfo":"too many calls","ErrorCode":60007})";
}

}  // namespace

std::vector<Mutant> ReplyMutants() {
  return {
      {"nul_behind_reply", "{}", OnText([](std::string& body) {
         body.push_back('\0');
         body += "<html>";
       })},
      {"bom_before_reply", "{}", OnText([](std::string& body) { body.insert(0, "\xEF\xBB\xBF"); })},
      {"error_code_twice", "{}", OnText(CodeTwice)},
      {"error_code_of_33_bits", "{}", OnText(CodeOf33Bits)},
      {"deep_reply", "{}", OnText(Deep)},
      {"throttled_with_status_429", "{}",
       OnThrottled([](HttpResponse& response) { response.status = 429; })},
      {"throttled_as_html", "{}",
       OnThrottled([](HttpResponse& response) { response.content_type = "text/html"; })},
      {"throttled_in_other_order", "{}", OnThrottled(CodeBeforeStatus)},
      {"throttled_without_info", "{}", OnThrottled([](HttpResponse& response) {
         response.body = R"({"ActionStatus":"FAIL","ErrorCode":60007})";
       })},
      {"throttled_and_closed", "{}",
       OnThrottled([](HttpResponse& response) { response.close = true; })},
  };
}

}  // namespace timock::mutants
