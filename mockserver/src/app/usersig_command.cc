#include <CLI/CLI.hpp>
#include <algorithm>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>
#include <variant>

#include "app/commands.h"
#include "app/settings.h"
#include "app/text_values.h"
#include "base/secrets.h"
#include "timock/user_sig.h"
#include "usersig/explain.h"

namespace timock::app {
namespace {

constexpr const char* kUserSigExamples =
    R"(Other users of the machine can read a command line: TIMOCK_SECRET_KEY keeps the key out of it.
Exit codes: 0 printed; 1 --decode met a UserSig that is no such thing, or, with a key, one that is
expired or signed with another key; 2 usage.

Examples:
  timock usersig --sdkappid 1400000000 --identifier administrator --key "$KEY"
  TIMOCK_SECRET_KEY="$KEY" timock usersig --sdkappid 1400000000 --identifier ops --expire 3600
  timock usersig --decode "$USERSIG" --key "$KEY")";

struct UserSigAsked {
  std::string sdkappid;
  std::string identifier;
  std::string key;
  std::string expire = "86400";
  std::string time;
  std::string userbuf;
  std::optional<std::string> decode;
};

bool IsBase64(std::string_view text) {
  const std::size_t data_size = std::min(text.find('='), text.size());
  const auto is_digit = [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '+' ||
           c == '/';
  };
  return text.size() % 4 == 0 && text.size() - data_size <= 2 &&
         std::all_of(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(data_size),
                     is_digit) &&
         text.find_first_not_of('=', data_size) == std::string_view::npos;
}

Error BadFlag(const std::string& flag, const std::string& value, const std::string& expected) {
  return Error{"usersig: " + flag + ": '" + OneLine(value, 200) + "': expected " + expected};
}

// The moment that --time names; the machine's time without it.
Result<UnixTime> AskedTime(const UserSigAsked& asked) {
  if (asked.time.empty()) {
    return SystemClock().Now();
  }
  const auto seconds = ParseSigned(asked.time, 0, kMaxUnixSeconds);
  if (!seconds) {
    return BadFlag("--time", asked.time, "UNIX seconds from 0 to 9000000000");
  }
  return UnixSeconds(*seconds);
}

Result<UserSigClaims> AskedClaims(const UserSigAsked& asked, UnixTime now) {
  constexpr std::pair<const char*, std::string UserSigAsked::*> kNeeded[] = {
      {"--sdkappid or TIMOCK_SDKAPPID", &UserSigAsked::sdkappid},
      {"--identifier or TIMOCK_IDENTIFIER", &UserSigAsked::identifier},
      {"--key or TIMOCK_SECRET_KEY", &UserSigAsked::key}};
  for (const auto& [name, member] : kNeeded) {
    if ((asked.*member).empty()) {
      return Error{"usersig: expected " + std::string(name)};
    }
  }
  const auto sdkappid = ParseUnsigned(asked.sdkappid, 0, UINT32_MAX);
  if (!sdkappid) {
    return BadFlag("--sdkappid", asked.sdkappid, "a whole number from 0 to 4294967295");
  }
  const auto expire = ParseSigned(asked.expire, -kMaxUnixSeconds, kMaxUnixSeconds);
  if (!expire) {
    return BadFlag("--expire", asked.expire, "seconds from -9000000000 to 9000000000");
  }
  UserSigClaims claims = {
      .identifier = asked.identifier,
      .sdkappid = static_cast<std::int64_t>(*sdkappid),
      .time = std::chrono::floor<std::chrono::seconds>(now).time_since_epoch().count(),
      .expire = *expire};
  if (!asked.userbuf.empty()) {
    if (!IsBase64(asked.userbuf)) {
      return BadFlag("--userbuf", asked.userbuf, "standard base64 with its padding");
    }
    claims.userbuf = asked.userbuf;
  }
  return claims;
}

int Decode(const UserSigAsked& asked, UnixTime now) {
  if (asked.decode->empty()) {
    return Complain("usersig: --decode: empty; expected a UserSig", kExitUsage);
  }
  const auto decoded = DecodeUserSig(*asked.decode);
  if (const auto* defect = std::get_if<UserSigDefect>(&decoded)) {
    const UserSigAdvice advice = ExplainDefect(*asked.decode, *defect);
    return Complain("usersig: --decode: " + advice.detail + "; " + advice.remedy, kExitFailed);
  }
  const auto& [claims, signature] = std::get<DecodedUserSig>(decoded);
  nlohmann::ordered_json out = {{"identifier", claims.identifier},
                                {"sdkappid", claims.sdkappid},
                                {"time", claims.time},
                                {"expire", claims.expire}};
  if (claims.userbuf) {
    out["userbuf"] = *claims.userbuf;
  }
  if (const UserSigAdvice odd = OddityOf(claims); !odd.detail.empty()) {
    Complain("usersig: --decode: warning: " + odd.detail + "; " + odd.remedy, kExitOk);
  }
  const bool expired = UserSigExpired(claims, now);
  out["expired"] = expired;
  bool verifies = true;
  if (!asked.key.empty()) {
    verifies = signature && VerifyUserSig(claims, *signature, asked.key);
    out["verifies"] = verifies;
  }
  Print(out.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) + "\n");
  return asked.key.empty() || (verifies && !expired) ? kExitOk : kExitFailed;
}

