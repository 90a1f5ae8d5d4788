#include "cases/bad_signature.h"

#include <algorithm>
#include <string_view>

namespace timock::conformance {
namespace {

/// How often `name`= stands in a query.
int CountOf(std::string_view query, std::string_view name) {
  int count = 0;
  while (!query.empty()) {
    const std::string_view parameter = query.substr(0, query.find('&'));
    if (parameter.substr(0, parameter.find('=')) == name) ++count;
    query.remove_prefix(std::min(parameter.size() + 1, query.size()));
  }
  return count;
}

/// A call that names no app or no caller fails before any account can be told.
bool ChangesCaller(const CaseRequest& request) {
  for (const auto& [name, value] : request.query) {
    if (name == "usersig" && value != "${usersig}" && value != "${usersig_encoded}") return true;
    if (name == "identifier" && value && !value->empty()) return true;
    const bool has_digit =
        value && value->find_first_of("0123456789$") != std::string::npos;  // or a placeholder
    if (name == "sdkappid" && has_digit) return true;
  }
  if (!request.query_text) return false;
  const std::string_view query = *request.query_text;
  return CountOf(query, "usersig") != 1 || CountOf(query, "identifier") > 1 ||
         CountOf(query, "sdkappid") > 1;
}

}  // namespace

bool MayFailAuthentication(const Case& tested) {
  if (!tested.scenario.empty()) return false;
  const CaseRequest& request = tested.request;
  return request.signing || request.identity == "unknown_app" || ChangesCaller(request);
}

bool FiresBadSignatures(const Case& tested) {
  constexpr std::string_view kScenarios[] = {"account.lockout", "order.app_host_and_usersig",
                                             "throttle.position", "throttle.unknown_app",
                                             "usersig.again"};
  return std::find(std::begin(kScenarios), std::end(kScenarios), tested.scenario) !=
         std::end(kScenarios);
}

bool HoldsForNonAdmin(const Case& tested) {
  if (tested.request.identity != "admin" || !tested.expect.code) return false;
  const CodeExpectation& expect = *tested.expect.code;
  if (expect.kind == CodeExpectation::Kind::kSwitch) {
    return std::all_of(expect.switches.begin(), expect.switches.end(),
                       [](const std::string& name) { return name.starts_with("usersig"); });
  }
  return expect.kind != CodeExpectation::Kind::kNot &&
         std::all_of(expect.codes.begin(), expect.codes.end(),
                     [](int code) { return code >= 70'000 && code < 80'000; });
}

}  // namespace timock::conformance
