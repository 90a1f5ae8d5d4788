#include <algorithm>
#include <array>
#include <string_view>

#include "cases/case_parts.h"
#include "cases/embedded_fixture.h"

namespace timock::conformance {
namespace {

/// Scenarios whose names begin alike need and do the same.
struct Family {
  std::string_view name;
  std::string_view need;
  bool writes;
};
constexpr std::array<Family, 6> kFamilies = {{{"app", "apps", true},
                                              {"state", "read_back", true},
                                              {"throttle", "exceed_rate", true},
                                              {"region", "region", false},
                                              {"fault", "faults", false},
                                              {"connection", "connection", false}}};

const Family* FamilyOf(std::string_view scenario) {
  const std::string_view name = scenario.substr(0, scenario.find('.'));
  const auto* const found = std::find_if(kFamilies.begin(), kFamilies.end(),
                                         [&](const Family& family) { return family.name == name; });
  return found == kFamilies.end() ? nullptr : found;
}

/// Whether the command that `path` ends with changes anything, whatever the service before it, by
/// fixtures/commands.json.
bool Stores(const std::string& path) {
  static const auto file = nlohmann::json::parse(EmbeddedFixture("commands.json"));
  const auto& rows = file.at("commands");
  return std::any_of(rows.begin(), rows.end(), [&](const nlohmann::json& row) {
    const auto command = row.at("command").get<std::string>();
    return row.contains("stores") && !row["stores"].empty() &&
           path.ends_with(command.substr(command.find('/')));
  });
}

bool MayStore(const CaseRequest& request) {
  const std::string path = request.path.value_or("/" + request.command);
  const bool has_input = request.raw || (!request.body.empty() && request.body != "{}");
  return has_input && Stores(path);
}

void AddNeeds(const CaseRequest& request, bool malformed, std::set<std::string>* needs) {
  if (request.identity == "non_admin" || request.identity == "second_app") {
    needs->insert(request.identity);
  }
  if (request.identity == "unknown_app") needs->insert("sign");
  if (request.signing && !request.signing->text) needs->insert("sign");
  if (request.signing && request.signing->key == "second_app") needs->insert("second_app");
  if (request.raw) needs->insert(malformed ? "malformed" : "connection");
}

}  // namespace

std::optional<Level> LevelOf(const std::string& source_doc) {
  if (source_doc.starts_with("seed-")) return Level::kDocumented;
  if (source_doc.starts_with("zh/") || source_doc.starts_with("trtc/") ||
      source_doc.find_first_of("0123456789") == 0) {
    return Level::kElsewhere;
  }
  if (source_doc == "public answers") return Level::kObserved;
  if (source_doc.starts_with("client ")) return Level::kClient;
  if (source_doc == "contract") return Level::kUndetermined;
  return {};
}

std::set<std::string> DerivedNeeds(const Case& one) {
  std::set<std::string> needs;
  if (!one.scenario.empty()) {
    if (const Family* family = FamilyOf(one.scenario)) needs.emplace(family->need);
    return needs;
  }
  if (one.then) needs.insert("read_back");
  for (const CaseRequest& request : one.before) AddNeeds(request, one.expect.malformed, &needs);
  AddNeeds(one.request, one.expect.malformed, &needs);
  return needs;
}

bool DerivedWrites(const Case& one) {
  if (!one.scenario.empty()) {
    const Family* const family = FamilyOf(one.scenario);
    return family != nullptr && family->writes;
  }
  return MayStore(one.request) || std::any_of(one.before.begin(), one.before.end(), MayStore);
}

}  // namespace timock::conformance
