#include <map>
#include <memory>

#include "mutant.h"

namespace timock::mutants {
namespace {

void GetAccepted(Service& service, const HttpRequestView& request, HttpResponse* response) {
  HttpRequestView changed = request;
  if (changed.method == "GET") changed.method = "POST";
  service.Handle(changed, response);
}

CallHandler ClosesAfterTen() {
  auto calls = std::make_shared<std::map<std::uint64_t, int>>();
  return [calls](Service& service, const HttpRequestView& request, HttpResponse* response) {
    constexpr int kCalls = 10;
    service.Handle(request, response);
    if (++(*calls)[request.connection] < kCalls) return;
    response->fault = {.ending = TransportFault::Ending::kTruncate, .after_bytes = SIZE_MAX};
  };
}

void HeadRefused(Service& service, const HttpRequestView& request, HttpResponse* response) {
  service.Handle(request, response);
  if (request.method == "HEAD") response->status = 404;
}

void UnknownCommandsOk(Service& service, const HttpRequestView& request, HttpResponse* response) {
  constexpr int kUnknownCommand = 60'009;
  service.Handle(request, response);
  if (CodeOf(*response) != kUnknownCommand) return;
  response->body = R"({"ActionStatus":"OK","ErrorInfo":"","ErrorCode":0})";
}

void ClosesAlways(Service& service, const HttpRequestView& request, HttpResponse* response) {
  service.Handle(request, response);
  response->close = true;
}

void AnswersHalf(Service& service, const HttpRequestView& request, HttpResponse* response) {
  service.Handle(request, response);
  response->fault = {.ending = TransportFault::Ending::kTruncate};
}

}  // namespace

std::vector<Mutant> TransportMutants() {
  return {
      {"get_accepted", "{}", GetAccepted},   {"closes_after_ten", "{}", ClosesAfterTen()},
      {"head_refused", "{}", HeadRefused},   {"unknown_commands_ok", "{}", UnknownCommandsOk},
      {"closes_always", "{}", ClosesAlways}, {"answers_half", "{}", AnswersHalf},
  };
}

}  // namespace timock::mutants
