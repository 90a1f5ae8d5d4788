#include "cases/case.h"

#include "cases/case_parts.h"
#include "cases/members.h"
#include "wire/config_error.h"

namespace timock::conformance {
namespace {

using nlohmann::json;

Level ReadLevel(Members& members) {
  const auto name = members.Get<std::string>("level", members.Need("level"));
  for (const Level level :
       {Level::kDocumented, Level::kElsewhere, Level::kObserved, Level::kUndetermined}) {
    if (name == LevelName(level)) return level;
  }
  members.Fail("level is " + name + "; expected documented, elsewhere, observed or undetermined");
}

Case ReadCase(const json& value, const std::string& rule, const std::string& where) {
  Members members(value, where);
  Case one;
  one.rule = rule;
  one.id = members.Get<std::string>("id", members.Need("id"));
  one.title = members.Get<std::string>("title", members.Need("title"));
  one.since = members.Get<std::string>("since", members.Need("since"));
  one.level = ReadLevel(members);
  Members source(members.Need("source"), where + "/source");
  one.source_doc = source.Get<std::string>("doc", source.Need("doc"));
  source.Read("quote", &one.source_quote);
  source.Read("in_english", &one.source_english);
  source.Read("switch", &one.source_switch);
  source.Done();
  members.Read("needs", &one.needs);
  members.Read("writes", &one.writes);
  members.Read("kills", &one.kills);
  members.Find("params");
  if (const json* before = members.Find("before")) {
    for (const json& request : *before) {
      one.before.push_back(ReadRequest(request, where + "/before"));
    }
  }
  members.Read("scenario", &one.scenario);
  if (one.scenario.empty()) {
    one.request = ReadRequest(members.Need("request"), where + "/request");
    one.expect = ReadExpectation(members.Need("expect"), where + "/expect");
  }
  if (const json* then = members.Find("then")) one.then = ReadThen(*then, where + "/then");
  members.Done();
  return one;
}

std::string WithParametersIn(std::string text, const json& parameters) {
  for (const auto& [name, value] : parameters.items()) {
    const std::string mark = "${" + name + "}";
    const std::string plain = value.is_string() ? value.get<std::string>() : value.dump();
    for (std::size_t at = text.find(mark); at != std::string::npos;
         at = text.find(mark, at + plain.size())) {
      text.replace(at, mark.size(), plain);
    }
  }
  return text;
}

/// `pattern` with each `${name}` replaced by the parameter of that name, in keys too. A string that
/// is nothing but one parameter takes the parameter's own type.
json WithParameters(const json& pattern, const json& parameters) {
  if (pattern.is_object()) {
    json out = json::object();
    for (const auto& [key, inner] : pattern.items()) {
      out[WithParametersIn(key, parameters)] = WithParameters(inner, parameters);
    }
    return out;
  }
  if (pattern.is_array()) {
    json out = json::array();
    for (const json& inner : pattern) out.push_back(WithParameters(inner, parameters));
    return out;
  }
  if (!pattern.is_string()) return pattern;
  const auto text = pattern.get<std::string>();
  for (const auto& [name, value] : parameters.items()) {
    if (text == "${" + name + "}") return value;
  }
  return WithParametersIn(text, parameters);
}

}  // namespace

std::string Case::SourceText() const {
  if (source_doc == "seed") return "the endpoint's page";
  if (source_doc == "contract") return "our contract, mockserver/docs/PROTOCOL.md";
  if (source_doc.front() >= '0' && source_doc.front() <= '9') {
    // The pages of the one in Chinese are not on the international site.
    const bool chinese = !source_english.empty();
    return (chinese ? "https://cloud.tencent.com/document/product/"
                    : "https://www.tencentcloud.com/document/product/") +
           source_doc;
  }
  return source_doc;
}

std::string LevelName(Level level) {
  switch (level) {
    case Level::kDocumented:
      return "documented";
    case Level::kElsewhere:
      return "elsewhere";
    case Level::kObserved:
      return "observed";
    case Level::kUndetermined:
      break;
  }
  return "undetermined";
}

std::vector<Case> ReadCases(const std::string& file_name, std::string_view text) {
  json document;
  try {
    document = json::parse(text);
  } catch (const json::exception& error) {
    throw ConfigError(file_name + ": " + error.what());
  }
  Members members(document, file_name);
  const auto rule = members.Get<std::string>("rule", members.Need("rule"));
  members.Need("about");
  std::vector<Case> cases;
  for (const json& value : members.Need("cases")) {
    const std::string where =
        file_name + ": " + (value.contains("id") ? value["id"].dump() : "case without id");
    const json* params = value.contains("params") ? &value["params"] : nullptr;
    if (params == nullptr) {
      cases.push_back(ReadCase(value, rule, where));
      cases.back().entry = cases.back().id;
      continue;
    }
    for (const json& parameters : *params) {
      json expanded = WithParameters(value, parameters);
      if (!parameters.contains("name"))
        throw ConfigError(where + "/params: an entry lacks its name");
      expanded["id"] = value["id"].get<std::string>() + "_" + parameters["name"].get<std::string>();
      cases.push_back(ReadCase(expanded, rule, where));
      cases.back().entry = value["id"].get<std::string>();
    }
  }
  members.Done();
  if (cases.empty()) throw ConfigError(file_name + ": holds no case");
  return cases;
}

}  // namespace timock::conformance
