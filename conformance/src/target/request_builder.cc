#include "target/request_builder.h"

#include <charconv>
#include <optional>
#include <string>
#include <utility>

#include "cases/placeholders.h"
#include "target/user_sig_maker.h"
#include "wire/config_error.h"
#include "wire/encoding.h"

namespace timock::conformance {
namespace {

std::string HexDecoded(const std::string& key) {
  std::string bytes;
  for (std::size_t i = 0; i + 1 < key.size(); i += 2) {
    unsigned value = 0;
    std::from_chars(key.data() + i, key.data() + i + 2, value, 16);
    bytes.push_back(static_cast<char>(value));
  }
  return bytes;
}

nlohmann::json FilledIn(const nlohmann::json& members, const Values& values) {
  nlohmann::json out = members;
  for (nlohmann::json& value : out) {
    if (value.is_string()) value = Filled(value.get<std::string>(), values);
  }
  return out;
}

std::string KeyOf(const Signing& signing, const Identity& who, const Target& target) {
  if (signing.key == "wrong") return std::string(64, 'f');
  if (signing.key == "hex_decoded") return HexDecoded(who.key);
  if (signing.key != "second_app") return who.key;
  const std::optional<Identity> second = target.Who("second_app");
  if (!second) throw ConfigError("the target has no second app, whose key is to sign");
  return second->key;
}

std::string Sign(const Identity& who, const std::optional<Signing>& wanted, const Target& target,
                 const Values& values) {
  Signing signing = wanted.value_or(Signing{});
  if (signing.text) return Filled(*signing.text, values);
  if (who.key.empty()) {
    if (!wanted) return who.user_sig;
    throw ConfigError("the secret key is not known, so nothing but the given UserSig can be sent");
  }
  if (signing.identifier) signing.identifier = Filled(*signing.identifier, values);
  signing.json = FilledIn(signing.json, values);
  const auto now = std::chrono::floor<std::chrono::seconds>(target.Now()).count();
  return MakeUserSig(signing, who, KeyOf(signing, who, target), now);
}

std::string Query(const CaseRequest& request, const Values& values) {
  if (request.query_text) return Filled(*request.query_text, values);
  std::vector<std::pair<std::string, std::optional<std::string>>> parameters = {
      {"sdkappid", "${sdkappid}"},
      {"identifier", "${identifier}"},
      {"usersig", "${usersig}"},
      {"random", "${random}"},
      {"contenttype", "json"}};
  for (const auto& [name, value] : request.query) {
    bool stood = false;
    for (auto& [known, present] : parameters) {
      if (known != name) continue;
      present = value;
      stood = true;
    }
    if (!stood) parameters.emplace_back(name, value);
  }
  std::string query;
  for (const auto& [name, value] : parameters) {
    if (value) query += (query.empty() ? "" : "&") + name + "=" + Filled(*value, values);
  }
  return query;
}

std::string HostOf(const std::string& base_url) {
  return base_url.substr(base_url.find("://") + 3);
}

/// The bytes behind the first empty line of a message.
std::size_t BodyLength(const std::string& message) {
  constexpr std::string_view kEnd = "\r\n\r\n";
  const std::size_t end = message.find(kEnd);
  return end == std::string::npos ? 0 : message.size() - end - kEnd.size();
}

}  // namespace

Outgoing BuildRequest(const CaseRequest& request, const Identity& who, Target& target) {
  Values values = {{"sdkappid", std::to_string(who.sdkappid)},
                   {"identifier", who.identifier},
                   {"identifier_encoded", PercentEncodeAll(who.identifier)},
                   {"random", "4242"},
                   {"host", HostOf(target.BaseUrl())}};
  const std::string user_sig = Sign(who, request.signing, target, values);
  values[1].second = PercentEncode(who.identifier);
  values.emplace_back("usersig", user_sig);
  values.emplace_back("usersig_encoded", PercentEncodeAll(user_sig));
  target.secrets().Add(who.key, "$TIMOCK_SECRET_KEY");
  Outgoing out{.method = request.method};
  std::string shown = "$TIMOCK_USERSIG";
  if (request.signing) {
    shown = "$TIMOCK_OTHER_USERSIG";
    out.note = shown + ": a UserSig " + SigningText(*request.signing);
  }
  target.secrets().Add(user_sig, shown);
  target.secrets().Add(values.back().second, shown);
  out.target = Filled(request.path.value_or("/v4/all_member_push/" + request.command), values);
  if (const std::string query = Query(request, values); !query.empty()) out.target += "?" + query;
  out.body = Filled(request.body, values);
  out.headers = request.headers.value_or(std::vector<Header>{{"Content-Type", "application/json"}});
  for (auto& [name, value] : out.headers) value = Filled(value, values);
  if (request.raw) {
    values.emplace_back("target", out.target);
    values.emplace_back("body_length", "0");
    values.back().second = std::to_string(BodyLength(Filled(*request.raw, values)));
    out.raw = Filled(*request.raw, values);
  }
  return out;
}

Outgoing BuildRequest(const CaseRequest& request, Target& target) {
  const std::optional<Identity> who = target.Who(request.identity);
  if (!who) throw ConfigError("the target has no identity " + request.identity);
  return BuildRequest(request, *who, target);
}

}  // namespace timock::conformance
