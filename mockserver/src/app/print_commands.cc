// The commands that print something and end.
#include <openssl/crypto.h>
#include <unistd.h>
#include <uv.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <system_error>
#include <utility>
#include <variant>

#include "app/commands.h"
#include "app/line_writer.h"
#include "base/secrets.h"
#include "http/authority.h"
#include "http/health_probe.h"
#include "json/strict_json.h"
#include "profile/evidence.h"
#include "text/time.h"
#include "text/words.h"
#include "timock/error_code.h"
#include "timock/profile.h"
#include "timock/user_sig.h"
#include "usersig/explain.h"

namespace timock::app {
namespace {

using nlohmann::ordered_json;

#ifdef __clang__
constexpr const char* kCompiler = "clang++ " __clang_version__;
#else
constexpr const char* kCompiler = "g++ " __VERSION__;
#endif

int PrintJson(const ordered_json& json) { return Print(JsonText(json, 2) + "\n"); }

ordered_json RowToJson(const ErrorCodeInfo& info) {
  ordered_json row = {{"code", info.code},
                      {"layer", info.layer},
                      {"text", info.text},
                      {"mark", info.mark},
                      {"description", info.description}};
  if (!info.text_template.empty()) {
    row["template"] = info.text_template;
    row["template_mark"] = info.template_mark;
  }
  return row;
}

int PrintCatalogue(bool as_json) {
  std::string table = "code   layer    mark description\n";
  auto rows = ordered_json::array();
  for (const ErrorCodeInfo& info : ErrorCatalogue()) {
    char start[32];
    std::snprintf(start, sizeof start, "%-6d %-8s %-5s", info.code, info.layer.c_str(),
                  info.mark.c_str());
    table += start + info.description + "\n";
    rows.push_back(RowToJson(info));
  }
  return as_json ? PrintJson(rows) : Print(table);
}

// How each runtime is made to trust the authority, on one line.
std::vector<std::pair<std::string, std::string>> TrustSettings(const AuthorityFiles& files) {
  const std::string pem = ShellWord(files.certificate);
  const std::string store = ShellWord("-Djavax.net.ssl.trustStore=" + files.trust_store);
  return {{"curl", "curl --cacert " + pem},
          {"go", "export SSL_CERT_FILE=" + pem},
          {"node", "export NODE_EXTRA_CA_CERTS=" + pem},
          {"python", "export REQUESTS_CA_BUNDLE=" + pem + " SSL_CERT_FILE=" + pem},
          {"php", "php -d " + ShellWord("curl.cainfo=" + files.certificate) + " -d " +
                      ShellWord("openssl.cafile=" + files.certificate)},
          {"java", "java " + store + " -Djavax.net.ssl.trustStoreType=PKCS12" +
                       " -Djavax.net.ssl.trustStorePassword=" + kTrustStorePassword}};
}

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

// The profile that was named, or that of TIMOCK_PROFILE, or the default one.
Result<Profile> ChosenProfile(const std::string& name_or_path) {
  const std::string source =
      name_or_path.empty() ? ProcessEnvironment("TIMOCK_PROFILE").value_or("") : name_or_path;
  return source.empty() ? Profile() : LoadProfile(source);
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

int PrintDecoded(const std::string& user_sig, const std::string& key, UnixTime now) {
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
  ordered_json out = {{"identifier", claims.identifier},
                      {"sdkappid", claims.sdkappid},
                      {"time", claims.time},
                      {"expire", claims.expire}};
  if (claims.userbuf) out["userbuf"] = *claims.userbuf;
  out["expired"] = expired;
  const bool verifies = signature && VerifyUserSig(claims, *signature, key);
  if (!key.empty()) out["verifies"] = verifies;
  if (const int code = PrintJson(out); code != kExitOk) return code;
  return key.empty() || (verifies && !expired) ? kExitOk : kExitFailed;
}

}  // namespace

int Complain(std::string_view message, int exit_code) {
  LineWriter(STDERR_FILENO).Write("timock: " + std::string(message) + "\n");
  return exit_code;
}

int Print(std::string_view text) {
  errno = 0;
  if (std::fwrite(text.data(), 1, text.size(), stdout) == text.size() && std::fflush(stdout) == 0) {
    return kExitOk;
  }
  return Complain("cannot write to standard output: " + std::generic_category().message(errno),
                  kExitFailed);
}

int PrintAuthority(const std::string& state_directory, bool as_json) {
  const Result<std::string> directory =
      StateDirectory(state_directory.empty() ? ProcessEnvironment("TIMOCK_STATE_DIR").value_or("")
                                             : state_directory,
                     ProcessEnvironment);
  if (!directory.ok()) return Complain("ca: " + directory.error().Text(), kExitUsage);
  const Result<AuthorityFiles> prepared = PrepareAuthority(directory.value());
  if (!prepared.ok()) return Complain(prepared.error().Text(), kExitFailed);
  const AuthorityFiles& files = prepared.value();
  std::string text = files.certificate + "\n\n";
  ordered_json json = {{"ca_file", files.certificate},
                       {"trust_store", files.trust_store},
                       {"trust_store_password", kTrustStorePassword}};
  for (const auto& [runtime, setting] : TrustSettings(files)) {
    text.append(runtime).append(8 - runtime.size(), ' ').append(setting).append("\n");
    json["trust"][runtime] = setting;
  }
  return as_json ? PrintJson(json) : Print(text);
}

int PrintErrors(const std::string& code, bool as_json) {
  if (code.empty()) return PrintCatalogue(as_json);
  const std::optional<int> number = WholeFromText<int>(code);
  if (!number) {
    return Complain("errors: '" + code + "': expected a code such as 90009", kExitUsage);
  }
  const ErrorCodeInfo* info = FindErrorCode(*number);
  if (info == nullptr) {
    return Complain("the catalogue has no error code " + code + "; `timock errors` lists the " +
                        std::to_string(ErrorCatalogue().size()) +
                        " it knows, and a profile may answer with any other",
                    kExitFailed);
  }
  if (as_json) return PrintJson(RowToJson(*info));
  std::string text = "code         " + std::to_string(info->code) + "\nlayer        " +
                     info->layer + "\nErrorInfo    " + info->text + "\nmark         " + info->mark +
                     "\ndescription  " + info->description + "\n";
  if (!info->text_template.empty()) {
    text += "with values  " + info->text_template + "\nmark         " + info->template_mark + "\n";
  }
  return Print(text);
}

int PrintHealth(const std::string& url) {
  constexpr std::chrono::seconds kTimeout{5};
  const Result<Done> health = ProbeHealth(url, kTimeout);
  if (health.ok()) return kExitOk;
  return Complain("health: " + health.error().Text(),
                  health.error().code == Error::Code::kInvalid ? kExitUsage : kExitFailed);
}

int PrintProfile(const std::string& name_or_path) {
  const Result<Profile> profile = ChosenProfile(name_or_path);
  if (!profile.ok()) return Complain("profile: " + profile.error().Text(), kExitUsage);
  return Print(profile.value().ToJson() + "\n");
}

int ExplainProfile(const std::string& name_or_path, const std::string& name) {
  const Result<Profile> profile = ChosenProfile(name_or_path);
  if (!profile.ok()) return Complain("profile: " + profile.error().Text(), kExitUsage);
  const std::string text = name.empty() ? "" : Explained(profile.value(), name);
  if (!text.empty()) return Print(text);
  const Result<Profile> meant = LoadProfile(name);
  if (meant.ok()) return Print(Explained(meant.value(), ""));
  return Complain("profile: --explain '" + OneLine(name, 200) +
                      "': expected a switch, such as not_admin or throttle.code, or a profile; "
                      "`timock profile` prints all switches",
                  kExitUsage);
}

int PrintProfileNames() { return Print(JoinText(Profile::ShippedNames(), "\n") + "\n"); }

int PrintVersion(bool as_json) {
  const ordered_json version = {{"timock", TIMOCK_VERSION},
                                {"compiler", kCompiler},
                                {"libuv", uv_version_string()},
                                {"openssl", OpenSSL_version(OPENSSL_VERSION_STRING)}};
  std::string lines;
  for (const auto& [name, value] : version.items()) {
    lines += name + " " + value.get<std::string>() + "\n";
  }
  return as_json ? PrintJson(version) : Print(lines);
}

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
  if (options.decode) return PrintDecoded(*options.decode, options.key, now.value());
  const Result<UserSigClaims> claims = ClaimsOf(options, now.value());
  if (!claims.ok()) return refuse(claims.error().Text());
  const std::string user_sig = SignUserSig(claims.value(), options.key);
  if (std::holds_alternative<UserSigDefect>(DecodeUserSig(user_sig))) {
    return refuse("the identifier and --userbuf are too long for a UserSig");
  }
  return Print(user_sig + "\n");
}

}  // namespace timock::app
