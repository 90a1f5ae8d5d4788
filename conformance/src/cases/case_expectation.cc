#include "cases/case_parts.h"
#include "cases/members.h"
#include "cases/placeholders.h"

namespace timock::conformance {
namespace {

using nlohmann::json;

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

void ReadText(Members& members, const std::string& name, TextExpectation* out) {
  const json* value = members.Find(name);
  if (value == nullptr) return;
  Members inner(*value, members.where() + "/" + name);
  inner.Read("is", &out->is);
  inner.Read("contains", &out->contains);
  inner.Read("switch", &out->switch_name);
  inner.Done();
}

/// {"switch": "name"}
std::string ReadSwitch(Members& members, const std::string& name, const json& value) {
  Members inner(value, members.where() + "/" + name);
  auto found = inner.Get<std::string>("switch", inner.Need("switch"));
  inner.Done();
  return found;
}

Aftermath ReadAftermath(const json& value, const std::string& where) {
  if (value == "unchanged") return {.unchanged = true};
  Aftermath aftermath;
  Members members(value, where);
  for (const auto& [slot, name] : value.items()) {
    if (name.is_null()) {
      aftermath.names[slot] = std::nullopt;
    } else {
      aftermath.names[slot] = Filled(members.Get<std::string>(slot, name), {});
    }
  }
  return aftermath;
}

}  // namespace

Expectation ReadExpectation(const json& value, const std::string& where) {
  Members members(value, where);
  Expectation expect;
  members.Read("http_status", &expect.http_status);
  if (const json* code = members.Find("error_code")) expect.code = ReadCode(*code, members);
  if (const json* status = members.Find("action_status")) {
    if (status->is_object()) {
      expect.action_status_switch = ReadSwitch(members, "action_status", *status);
    } else {
      expect.action_status = members.Get<std::string>("action_status", *status);
    }
  }
  if (const json* order = members.Find("key_order")) {
    expect.key_order_switch = ReadSwitch(members, "key_order", *order);
  }
  ReadText(members, "error_info", &expect.error_info);
  ReadText(members, "body", &expect.body);
  ReadText(members, "content_type", &expect.content_type);
  if (const json* payload = members.Find("payload")) {
    Members inner(*payload, where + "/payload");
    expect.payload = ReadAftermath(inner.Need("AttrNames"), where + "/payload/AttrNames").names;
    inner.Done();
  }
  members.Read("closes", &expect.closes);
  members.Read("no_body", &expect.no_body);
  members.Read("envelope", &expect.envelope);
  members.Read("malformed", &expect.malformed);
  members.Done();
  return expect;
}

Then ReadThen(const json& value, const std::string& where) {
  Members members(value, where);
  Then then;
  const auto read = [&](const std::string& member, std::optional<Aftermath>* out) {
    if (const json* found = members.Find(member)) {
      *out = ReadAftermath(*found, where + "/" + member);
    }
  };
  read("names", &then.always);
  read("when_accepted", &then.accepted);
  read("when_refused", &then.refused);
  if (const json* words = members.Find("by_word")) {
    const std::string below = where + "/by_word/";
    for (const auto& [word, names] : words->items()) {
      then.by_word[word] = ReadAftermath(names, below + word);
    }
  }
  members.Done();
  return then;
}

}  // namespace timock::conformance
