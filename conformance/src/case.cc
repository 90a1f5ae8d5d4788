#include "case.h"

#include <algorithm>
#include <functional>

#include "encoding.h"

namespace timock::conformance {
namespace {

using nlohmann::json;

/// Reads the members of one JSON object, and refuses those that nobody asked for.
class Members {
 public:
  Members(const json& object, std::string where) : object_(object), where_(std::move(where)) {
    if (!object.is_object()) Fail("expected an object");
    for (const auto& [name, value] : object.items()) left_.push_back(name);
  }

  /// The member, or null when there is none.
  const json* Find(const std::string& name) {
    std::erase(left_, name);
    const auto found = object_.find(name);
    return found == object_.end() ? nullptr : &*found;
  }
  const json& Need(const std::string& name) {
    const json* found = Find(name);
    if (found == nullptr) Fail("lacks the member " + name);
    return *found;
  }
  template <typename T>
  void Read(const std::string& name, T* out) {
    if (const json* found = Find(name)) *out = Get<T>(name, *found);
  }
  template <typename T>
  void Read(const std::string& name, std::optional<T>* out) {
    if (const json* found = Find(name)) *out = Get<T>(name, *found);
  }
  template <typename T>
  T Get(const std::string& name, const json& value) const {
    try {
      return value.get<T>();
    } catch (const json::exception&) {
      Fail("member " + name + " has a wrong type: " + value.dump());
    }
  }
  void Done() const {
    if (!left_.empty()) Fail("unknown member " + left_.front());
  }
  [[noreturn]] void Fail(const std::string& what) const { throw CaseError(where_ + ": " + what); }
  const std::string& where() const { return where_; }

