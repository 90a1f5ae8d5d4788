// Links timock::core, the library without a socket, and nothing above it.
#include <timock/app.h>
#include <timock/clock.h>
#include <timock/error_code.h>
#include <timock/fault.h>
#include <timock/profile.h>
#include <timock/service.h>

#include "use.h"

using timock::HttpRequest;
using timock::HttpRequestView;
using timock::HttpResponse;
using timock::Profile;
using timock::Service;

int main() {
  Use(timock::DemoApp, timock::ErrorCatalogue, timock::FindErrorCode, timock::FaultPreset);
  Use(&timock::SystemClock::Now, &timock::SystemClock::Ticks);
  Use(Profile::Named, Profile::ShippedNames, Profile::Parse, &Profile::With, &Profile::name,
      &Profile::throttle, &Profile::ToJson, &Profile::data);
  Use(static_cast<HttpResponse (Service::*)(const HttpRequest&)>(&Service::Handle),
      static_cast<void (Service::*)(const HttpRequestView&, HttpResponse*)>(&Service::Handle));
  Use(Service::Create, &Service::RefuseMalformed, &Service::RefuseProxy, &Service::AnswerException,
      &Service::max_body_bytes);
  Use(&Service::PutApp, &Service::RemoveApp, &Service::SetApps, &Service::FindApp, &Service::Apps,
      &Service::CreateApp, &Service::Names, &Service::SetNames, &Service::Sign, &Service::Target);
  Use(&Service::CheckFilter, &Service::Calls, &Service::FindCall, &Service::CountCalls,
      &Service::WaitForCalls, &Service::ExplainCalls, &Service::ClearCalls,
      &Service::journal_status, &Service::Assumptions);
  Use(&Service::AddFault, &Service::Faults, &Service::FindFault, &Service::RemoveFault,
      &Service::RemoveFaults);
  Use(&Service::Now, &Service::clock, &Service::SetClock, &Service::AdvanceClock, &Service::AppNow,
      &Service::SetAppClock, &Service::AdvanceAppClock, &timock::JournalEntry::query);
  Use(&Service::profile, &Service::SetProfile, &Service::verifies_user_sig,
      &Service::SetVerifyUserSig, &Service::Throttles, &Service::State, &Service::SetState,
      &Service::Reset, &Service::ResetApp, &Service::metrics);
  const auto service = Service::Create().value();
  service->AddFault(timock::FaultPreset("retry-91000").value()).value();
  const auto target = service->Target("im_set_attr_name", 1400000000, "administrator").value();
  const auto answer = service->Handle({.target = target, .body = R"({"AttrNames":{"0":"sex"}})"});
  return answer.body.find("91000") != std::string::npos ? 0 : 1;
}