// What no flag gave.
void FillFromEnvironment(UserSigAsked* asked) {
  constexpr std::pair<const char*, std::string UserSigAsked::*> kVariables[] = {
      {"TIMOCK_SDKAPPID", &UserSigAsked::sdkappid},
      {"TIMOCK_IDENTIFIER", &UserSigAsked::identifier},
      {"TIMOCK_SECRET_KEY", &UserSigAsked::key}};
  for (const auto& [name, member] : kVariables) {
    if ((asked->*member).empty()) {
      asked->*member = ProcessEnvironment(name).value_or("");
    }
  }
}

// A key or a UserSig from a file often ends with a newline.
Result<Done> CleanSecrets(UserSigAsked* asked) {
  asked->key.resize(WithoutEndingSpace(asked->key).size());
  if (asked->decode) {
    asked->decode->resize(WithoutEndingSpace(*asked->decode).size());
  }
  if (const auto problem = ControlCharacterIn(asked->key)) {
    return Error{"usersig: --key or TIMOCK_SECRET_KEY: " + *problem};
  }
  return Done{};
}

int UserSig(UserSigAsked asked) {
  if (const Result<Done> clean = CleanSecrets(&asked); !clean.ok()) {
    return Complain(clean.error().Text(), kExitUsage);
  }
  const Result<UnixTime> now = AskedTime(asked);
  if (!now.ok()) {
    return Complain(now.error().Text(), kExitUsage);
  }
  if (asked.decode) {
    return Decode(asked, now.value());
  }
  const Result<UserSigClaims> claims = AskedClaims(asked, now.value());
  if (!claims.ok()) {
    return Complain(claims.error().Text(), kExitUsage);
  }
  Print(SignUserSig(claims.value(), asked.key) + "\n");
  return kExitOk;
}

}  // namespace

void AddUserSigCommand(CLI::App* program, Run* run) {
  CLI::App* user_sig = program->add_subcommand("usersig", "Sign a UserSig, or take one apart");
  auto asked = std::make_shared<UserSigAsked>();
  const auto add = [&](const char* flag, auto* value, const char* value_name, const char* help) {
    user_sig->add_option(flag, *value, help)->type_name(value_name);
  };
  add("--sdkappid", &asked->sdkappid, "ID", "The app [TIMOCK_SDKAPPID]");
  add("--identifier", &asked->identifier, "TEXT", "Whom it is for [TIMOCK_IDENTIFIER]");
  add("--key", &asked->key, "KEY",
      "The app's secret key, as the console prints it\n"
      "[TIMOCK_SECRET_KEY]");
  add("--expire", &asked->expire, "SECONDS",
      "How long it is valid (default 86400); 0 or less: already expired");
  add("--time", &asked->time, "UNIX", "When it is signed, or judged (default now)");
  add("--userbuf", &asked->userbuf, "BASE64", "User buffer to sign as well");
  add("--decode", &asked->decode, "USERSIG",
      "Print what this UserSig claims as JSON, whether it is expired, and with a key\n"
      "whether it verifies");
  user_sig->footer(kUserSigExamples);
  user_sig->callback([asked, run] {
    FillFromEnvironment(asked.get());
    *run = [asked] { return UserSig(*asked); };
  });
}

}  // namespace timock::app
