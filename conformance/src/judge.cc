#include "judge.h"

#include <algorithm>

namespace timock::conformance {
namespace {

using nlohmann::json;

std::string CodesText(const std::vector<int>& codes) {
  std::string text;
  for (const int code : codes) text += (text.empty() ? "" : " or ") + std::to_string(code);
  return text;
}

void JudgeSwitches(const std::vector<std::string>& switches, int code,
                   const ExpectedProfile& profile, std::vector<std::string>* wrong) {
  int expected = 0;
  std::string names;
  for (const std::string& name : switches) {
    if (expected == 0) expected = profile.CodeOf(name);
    names += (names.empty() ? "" : ", ") + name;
  }
  if (code == expected) return;
  wrong->push_back("ErrorCode is " + std::to_string(code) + ", expected " +
                   std::to_string(expected) + ", as the switch " + names + " of profile " +
                   profile.name() + " says");
}

void JudgeCode(const CodeExpectation& expect, int code,
               const std::optional<ExpectedProfile>& profile, std::vector<std::string>* wrong) {
  using Kind = CodeExpectation::Kind;
  const std::string got = "ErrorCode is " + std::to_string(code);
  switch (expect.kind) {
    case Kind::kIs:
    case Kind::kOneOf:
      if (std::find(expect.codes.begin(), expect.codes.end(), code) == expect.codes.end()) {
        wrong->push_back(got + ", expected " + CodesText(expect.codes));
      }
      return;
    case Kind::kNot:
      if (code == expect.codes.front()) {
        wrong->push_back(got + ", expected any but that");
      }
      return;
    case Kind::kSwitch:
      if (profile) JudgeSwitches(expect.switches, code, *profile, wrong);
      return;
  }
}

void JudgeEnvelope(const Expectation& expect, const Envelope& envelope,
                   const std::optional<ExpectedProfile>& profile, std::vector<std::string>* wrong) {
  if (expect.code) JudgeCode(*expect.code, envelope.error_code, profile, wrong);
  if (expect.action_status && envelope.action_status != *expect.action_status) {
    wrong->push_back("ActionStatus is \"" + envelope.action_status + "\", expected \"" +
                     *expect.action_status + '"');
  }
  if (expect.error_info_is && envelope.error_info != *expect.error_info_is) {
    wrong->push_back("ErrorInfo is \"" + envelope.error_info + "\", expected \"" +
                     *expect.error_info_is + '"');
  }
  if (expect.error_info_contains &&
      envelope.error_info.find(*expect.error_info_contains) == std::string::npos) {
    wrong->push_back("ErrorInfo is \"" + envelope.error_info + "\", expected it to contain \"" +
                     *expect.error_info_contains + '"');
  }
  if (!expect.payload) return;
  for (const auto& [name, value] : expect.payload->items()) {
    const auto found = envelope.members.find(name);
    if (found == envelope.members.end() || *found != value) {
      wrong->push_back("the reply's " + name + " is " +
                       (found == envelope.members.end() ? "absent" : found->dump()) +
                       ", expected " + value.dump());
    }
  }
}

}  // namespace

EnvelopeReading ReadEnvelope(const std::string& body, bool action_status_needed) {
  Envelope envelope;
  envelope.members = json::parse(body, nullptr, false);
  const json& members = envelope.members;
  if (members.is_discarded()) return {{}, "the reply's body is no JSON"};
  if (!members.is_object()) return {{}, "the reply's body is no JSON object"};
  if (!members.contains("ErrorCode") || !members["ErrorCode"].is_number_integer()) {
    return {{}, "the reply has no ErrorCode that is a whole number"};
  }
  if (!members.contains("ErrorInfo") || !members["ErrorInfo"].is_string()) {
    return {{}, "the reply has no ErrorInfo that is a string"};
  }
  envelope.error_code = members["ErrorCode"].get<int>();
  envelope.error_info = members["ErrorInfo"].get<std::string>();
  if (!members.contains("ActionStatus")) {
    if (action_status_needed) return {{}, "the reply has no ActionStatus"};
    return {envelope, ""};
  }
  const json& status = members["ActionStatus"];
  const std::string wanted = envelope.error_code == 0 ? "OK" : "FAIL";
  if (!status.is_string() || status.get<std::string>() != wanted) {
    return {{},
            "ActionStatus is " + status.dump() + ", expected \"" + wanted + "\" beside ErrorCode " +
                std::to_string(envelope.error_code)};
  }
  envelope.action_status = status.get<std::string>();
  return {envelope, ""};
}

std::vector<std::string> Judge(const Expectation& expect, const Reply& reply,
                               const std::optional<ExpectedProfile>& profile) {
  if (reply.status == 0) return {"no HTTP answer: " + reply.failure};
  std::vector<std::string> wrong;
  // P9
  const int status = expect.malformed ? 400 : expect.http_status;
  if (reply.status != status) {
    wrong.push_back("HTTP status is " + std::to_string(reply.status) + ", expected " +
                    std::to_string(status));
  }
  if (expect.closes.value_or(expect.malformed) && !reply.closed) {
    wrong.push_back("the connection stays open, expected it to end with this reply");
  }
  if (expect.closes && !*expect.closes && reply.closed) {
    wrong.push_back("the connection ends with this reply, expected it to stay open");
  }
  if (expect.content_type_contains &&
      reply.HeaderOf("Content-Type").find(*expect.content_type_contains) == std::string::npos) {
    wrong.push_back("Content-Type is \"" + reply.HeaderOf("Content-Type") +
                    "\", expected it to contain \"" + *expect.content_type_contains + '"');
  }
  if (expect.no_body) {
    if (!reply.body.empty()) wrong.push_back("the reply has a body, expected none");
    return wrong;
  }
  if (!expect.envelope || expect.malformed) return wrong;
  const bool needed = !profile || (*profile)["action_status"] == "present";
  const EnvelopeReading reading = ReadEnvelope(reply.body, needed);
  if (!reading.envelope) {
    wrong.push_back(reading.problem);
  } else {
    JudgeEnvelope(expect, *reading.envelope, profile, &wrong);
  }
  return wrong;
}

}  // namespace timock::conformance
