#include "report/expectation_text.h"

namespace timock::conformance {
namespace {

std::string CodeText(const CodeExpectation& expect, const Held& profile) {
  using Kind = CodeExpectation::Kind;
  if (expect.kind == Kind::kSwitch) {
    const std::string name = expect.switches.front();
    if (!profile) return "as the server's switch " + name + " says";
    return std::to_string(profile->CodeOf(expect.switches)) + " (switch " + name + " of profile " +
           profile->name() + ")";
  }
  std::string codes;
  for (const int code : expect.codes) codes += (codes.empty() ? "" : " or ") + std::to_string(code);
  return (expect.kind == Kind::kNot ? "other than " : "") + codes;
}

void AddText(const std::string& what, const TextExpectation& expect, std::string* text) {
  if (expect.is) *text += ", " + what + " \"" + *expect.is + '"';
  if (expect.contains) *text += ", " + what + " with \"" + *expect.contains + '"';
  if (!expect.switch_name.empty()) *text += ", " + what + " as the switch " + expect.switch_name;
}

}  // namespace

std::string ExpectationText(const Case& one, const Held& profile) {
  if (!one.scenario.empty()) return "as the scenario " + one.scenario + " says";
  const Expectation& expect = one.expect;
  if (expect.malformed) return "HTTP 400 and the end of the connection";
  std::string text = "HTTP " + std::to_string(expect.http_status);
  if (expect.code) text += ", ErrorCode " + CodeText(*expect.code, profile);
  if (expect.action_status) text += ", ActionStatus " + *expect.action_status;
  AddText("ErrorInfo", expect.error_info, &text);
  AddText("Content-Type", expect.content_type, &text);
  AddText("the body", expect.body, &text);
  if (expect.payload) text += ", AttrNames with the slots of the case";
  if (expect.closes) text += *expect.closes ? ", the connection ends" : ", the connection stays";
  if (expect.no_body) text += ", no body";
  if (one.then) text += "; then the stored names as the case says";
  return text;
}

}  // namespace timock::conformance
