#include "calls/call.h"

#include <utility>

#include "text/redact.h"

namespace timock {

const Endpoint* FindEndpoint(std::span<const Endpoint> endpoints, std::string_view command) {
  for (const Endpoint& endpoint : endpoints) {
    if (endpoint.command == command) return &endpoint;
  }
  return nullptr;
}

bool Call::Refuse(Switch which, const std::string& detail, std::string remedy) {
  const SwitchValue& value = SwitchOf(which);
  DependOn(which);
  if (value.word == Word::kCode) {
    return RefuseWith(SwitchName(which), value.code, detail, std::move(remedy));
  }
  Note(SwitchName(which), detail, std::move(remedy));
  return false;
}

bool Call::RefuseWith(std::string_view rule_name, int with_code, const std::string& detail,
                      std::string remedy) {
  rule = rule_name;
  code = with_code;
  // Its own reason stands first.
  diagnoses.insert(diagnoses.begin(),
                   {std::string(rule_name), Redacted(detail), std::move(remedy)});
  return true;
}

void Call::Note(std::string_view name, const std::string& detail, std::string remedy) {
  diagnoses.push_back({std::string(name), Redacted(detail), std::move(remedy)});
}

}  // namespace timock
