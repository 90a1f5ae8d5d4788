#include "judge/judge.h"

#include <algorithm>
#include <cstdint>
#include <utility>

#include "judge/result.h"
#include "judge/strict_json.h"

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
  const int expected = profile.CodeOf(switches);
  if (code == expected) return;
  std::string names;
  for (const std::string& name : switches) names += (names.empty() ? "" : ", ") + name;
  wrong->push_back("ErrorCode is " + std::to_string(code) + ", expected " +
                   std::to_string(expected) + ", as the switch " + names + " of profile " +
                   profile.name() + " says");
}

void JudgeCode(const CodeExpectation& expect, int code, const Held& profile,
               std::vector<std::string>* wrong) {
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
        wrong->push_back(got + ", expected any other code");
      }
      return;
    case Kind::kSwitch:
      if (profile) JudgeSwitches(expect.switches, code, *profile, wrong);
      return;
  }
}

void JudgeText(const std::string& what, const TextExpectation& expect, const std::string& text,
               const Held& profile, std::vector<std::string>* wrong) {
  std::optional<std::string> is = expect.is;
  if (!expect.switch_name.empty() && profile) is = profile->WordOf(expect.switch_name);
  const bool none = expect.switch_name == "content_type" && is == "none";  // no such header
  if (none) is = "";
  if (is && text != *is) {
    wrong->push_back(what + " is \"" + text + "\", expected \"" + *is + '"');
  }
  if (expect.contains && text.find(*expect.contains) == std::string::npos) {
    wrong->push_back(what + " is \"" + text + "\", expected it to contain \"" + *expect.contains +
                     '"');
  }
}

void JudgeActionStatus(const Expectation& expect, const Envelope& envelope, const Held& profile,
                       std::vector<std::string>* wrong) {
  const std::string& status = envelope.action_status;
  if (expect.action_status && status != *expect.action_status) {
    wrong->push_back(
        (status.empty() ? "the reply has no ActionStatus" : "ActionStatus is \"" + status + '"') +
        ", expected \"" + *expect.action_status + '"');
  }
  if (expect.action_status_switch.empty() || !profile) return;
  const std::string word = profile->WordOf(expect.action_status_switch);
  if (status.empty() != (word == "absent")) {
    wrong->push_back(std::string("ActionStatus is ") + (status.empty() ? "absent" : "present") +
                     ", expected " + word + ", as the switch " + expect.action_status_switch +
                     " of profile " + profile->name() + " says");
  }
}

/// P3
void JudgeKeyOrder(const std::string& switch_name, int code, const std::string& body,
                   const ExpectedProfile& profile, std::vector<std::string>* wrong) {
  const std::string word = profile.WordOf(switch_name);
  const bool early_layer = code >= 60'000 && code < 80'000;
  const bool code_first = word == "error_code_first" || (word == "by_layer" && early_layer);
  const bool is_first = body.find("\"ErrorCode\"") < body.find("\"ErrorInfo\"");
  if (is_first == code_first) return;
  wrong->push_back(std::string(is_first ? "ErrorCode" : "ErrorInfo") +
                   " stands first, expected the reverse, as the switch " + switch_name +
                   " of profile " + profile.name() + " says");
}

void JudgePayload(const SlotNames& expect, const json& members, std::vector<std::string>* wrong) {
  const auto names = members.find("AttrNames");
  if (names == members.end() || !names->is_object()) {
    wrong->push_back("the reply has no AttrNames that is an object");
    return;
  }
  for (const auto& [slot, name] : expect) {
    const auto found = names->find(slot);
    const bool right = found == names->end() ? !name : name && *found == *name;
    if (!right) {
      wrong->push_back("slot " + slot + " of AttrNames is " +
                       (found == names->end() ? "absent" : found->dump()) + ", expected " +
                       (name ? json(*name).dump() : "none"));
    }
  }
}

void JudgeEnvelope(const Expectation& expect, const Envelope& envelope, const std::string& body,
                   const Held& profile, std::vector<std::string>* wrong) {
  if (expect.code) JudgeCode(*expect.code, envelope.error_code, profile, wrong);
  JudgeActionStatus(expect, envelope, profile, wrong);
  JudgeText("ErrorInfo", expect.error_info, envelope.error_info, profile, wrong);
  if (!expect.key_order_switch.empty() && profile) {
    JudgeKeyOrder(expect.key_order_switch, envelope.error_code, body, *profile, wrong);
  }
  if (expect.payload) JudgePayload(*expect.payload, envelope.members, wrong);
}

