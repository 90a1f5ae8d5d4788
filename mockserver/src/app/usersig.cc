// The command `usersig`: signs a UserSig, or decodes one.
#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>
#include <variant>

#include "app/commands.h"
#include "base/secrets.h"
#include "text/time.h"
#include "text/words.h"
#include "timock/user_sig.h"
#include "usersig/explain.h"

namespace timock::app {
namespace {

constexpr std::int64_t kMaxSeconds =
    std::chrono::floor<std::chrono::seconds>(kMaxUnixTime).time_since_epoch().count();

// What has to be given, by a flag or by a variable.
struct Credential {
  const char* flag;
  const char* variable;
  std::string UserSigOptions::*member;
};
constexpr Credential kCredentials[] = {
    {"--sdkappid", "TIMOCK_SDKAPPID", &UserSigOptions::sdkappid},
    {"--identifier", "TIMOCK_IDENTIFIER", &UserSigOptions::identifier},
    {"--key", "TIMOCK_SECRET_KEY", &UserSigOptions::key}};

bool IsBase64(std::string_view text) {
  const std::string_view data = text.substr(0, text.find('='));
  const std::string_view padding = text.substr(data.size());
  return text.size() % 4 == 0 && padding.size() <= 2 &&
         padding.find_first_not_of('=') == std::string_view::npos &&
         std::all_of(data.begin(), data.end(), [](char c) {
           return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
                  c == '+' || c == '/';
         });
}

Error BadFlag(const std::string& flag, const std::string& value, const std::string& expected) {
  return Error{flag + ": '" + OneLine(value, 200) + "': expected " + expected};
}

// The moment that --time names; the machine's time without it.
Result<UnixTime> TimeOf(const UserSigOptions& options) {
  if (options.time.empty()) return SystemClock().Now();
  const auto seconds = WholeFromText<std::int64_t>(options.time, 0, kMaxSeconds);
  if (!seconds) return BadFlag("--time", options.time, "UNIX seconds from 0 to 9000000000");
  return UnixSeconds(*seconds);
}

Result<UserSigClaims> ClaimsOf(const UserSigOptions& options, UnixTime now) {
  for (const Credential& needed : kCredentials) {
    if ((options.*needed.member).empty()) {
      return Error{std::string("expected ") + needed.flag + " or " + needed.variable};
    }
  }
  const auto sdkappid = WholeFromText<std::uint32_t>(options.sdkappid);
  if (!sdkappid) {
    return BadFlag("--sdkappid", options.sdkappid, "a whole number from 0 to 4294967295");
  }
  const auto expire = WholeFromText<std::int64_t>(options.expire, -kMaxSeconds, kMaxSeconds);
  if (!expire) {
    return BadFlag("--expire", options.expire, "seconds from -9000000000 to 9000000000");
  }
  UserSigClaims claims = {
      .identifier = options.identifier,
      .sdkappid = *sdkappid,
      .time = std::chrono::floor<std::chrono::seconds>(now).time_since_epoch().count(),
      .expire = *expire};
  if (!options.userbuf.empty()) {
    if (!IsBase64(options.userbuf)) {
      return BadFlag("--userbuf", options.userbuf, "standard base64 with its padding");
    }
    claims.userbuf = options.userbuf;
  }
  return claims;
}

int Decode(const std::string& user_sig, const std::string& key, UnixTime now) {
  if (user_sig.empty()) {
    return Complain("usersig: --decode: empty; expected a UserSig", kExitUsage);
  }
  const auto decoded = DecodeUserSig(user_sig);
  if (const auto* defect = std::get_if<UserSigDefect>(&decoded)) {
    const UserSigAdvice advice = ExplainDefect(user_sig, *defect);
    return Complain("usersig: --decode: " + advice.detail + "; " + advice.remedy, kExitFailed);
  }
  const auto& [claims, signature] = std::get<DecodedUserSig>(decoded);
  if (const UserSigAdvice odd = OddityOf(claims); !odd.detail.empty()) {
    Complain("usersig: --decode: warning: " + odd.detail + "; " + odd.remedy, kExitOk);
  }
  const bool expired = UserSigExpired(claims, now);
  nlohmann::ordered_json out = {{"identifier", claims.identifier},
                                {"sdkappid", claims.sdkappid},
                                {"time", claims.time},
                                {"expire", claims.expire}};
  if (claims.userbuf) out["userbuf"] = *claims.userbuf;
  out["expired"] = expired;
  const bool verifies = signature && VerifyUserSig(claims, *signature, key);
  if (!key.empty()) out["verifies"] = verifies;
  Print(out.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) + "\n");
  return key.empty() || (verifies && !expired) ? kExitOk : kExitFailed;
}

}  // namespace

int PrintUserSig(UserSigOptions options) {
  const auto refuse = [](const std::string& why) {
    return Complain("usersig: " + why, kExitUsage);
  };
  for (const auto& [flag, variable, member] : kCredentials) {
    std::string& value = options.*member;
    if (value.empty()) value = ProcessEnvironment(variable).value_or("");
  }
  // A key or a UserSig from a file often ends with a newline.
  options.key.resize(WithoutEndingSpace(options.key).size());
  if (options.decode) options.decode->resize(WithoutEndingSpace(*options.decode).size());
  if (const auto problem = ControlCharacterIn(options.key)) {
    return refuse("--key or TIMOCK_SECRET_KEY: " + *problem);
  }
  const Result<UnixTime> now = TimeOf(options);
  if (!now.ok()) return refuse(now.error().Text());
  if (options.decode) return Decode(*options.decode, options.key, now.value());
  const Result<UserSigClaims> claims = ClaimsOf(options, now.value());
  if (!claims.ok()) return refuse(claims.error().Text());
  return Print(SignUserSig(claims.value(), options.key) + "\n");
}

}  // namespace timock::app
