#include "cases/case.h"

#include <algorithm>

#include "cases/case_parts.h"
#include "cases/members.h"
#include "wire/config_error.h"

namespace timock::conformance {
namespace {

using nlohmann::json;

/// A string alone names a source that needs no more words; a switch alone is one of the contract.
void ReadSource(const json& value, const std::vector<PageSentence>& page, const std::string& where,
                Case* one) {
  if (value.is_string()) {
    one->source_doc = value.get<std::string>();
  } else {
    Members source(value, where);
    one->source_doc = "contract";
    source.Read("switch", &one->source_switch);
    if (one->source_switch.empty()) {
      one->source_doc = source.Get<std::string>("doc", source.Need("doc"));
      one->source_quote = source.Get<std::string>("quote", source.Need("quote"));
      source.Read("in_english", &one->source_english);
    }
    source.Done();
  }
  const std::optional<Level> level = LevelOf(one->source_doc);
  if (!level) {
    throw ConfigError(where + ": " + one->source_doc +
                      " is not a source; expected seed-NN, a page like 1047/34620, "
                      "\"public answers\", \"client NAME\", \"contract\" or a switch");
  }
  one->level = *level;
  if (one->level != Level::kDocumented) return;
  const auto sentence = std::find_if(page.begin(), page.end(), [&](const PageSentence& known) {
    return known.id == one->source_doc;
  });
  if (sentence == page.end()) {
    throw ConfigError(where + ": register.json has no sentence " + one->source_doc);
  }
  one->source_quote = sentence->quote;
  one->covers.insert(one->source_doc);
}

Case ReadCase(const json& value, const std::string& rule, const std::vector<PageSentence>& page,
              const std::string& where) {
  Members members(value, where);
  Case one;
  one.rule = rule;
  one.id = members.Get<std::string>("id", members.Need("id"));
  one.title = members.Get<std::string>("title", members.Need("title"));
  ReadSource(members.Need("source"), page, where + "/source", &one);
  if (const json* covers = members.Find("covers")) {
    one.covers.merge(members.Get<std::set<std::string>>("covers", *covers));
  }
  members.Read("needs", &one.needs);
  members.Read("kills", &one.kills);
  members.Read("yields_to", &one.yields_to);
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
  one.needs.merge(DerivedNeeds(one));
  one.writes = DerivedWrites(one);
  members.Read("writes", &one.writes);
  members.Done();
  return one;
}

/// `value` with the members that it does not have taken from the defaults of its file. A body, in
/// whatever form, takes the place of the default one.
json WithDefaults(json value, const json& defaults) {
  if (defaults.contains("source") && !value.contains("source")) {
    value["source"] = defaults["source"];
  }
  if (!defaults.contains("request") || !value.contains("request")) return value;
  json& request = value["request"];
  if (!request.is_object()) return value;
  for (const auto& [name, inner] : defaults["request"].items()) {
    if (name == "body" && HasBody(request)) continue;
    if (!request.contains(name)) request[name] = inner;
  }
  return value;
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

/// "name_of_51_bytes" as "name of 51 bytes".
std::string InWords(std::string name) {
  std::replace(name.begin(), name.end(), '_', ' ');
  return name;
}

std::string PageAddress(const Case& one) {
  constexpr std::string_view kChinese = "zh/";
  const std::string& doc = one.source_doc;
  const std::string international = "https://www.tencentcloud.com/";
  if (doc.starts_with(kChinese)) {
    return international + "zh/document/product/" + doc.substr(kChinese.size());
  }
  if (doc.find_first_of("0123456789") != 0) return doc;
  // Other pages in Chinese are not on the international site.
  return (one.source_english.empty() ? international : "https://cloud.tencent.com/") +
         "document/product/" + doc;
}

}  // namespace

std::string Case::SourceText() const {
  switch (level) {
    case Level::kDocumented:
      return "the endpoint's page says";
    case Level::kElsewhere:
      return "another page of the vendor, " + PageAddress(*this) + ", says";
    case Level::kObserved:
      return "an answer of the service that is public shows it";
    case Level::kClient:
      return "a client relies on it: " + source_doc.substr(source_doc.find(' ') + 1);
    case Level::kUndetermined:
      break;
  }
  if (!source_switch.empty()) return "our contract leaves it to the switch " + source_switch;
  return "our contract, mockserver/docs/PROTOCOL.md, says";
}

std::string LevelName(Level level) {
  switch (level) {
    case Level::kDocumented:
      return "documented";
    case Level::kElsewhere:
      return "elsewhere";
    case Level::kObserved:
      return "observed";
    case Level::kClient:
      return "client";
    case Level::kUndetermined:
      break;
  }
  return "undetermined";
}

std::string LevelMeaning(Level level) {
  constexpr const char* kMeanings[] = {
      "the endpoint's own page says it", "another page of the vendor says it",
      "a public answer of the real service shows it",
      "a known client relies on it; a live server never fails over it",
      "nothing public says it: our contract, or a switch of the profile"};
  return kMeanings[static_cast<std::size_t>(level)];
}

std::vector<Case> ReadCases(const std::string& file_name, std::string_view text,
                            const std::vector<PageSentence>& page) {
  json document;
  try {
    document = json::parse(text);
  } catch (const json::exception& error) {
    throw ConfigError(file_name + ": " + error.what());
  }
  Members members(document, file_name);
  const auto rule = members.Get<std::string>("rule", members.Need("rule"));
  const auto about = members.Get<std::string>("about", members.Need("about"));
  const json* const found = members.Find("defaults");
  const json defaults = found == nullptr ? json::object() : *found;
  Members known(defaults, file_name + ": defaults");
  known.Find("source");
  known.Find("request");
  known.Done();
  std::vector<Case> cases;
  for (const json& written : members.Need("cases")) {
    const std::string where =
        file_name + ": " + (written.contains("id") ? written["id"].dump() : "case without id");
    const json value = WithDefaults(written, defaults);
    if (!value.contains("params")) {
      cases.push_back(ReadCase(value, rule, page, where));
      cases.back().entry = cases.back().id;
      continue;
    }
    for (const json& parameters : value["params"]) {
      if (!parameters.contains("name")) {
        throw ConfigError(where + "/params: an entry lacks its name");
      }
      const auto name = parameters["name"].get<std::string>();
      Case one = ReadCase(WithParameters(value, parameters), rule, page, where);
      one.entry = one.id;
      one.id += "_" + name;
      one.title += ": " + parameters.value("title", InWords(name));
      cases.push_back(std::move(one));
    }
  }
  members.Done();
  for (Case& one : cases) one.rule_title = about;
  if (cases.empty()) throw ConfigError(file_name + ": holds no case");
  return cases;
}

}  // namespace timock::conformance
