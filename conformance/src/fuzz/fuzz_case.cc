#include "fuzz/fuzz_case.h"

#include "wire/encoding.h"

namespace timock::conformance {
namespace {

using nlohmann::ordered_json;

/// JSON in ASCII; what is not UTF-8 is replaced.
std::string Line(const ordered_json& json) {
  return json.dump(-1, ' ', true, ordered_json::error_handler_t::replace);
}

bool IsUtf8(const std::string& text) { return ordered_json::parse(Line(text)) == text; }

ordered_json SigningJson(const Signing& signing) {
  ordered_json json = ordered_json::object();
  if (signing.identifier) json["identifier"] = *signing.identifier;
  if (signing.sdkappid) json["sdkappid"] = *signing.sdkappid;
  if (signing.issued_s_ago != 0) json["issued_s_ago"] = signing.issued_s_ago;
  if (signing.key != "own") json["key"] = signing.key;
  if (signing.userbuf) json["userbuf"] = *signing.userbuf;
  if (!signing.json.empty()) json["json"] = signing.json;
  if (!signing.pack.empty()) json["pack"] = signing.pack;
  return json;
}

ordered_json RequestJson(const CaseRequest& request) {
  const CaseRequest usual;
  ordered_json json = ordered_json::object();
  if (request.path) {
    json["path"] = *request.path;
  } else if (request.command != usual.command) {
    json["command"] = request.command;
  }
  if (request.method != usual.method) json["method"] = request.method;
  if (request.identity != usual.identity) json["identity"] = request.identity;
  if (request.query_text) json["query_text"] = *request.query_text;
  if (request.headers) json["headers"] = *request.headers;
  if (request.signing) json["usersig"] = SigningJson(*request.signing);
  if (IsUtf8(request.body)) {
    json["body_text"] = request.body;
  } else {
    json["body_base64"] = EncodeBase64(request.body);
  }
  return json;
}

}  // namespace

std::string FuzzCaseFile(const FuzzCase& about, const FuzzCall& call) {
  std::string text =
      R"({"rule": "fuzz", "about": "Found by timock-conformance fuzz.", "cases": [{)";
  const auto add = [&text](const char* name, const ordered_json& value, const char* end = ",") {
    text.append("\n  \"").append(name).append("\": ").append(Line(value)).append(end);
  };
  add("id", about.id);
  add("title", about.title);
  if (about.switch_name.empty()) {
    add("source", {{"doc", "contract"}, {"quote", "3. Order of checks"}});
  } else {
    add("source", {{"switch", about.switch_name}});
  }
  if (!about.before.empty()) {
    add("before", ordered_json::array({{{"names", about.before}}}));
  }
  add("request", RequestJson(call.request));
  const bool then = about.reads_back && !call.reads;
  ordered_json expect = ordered_json::object();
  if (about.code) expect["error_code"] = *about.code;
  if (about.reads_back && call.reads) expect["payload"] = about.names;
  add("expect", expect, then ? "," : "");
  if (then) {
    const bool unchanged = about.names == about.before;
    add("then", {{"names", unchanged ? ordered_json("unchanged") : ordered_json(about.names)}}, "");
  }
  return text + "}]}\n";
}

}  // namespace timock::conformance
