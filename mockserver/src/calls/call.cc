#include "calls/call.h"

#include <algorithm>
#include <utility>

#include "text/redact.h"

namespace timock {

Call ParseCall(const HttpRequestView& request, const CallSettings& settings, const Moment& at) {
  Call call{.request = request, .settings = settings, .at = at};
  call.target = SplitTarget(request.target);
  call.query = ReadQuery(call.target.query);
  call.command = CommandOf(call.target.path);
  const auto served =
      std::find_if(settings.endpoints.begin(), settings.endpoints.end(),
                   [&](const Endpoint& endpoint) { return endpoint.command == call.command; });
  if (served != settings.endpoints.end()) call.endpoint = &*served;
  call.sdkappid = ReadUint32(DecodedValue(call.query[Parameter::kSdkappid]).text());
  const std::string_view identifier = call.query[Parameter::kIdentifier];
  call.caller.identifier = DecodedValue(identifier).text();
  if (identifier.find('+') != std::string_view::npos) {
    call.caller.spaced = DecodedValue(identifier, Plus::kIsSpace).text();
  }
  return call;
}

void Decision::Note(std::string_view name, const std::string& detail, std::string remedy) {
  diagnoses.push_back({std::string(name), Redacted(detail), std::move(remedy)});
}

std::optional<Refusal> Decision::JudgeFinding(Finding finding) {
  DependOn(finding.which);
  const SwitchValue& value = profile[finding.which];
  const std::optional<int> with =
      value.word == Word::kCode ? value.code : finding.code_without_switch;
  std::optional<Refusal> refusal;
  if (with) {
    refusal = Refuse(SwitchName(finding.which), *with, finding.detail, finding.remedy);
    error_info = FilledErrorInfo(profile, *with, finding.values);
  } else if (!finding.silent) {
    Note(SwitchName(finding.which), finding.detail, std::move(finding.remedy));
  }
  for (Diagnosis& note : finding.notes) Note(note.name, note.detail, std::move(note.remedy));
  return refusal;
}

Refusal Decision::Refuse(std::string_view by, int with_code, const std::string& detail,
                         std::string remedy) {
  // The reason of the refusal comes first, before what was noted on the way.
  diagnoses.insert(diagnoses.begin(), {std::string(by), Redacted(detail), std::move(remedy)});
  return {by, with_code};
}

}  // namespace timock
