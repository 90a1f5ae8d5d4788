#include <algorithm>

#include "cases/case_parts.h"
#include "cases/members.h"
#include "wire/encoding.h"

namespace timock::conformance {
namespace {

using nlohmann::json;

/// The forms that a body, or a whole message, can have.
constexpr const char* kForms[] = {"body",        "names",     "body_text",
                                  "body_base64", "raw_lines", "raw_base64"};
constexpr const char* kKeys[] = {"own", "wrong", "hex_decoded", "second_app"};
constexpr const char* kPacks[] = {"",
                                  "stored",
                                  "spaced",
                                  "unpadded",
                                  "standard_alphabet",
                                  "url_safe_alphabet",
                                  "trailing_byte",
                                  "trailing_text",
                                  "bad_checksum",
                                  "cut",
                                  "raw_deflate",
                                  "gzip"};

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
  members.Read("key", &signing.key);
  members.Read("pack", &signing.pack);
  if (std::find(std::begin(kKeys), std::end(kKeys), signing.key) == std::end(kKeys)) {
    members.Fail("key is " + signing.key + "; expected wrong, hex_decoded or second_app");
  }
  if (std::find(std::begin(kPacks), std::end(kPacks), signing.pack) == std::end(kPacks)) {
    members.Fail("pack is " + signing.pack + ", which is no way to pack a UserSig");
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

std::string JoinedByCrlf(const std::vector<std::string>& lines) {
  std::string text;
  for (const std::string& line : lines) text += (&line == lines.data() ? "" : "\r\n") + line;
  return text;
}

/// At most one of kForms.
void ReadBytes(Members& members, CaseRequest* request) {
  int forms = 0;
  const auto form = [&](const std::string& name) {
    const json* found = members.Find(name);
    if (found != nullptr && ++forms > 1) members.Fail("has more than one form of the body");
    return found;
  };
  const auto decoded = [&](const std::string& name, const json& value) {
    const std::optional<std::string> bytes = DecodeBase64(members.Get<std::string>(name, value));
    if (!bytes) members.Fail("member " + name + " is not base64");
    return *bytes;
  };
  if (const json* value = form("body")) request->body = value->dump();
  if (const json* value = form("names")) request->body = json{{"AttrNames", *value}}.dump();
  if (const json* value = form("body_text")) {
    request->body = members.Get<std::string>("body_text", *value);
  }
  if (const json* value = form("body_base64")) request->body = decoded("body_base64", *value);
  if (const json* value = form("raw_lines")) {
    request->raw = JoinedByCrlf(members.Get<std::vector<std::string>>("raw_lines", *value));
  }
  if (const json* value = form("raw_base64")) request->raw = decoded("raw_base64", *value);
}

}  // namespace

bool HasBody(const json& request) {
  return std::any_of(std::begin(kForms), std::end(kForms),
                     [&](const char* form) { return request.contains(form); });
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

}  // namespace timock::conformance