 private:
  const json& object_;
  std::string where_;
  std::vector<std::string> left_;
};

Level ReadLevel(Members& members) {
  const auto name = members.Get<std::string>("level", members.Need("level"));
  for (const Level level :
       {Level::kDocumented, Level::kElsewhere, Level::kObserved, Level::kUndetermined}) {
    if (name == LevelName(level)) return level;
  }
  members.Fail("level is " + name + "; expected documented, elsewhere, observed or undetermined");
}

Signing ReadSigning(const json& value, const std::string& where) {
  Members members(value, where);
  Signing signing;
  members.Read("identifier", &signing.identifier);
  members.Read("sdkappid", &signing.sdkappid);
  members.Read("issued_s_ago", &signing.issued_s_ago);
  members.Read("expire_s", &signing.expire_s);
  members.Read("userbuf", &signing.userbuf);
  members.Read("text", &signing.text);
  members.Read("json", &signing.json);
  std::string key = "own";
  members.Read("key", &key);
  if (key == "wrong") {
    signing.key = Signing::Key::kWrong;
  } else if (key == "hex_decoded") {
    signing.key = Signing::Key::kHexDecoded;
  } else if (key != "own") {
    members.Fail("key is " + key + "; expected own, wrong or hex_decoded");
  }
  members.Done();
  return signing;
}

void ReadQuery(Members& members, CaseRequest* request) {
  const json* query = members.Find("query");
  if (query == nullptr) return;
  for (const auto& [name, value] : query->items()) {
    if (value.is_null()) {
      request->query.emplace_back(name, std::nullopt);
    } else {
      request->query.emplace_back(name, members.Get<std::string>("query/" + name, value));
    }
  }
}

/// At most one of the forms that a body, or a whole message, can have.
void ReadBytes(Members& members, CaseRequest* request) {
  int forms = 0;
  const auto form = [&](const std::string& name) {
    const json* found = members.Find(name);
    if (found != nullptr && ++forms > 1) members.Fail("has more than one form of the body");
    return found;
  };
  const auto decoded = [&](const std::string& name, const json& value) {
    const std::optional<std::string> bytes = DecodeBase64(members.Get<std::string>(name, value));
    if (!bytes) members.Fail("member " + name + " is no base64");
    return *bytes;
  };
  request->body = request->command == "im_set_attr_name" ? R"({"AttrNames":{"0":"sex"}})" : "{}";
  if (const json* value = form("body")) request->body = value->dump();
  if (const json* value = form("body_text")) {
    request->body = members.Get<std::string>("body_text", *value);
  }
  if (const json* value = form("body_base64")) request->body = decoded("body_base64", *value);
  if (const json* value = form("raw_text")) {
    request->raw = members.Get<std::string>("raw_text", *value);
  }
  if (const json* value = form("raw_base64")) request->raw = decoded("raw_base64", *value);
}

CaseRequest ReadRequest(const json& value, const std::string& where) {
  Members members(value, where);
  CaseRequest request;
  members.Read("command", &request.command);
  members.Read("method", &request.method);
  members.Read("identity", &request.identity);
  members.Read("path", &request.path);
  members.Read("query_text", &request.query_text);
  ReadQuery(members, &request);
  members.Read("headers", &request.headers);
  ReadBytes(members, &request);
  if (const json* signing = members.Find("usersig")) {
    request.signing = ReadSigning(*signing, where + "/usersig");
  }
  members.Done();
  return request;
}

CodeExpectation ReadCode(const json& value, Members& members) {
  using Kind = CodeExpectation::Kind;
  const std::string name = "error_code";
  if (!value.is_object()) return {Kind::kIs, {members.Get<int>(name, value)}};
  Members inner(value, members.where() + "/error_code");
  CodeExpectation code;
  if (const json* other = inner.Find("not")) {
    code = {Kind::kNot, {inner.Get<int>("not", *other)}};
  } else if (const json* several = inner.Find("one_of")) {
    code = {Kind::kOneOf, inner.Get<std::vector<int>>("one_of", *several)};
  } else {
    const json& which = inner.Need("switch");
    code = {Kind::kSwitch, {}};
    if (which.is_array()) {
      code.switches = inner.Get<std::vector<std::string>>("switch", which);
    } else {
      code.switches = {inner.Get<std::string>("switch", which)};
    }
  }
  inner.Done();
  return code;
}

Expectation ReadExpectation(const json& value, const std::string& where) {
  Members members(value, where);
  Expectation expect;
  members.Read("http_status", &expect.http_status);
  if (const json* code = members.Find("error_code")) expect.code = ReadCode(*code, members);
  members.Read("action_status", &expect.action_status);
  if (const json* info = members.Find("error_info")) {
    Members inner(*info, where + "/error_info");
    inner.Read("is", &expect.error_info_is);
    inner.Read("contains", &expect.error_info_contains);
    inner.Done();
  }
  if (const json* type = members.Find("content_type")) {
    Members inner(*type, where + "/content_type");
    inner.Read("contains", &expect.content_type_contains);
    inner.Done();
  }
  members.Read("payload", &expect.payload);
  members.Read("closes", &expect.closes);
  members.Read("no_body", &expect.no_body);
  members.Read("envelope", &expect.envelope);
  members.Read("malformed", &expect.malformed);
  members.Done();
  return expect;
}

Aftermath ReadAftermath(const json& value, const std::string& where) {
  if (value == "unchanged") return {.unchanged = true};
  Members members(value, where);
  for (const auto& [slot, name] : value.items()) members.Find(slot);
  return {.names = members.Get<std::map<std::string, std::string>>("names", value)};
}

std::map<std::string, Aftermath> ReadThen(const json& value, const std::string& where) {
  Members members(value, where);
  std::map<std::string, Aftermath> then;
  const auto read = [&](const std::string& member, const std::string& key) {
    if (const json* found = members.Find(member)) {
      then[key] = ReadAftermath(*found, where + "/" + member);
    }
  };
  read("names", "");
  read("when_accepted", "accepted");
  read("when_refused", "refused");
  if (const json* words = members.Find("by_word")) {
    for (const auto& [word, names] : words->items()) {
      then[word == "code" ? "refused" : word] = ReadAftermath(names, where + "/by_word/" + word);
    }
  }
  members.Done();
  return then;
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

/// Calls `change` on every string below `value`.
void ForEachString(json& value, const std::function<void(std::string&)>& change) {
  if (value.is_string()) {
    change(value.get_ref<std::string&>());
  } else if (value.is_structured()) {
    for (json& inner : value) ForEachString(inner, change);
  }
}

/// `pattern` with each `${name}` replaced by the parameter of that name. A string that is nothing
/// but one parameter takes the parameter's own type.
json WithParameters(json pattern, const json& parameters) {
  if (pattern.is_structured()) {
    for (json& inner : pattern) inner = WithParameters(inner, parameters);
    return pattern;
  }
  if (!pattern.is_string()) return pattern;
  auto text = pattern.get<std::string>();
  for (const auto& [name, value] : parameters.items()) {
    const std::string mark = "${" + name + "}";
    if (text == mark) return value;
    const std::string plain = value.is_string() ? value.get<std::string>() : value.dump();
    for (std::size_t at = text.find(mark); at != std::string::npos;
         at = text.find(mark, at + plain.size())) {
      text.replace(at, mark.size(), plain);
    }
  }
  return text;
}

}  // namespace

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
    throw CaseError(file_name + ": " + error.what());
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
      continue;
    }
    for (const json& parameters : *params) {
      json expanded = WithParameters(value, parameters);
      if (!parameters.contains("name")) throw CaseError(where + "/params: an entry lacks its name");
      expanded["id"] = value["id"].get<std::string>() + "_" + parameters["name"].get<std::string>();
      cases.push_back(ReadCase(expanded, rule, where));
    }
  }
  members.Done();
  if (cases.empty()) throw CaseError(file_name + ": holds no case");
  return cases;
}

}  // namespace timock::conformance
