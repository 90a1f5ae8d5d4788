#include "request_builder.h"

#include <charconv>
#include <functional>
#include <optional>
#include <string>
#include <utility>

#include "encoding.h"
#include "timock/user_sig.h"

namespace timock::conformance {
namespace {

using Values = std::vector<std::pair<std::string, std::string>>;

constexpr std::size_t kMostRepeated = std::size_t{4} * 1024 * 1024;

std::string Repeated(const std::string& what) {
  const std::size_t colon = what.rfind(':');
  std::size_t times = 0;
  const char* const end = what.data() + what.size();
  if (colon == std::string::npos ||
      std::from_chars(what.data() + colon + 1, end, times).ptr != end ||
      times * colon > kMostRepeated) {
    throw CaseError("${repeat:" + what + "}: expected ${repeat:TEXT:N}, at most 4 MiB");
  }
  std::string text;
  for (std::size_t i = 0; i < times; ++i) text.append(what, 0, colon);
  return text;
}

std::string Filled(const std::string& pattern, const Values& values) {
  std::string out;
  std::size_t begin = 0;
  for (;;) {
    const std::size_t mark = pattern.find("${", begin);
    out.append(pattern, begin, mark == std::string::npos ? mark : mark - begin);
    if (mark == std::string::npos) return out;
    const std::size_t end = pattern.find('}', mark);
    if (end == std::string::npos) throw CaseError("a placeholder has no end: " + pattern);
    const std::string name = pattern.substr(mark + 2, end - mark - 2);
    constexpr std::string_view kRepeat = "repeat:";
    if (name.starts_with(kRepeat)) {
      out += Repeated(name.substr(kRepeat.size()));
    } else {
      bool known = false;
      for (const auto& [key, value] : values) {
        if (key != name) continue;
        out += value;
        known = true;
      }
      if (!known) throw CaseError("unknown placeholder ${" + name + "}");
    }
    begin = end + 1;
  }
}

std::string HexDecoded(const std::string& key) {
  std::string bytes;
  for (std::size_t i = 0; i + 1 < key.size(); i += 2) {
    unsigned value = 0;
    std::from_chars(key.data() + i, key.data() + i + 2, value, 16);
    bytes.push_back(static_cast<char>(value));
  }
  return bytes;
}

std::string Sign(const Identity& who, const std::optional<Signing>& wanted, std::int64_t now,
                 const Values& values) {
  const Signing signing = wanted.value_or(Signing{});
  if (signing.text) return Filled(*signing.text, values);
  if (signing.json) return PackUserSig(Filled(signing.json->dump(), values));
  if (who.key.empty()) {
    if (!wanted) return who.user_sig;
    throw CaseError("the secret key is not known, so nothing but the given UserSig can be sent");
  }
  std::string key = who.key;
  if (signing.key == Signing::Key::kWrong) key = std::string(64, 'f');
  if (signing.key == Signing::Key::kHexDecoded) key = HexDecoded(who.key);
  return SignUserSig({.identifier = Filled(signing.identifier.value_or(who.identifier), values),
                      .sdkappid = signing.sdkappid.value_or(who.sdkappid),
                      .time = now - signing.issued_s_ago,
                      .expire = signing.expire_s,
                      .userbuf = signing.userbuf},
                     key);
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

}  // namespace

Outgoing BuildRequest(const CaseRequest& request, Target& target) {
  const std::optional<Identity> who = target.Who(request.identity);
  if (!who) throw CaseError("the target has no identity " + request.identity);
  Values values = {{"sdkappid", std::to_string(who->sdkappid)},
                   {"identifier", PercentEncode(who->identifier)},
                   {"random", "4242"},
                   {"now", std::to_string(target.Now())},
                   {"host", HostOf(target.BaseUrl())}};
  values.emplace_back("usersig", Sign(*who, request.signing, target.Now(), values));
  target.secrets().Add(who->key, "$TIMOCK_SECRET_KEY");
  target.secrets().Add(values.back().second, "$TIMOCK_USERSIG");
  Outgoing out{.method = request.method};
  const std::string command = request.command.find('/') == std::string::npos
                                  ? "all_member_push/" + request.command
                                  : request.command;
  out.target = Filled(request.path.value_or("/v4/" + command), values);
  if (const std::string query = Query(request, values); !query.empty()) out.target += "?" + query;
  out.body = Filled(request.body, values);
  values.emplace_back("target", out.target);
  values.emplace_back("body_length", std::to_string(out.body.size()));
  out.headers = request.headers.value_or(std::vector<Header>{{"Content-Type", "application/json"}});
  for (auto& [name, value] : out.headers) value = Filled(value, values);
  if (request.raw) out.raw = Filled(*request.raw, values);
  return out;
}

}  // namespace timock::conformance