void JudgeConnection(const Expectation& expect, const Reply& reply,
                     std::vector<std::string>* wrong) {
  if (expect.closes.value_or(expect.malformed) && !reply.closed) {
    wrong->push_back("the connection stays open, expected it to end with this reply");
  }
  if (expect.closes && !*expect.closes && reply.closed) {
    wrong->push_back("the connection ends with this reply, expected it to stay open");
  }
  if (reply.closed_unannounced && expect.closes.value_or(false)) {
    wrong->push_back("the connection ended without Connection: close on its last reply");
  }
}

}  // namespace

EnvelopeReading ReadEnvelope(const std::string& body) {
  StrictJson text = ReadStrictJson(body);
  if (!text.problem.empty()) return {{}, "the reply's body is not right: it " + text.problem};
  if (!text.value.is_object()) return {{}, "the reply's body is no JSON object"};
  Envelope envelope;
  envelope.members = std::move(text.value);
  const json& members = envelope.members;
  if (!members.contains("ErrorCode") || !members["ErrorCode"].is_number_integer()) {
    return {{}, "the reply has no ErrorCode that is a whole number"};
  }
  if (!members.contains("ErrorInfo") || !members["ErrorInfo"].is_string()) {
    return {{}, "the reply has no ErrorInfo that is a string"};
  }
  const auto code = members["ErrorCode"].get<std::int64_t>();
  if (code != static_cast<std::int32_t>(code)) {
    return {{}, "ErrorCode is " + std::to_string(code) + ", which is beyond 32 bits"};
  }
  envelope.error_code = static_cast<int>(code);
  envelope.error_info = members["ErrorInfo"].get<std::string>();
  if (!members.contains("ActionStatus")) return {std::move(envelope), ""};
  const json& status = members["ActionStatus"];
  const std::string wanted = envelope.error_code == 0 ? "OK" : "FAIL";
  if (!status.is_string() || status.get<std::string>() != wanted) {
    return {{},
            "ActionStatus is " + status.dump() + ", expected \"" + wanted + "\" beside ErrorCode " +
                std::to_string(envelope.error_code)};
  }
  envelope.action_status = status.get<std::string>();
  return {std::move(envelope), ""};
}

std::vector<std::string> JudgeAnyReply(const Reply& reply, const Held& profile) {
  if (reply.status == 0) return {"no HTTP answer: " + reply.failure};
  std::vector<std::string> wrong;
  if (reply.status != 200) {
    wrong.push_back("HTTP status is " + std::to_string(reply.status) + ", expected 200");
  }
  if (reply.closed_unannounced) {
    wrong.emplace_back("the connection ended without Connection: close on its last reply");
  }
  if (profile) {
    const TextExpectation type{.switch_name = "content_type"};
    JudgeText("Content-Type", type, reply.HeaderOf("Content-Type"), profile, &wrong);
  }
  const EnvelopeReading reading = ReadEnvelope(reply.body);
  if (!reading.envelope) {
    wrong.push_back(reading.problem);
    return wrong;
  }
  if (!profile) return wrong;
  const Expectation any{.action_status_switch = "action_status"};
  JudgeActionStatus(any, *reading.envelope, profile, &wrong);
  JudgeKeyOrder("key_order", reading.envelope->error_code, reply.body, *profile, &wrong);
  return wrong;
}

std::vector<std::string> Judge(const Expectation& expect, const Reply& reply, const Held& profile) {
  if (reply.status == 0) return {"no HTTP answer: " + reply.failure};
  std::vector<std::string> wrong;
  // P9
  const int status = expect.malformed ? 400 : expect.http_status;
  if (reply.status != status) {
    wrong.push_back("HTTP status is " + std::to_string(reply.status) + ", expected " +
                    std::to_string(status));
  }
  JudgeConnection(expect, reply, &wrong);
  JudgeText("Content-Type", expect.content_type, reply.HeaderOf("Content-Type"), profile, &wrong);
  JudgeText("the body", expect.body, reply.body, profile, &wrong);
  if (expect.no_body) {
    if (!reply.body.empty()) wrong.push_back("the reply has a body, expected none");
    return wrong;
  }
  if (!expect.envelope || expect.malformed) return wrong;
  const EnvelopeReading reading = ReadEnvelope(reply.body);
  if (!reading.envelope) {
    wrong.push_back(reading.problem);
  } else {
    JudgeEnvelope(expect, *reading.envelope, reply.body, profile, &wrong);
  }
  return wrong;
}

std::string VerdictName(Verdict verdict) {
  constexpr const char* kNames[kVerdicts] = {"passed", "failed", "known failing", "undetermined",
                                             "skipped"};
  return kNames[static_cast<std::size_t>(verdict)];
}

}  // namespace timock::conformance
