#include "calls/checks.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <utility>
#include <variant>

#include "apps/hosts.h"
#include "text/redact.h"
#include "text/words.h"
#include "timock/user_sig.h"
#include "usersig/explain.h"

namespace timock {
namespace {

constexpr std::chrono::hours kActivationTime{48};  // R10
constexpr std::int64_t kNearExpirySeconds = 300;
constexpr std::string_view kChina = "china";  // in fixtures/hosts.json
constexpr std::string_view kSignAgain =
    "sign with the vendor's generator, version 2; `timock usersig` makes one that is valid";

std::string Quoted(std::string_view text) {
  constexpr std::size_t kShown = 80;
  const std::string shown = Redacted(text);
  return '"' + shown.substr(0, kShown) + (shown.size() > kShown ? "...\"" : "\"");
}

// The first header of this name; empty when there is none.
std::string_view HeaderOf(const Call& call, std::string_view name) {
  for (const HttpHeaderView& header : call.request.headers) {
    if (EqualsIgnoreCase(header.name, name)) return header.value;
  }
  return {};
}

// The host of an absolute form takes the place of the header (RFC 9112, 3.2.2).
std::string_view HostOf(const Call& call) {
  return !call.target.authority.empty() ? call.target.authority : HeaderOf(call, "host");
}

// Seconds with nine decimals, exact.
std::string Seconds(std::chrono::nanoseconds time) {
  const auto whole = std::chrono::floor<std::chrono::seconds>(time);
  std::array<char, 40> text{};
  const int length =
      std::snprintf(text.data(), text.size(), "%lld.%09lld", static_cast<long long>(whole.count()),
                    static_cast<long long>((time - whole).count()));
  return {text.data(), static_cast<std::size_t>(length)};
}

std::int64_t UnixSecondsOf(UnixTime time) {
  return std::chrono::floor<std::chrono::seconds>(time).time_since_epoch().count();
}

// A length of time as people say it: 25 h.
std::string Spoken(std::chrono::seconds time) {
  using std::chrono::hours;
  using std::chrono::minutes;
  using std::chrono::round;
  if (time < minutes{2}) return std::to_string(time.count()) + " s";
  if (time < hours{2}) return std::to_string(round<minutes>(time).count()) + " min";
  if (time < hours{72}) return std::to_string(round<hours>(time).count()) + " h";
  return std::to_string(round<std::chrono::days>(time).count()) + " days";
}

}  // namespace

// Transport and access layer.

std::optional<Finding> BodyTooLarge(const Call& call) {
  const std::size_t limit = call.settings.max_body_bytes;
  if (!call.request.body_too_large && call.request.body.size() <= limit) return {};
  return Finding{Switch::kBodyTooLarge, "the body is over " + std::to_string(limit) + " bytes",
                 "send a smaller body, or raise the limit of the fake"};
}

// R12
std::optional<Finding> PathMalformed(const Call& call) {
  if (!call.command.empty()) return {};
  return Finding{Switch::kPathMalformed, "the path is " + Quoted(call.target.path),
                 "call /v4/all_member_push/im_set_attr_name, with no slash at the end"};
}

std::optional<Finding> CommandUnknown(const Call& call) {
  if (call.endpoint != nullptr) return {};
  const auto& real = call.settings.unserved_commands;
  if (std::find(real.begin(), real.end(), call.command) == real.end()) {
    return Finding{Switch::kCommandUnknown, Quoted(call.command) + " is not a known command",
                   "check its spelling and the case of its letters"};
  }
  return Finding{
      .which = Switch::kCommandUnknown,
      .detail = Quoted(call.command) + " is a real command that this fake does not serve",
      .remedy =
          "fake this command by other means; only all_member_push/im_set_attr_name and "
          "im_get_attr_name are served",
      // Tells it from a misspelt one, for programs.
      .notes = {{"command_not_served", std::string(call.command), {}}}};
}

std::optional<Finding> MethodNotPost(const Call& call) {
  const std::string_view method = call.request.method;
  if (method == "POST") return {};
  Finding finding{Switch::kMethodNotPost, "the method is " + Quoted(method), "send a POST"};
  constexpr std::array<std::string_view, 4> kMayPass = {"GET", "PUT", "PATCH", "DELETE"};
  if (std::find(kMayPass.begin(), kMayPass.end(), method) == kMayPass.end()) {
    finding.code_without_switch = kHttpParseError;
  }
  return finding;
}

std::optional<Finding> PlainHttp(const Call& call) {
  if (call.request.tls) return {};
  return Finding{.which = Switch::kPlainHttp,
                 .detail = "the call came over plain HTTP",
                 .remedy = "call over HTTPS",
                 .silent = true};
}

// R3: `json` in any case of letters.
std::optional<Finding> ContenttypeWrong(const Call& call) {
  const DecodedValue value(call.query[Parameter::kContenttype]);
  if (value.text().empty()) {
    return Finding{Switch::kContenttypeMissing, "the URL has no contenttype",
                   "add contenttype=json to the URL; the header Content-Type does not count"};
  }
  if (EqualsIgnoreCase(value.text(), "json")) return {};
  return Finding{Switch::kContenttypeWrong, "contenttype is " + Quoted(value.text()),
                 "send contenttype=json"};
}

std::optional<Finding> SdkappidMissing(const Call& call) {
  if (!call.query[Parameter::kSdkappid].empty()) return {};
  return Finding{Switch::kSdkappidMissing, "the URL has no sdkappid",
                 "add sdkappid=, the SDKAppID of the console"};
}

// R4
std::optional<Finding> SdkappidMalformed(const Call& call) {
  if (call.sdkappid) return {};
  return Finding{Switch::kSdkappidMalformed,
                 "sdkappid is " + Quoted(DecodedValue(call.query[Parameter::kSdkappid]).text()),
                 "send the SDKAppID as decimal digits, at most 4294967295"};
}

std::optional<Finding> IdentifierMissing(const Call& call) {
  if (!call.query[Parameter::kIdentifier].empty()) return {};
  return Finding{Switch::kIdentifierMissing, "the URL has no identifier",
                 "add identifier=, an admin account of the app"};
}

std::optional<Finding> RandomWrong(const Call& call) {
  const DecodedValue value(call.query[Parameter::kRandom]);
  constexpr const char* kRemedy = "send random=, a whole number from 0 to 4294967295";
  if (value.text().empty()) {
    return Finding{Switch::kRandomMissing, "the URL has no random", kRemedy};
  }
  if (ReadUint32(value.text())) return {};
  return Finding{Switch::kRandomMalformed, "random is " + Quoted(value.text()), kRemedy};
}

void NoteRepeatedParameters(const Call& call, Decision& decision) {
  for (const std::string_view name : call.query.given_twice) {
    decision.Note(
        "parameter_twice",
        "the parameter " + Quoted(name) + " is given more than once; the first one counts",
        "give each parameter once");
  }
}

void NotePlusInIdentifier(const Call& call, Decision& decision) {
  if (call.query[Parameter::kIdentifier].find('+') == std::string_view::npos) return;
  decision.Note("identifier_plus",
                "the identifier has a raw `+`: some clients mean a space by it, others a plus",
                "send %20 for a space and %2B for a plus");
}

void NoteSdkappidOfOtherRegion(const Call& call, Decision& decision) {
  const std::uint32_t id = call.sdkappid.value_or(0);
  const bool of_china =
      (id >= 1'400'000'000 && id < 1'500'000'000) || (id >= 1'600'000'000 && id < 1'700'000'000);
  const bool of_elsewhere = id >= 20'000'000 && id < 30'000'000;
  const std::string_view region = RegionOfHost(HostOf(call));
  if (region.empty() || (region == kChina ? !of_elsewhere : !of_china)) return;
  decision.Note("sdkappid_region",
                "an SDKAppID of the form of " + std::to_string(id) + " was seen only " +
                    (of_china ? "in China" : "outside China") + ", and the host \"" +
                    std::string(HostOf(call)) + "\" belongs to region " + std::string(region),
                "check the host; for an app that is right there, declare its \"region\"");
}

Finding JsonSyntax(const Call& call, const JsonDefect& defect, std::string remedy) {
  Finding finding{Switch::kJsonSyntax,
                  "line " + std::to_string(defect.line) + ", column " +
                      std::to_string(defect.column) + ": " + defect.reason,
                  std::move(remedy)};
  const std::string_view coding = HeaderOf(call, "content-encoding");
  const bool named = !coding.empty() && !EqualsIgnoreCase(coding, "identity");
  if (named || call.request.body.starts_with("\x1f\x8b")) {
    finding.notes.push_back(
        {"body_compressed",
         named ? "the body is compressed: its Content-Encoding is " + Quoted(coding)
               : "the body begins as gzip does",
         "send the body as it is: the fake decompresses nothing"});
  }
  return finding;
}

std::optional<Refusal> Throttle(const Call& call, AppState& app, ThrottlePosition position,
                                Decision& decision) {
  const ThrottleRule& rule = decision.profile.throttle;
  if (rule.position != position) return {};
  const auto command = static_cast<std::size_t>(call.endpoint - call.settings.endpoints.data());
  const ThrottleDecision place = app.Admit(rule, call.settings.throttle_plan, command,
                                           decision.caller.identifier, call.at.tick);
  decision.admitted = place.admitted;
  if (place.admitted) return {};
  // The limit is documented (R9), how it is counted is not.
  for (const AssumedMember member :
       {AssumedMember::kThrottleCode, AssumedMember::kThrottleWindow,
        AssumedMember::kThrottleAlgorithm, AssumedMember::kThrottleScope,
        AssumedMember::kThrottleCountRefused, AssumedMember::kThrottlePosition}) {
    decision.DependOn(member);
  }
  if (rule.algorithm == ThrottleAlgorithm::kTokenBucket) {
    decision.DependOn(AssumedMember::kThrottleBurst);
  }
  const std::uint32_t limit = app.config().limit.value_or(rule.limit.value_or(0));
  const std::chrono::nanoseconds wait = place.next_free - call.at.tick;
  return decision.Refuse(
      "throttle", rule.code,
      "the limit of " + std::to_string(limit) + " calls in " + std::to_string(rule.window.count()) +
          " ms is used up; the next call passes in " + Seconds(wait) + " s, at UNIX time " +
          Seconds(call.at.now.time_since_epoch() + wait),
      "slow down or retry later; if the clock of the fake or of the app is frozen, advance it");
}

// Account layer.

std::optional<Finding> SdkappidUnknown(const Call& call) {
  return Finding{Switch::kSdkappidUnknown,
                 "no app has the SDKAppID " + std::to_string(call.sdkappid.value_or(0)),
                 "declare the app to the fake: --app ID:KEY, or apps in the config file"};
}

std::optional<Finding> SdkappidDisabled(const App& config) {
  if (config.enabled) return {};
  return Finding{Switch::kSdkappidDisabled,
                 "the app " + std::to_string(config.sdkappid) + " is disabled",
                 "enable the app: \"enabled\": true"};
}

std::optional<Finding> HostRegionMismatch(const Call& call, const App& config) {
  if (config.region == "any") return {};
  const std::string_view host = HostOf(call);
  const std::string_view region = RegionOfHost(host);
  if (region.empty() || region == config.region) return {};
  return Finding{Switch::kHostRegionMismatch,
                 "the host \"" + std::string(host) + "\" belongs to region " + std::string(region) +
                     ", the app to " + config.region,
                 "call " + std::string(HostOfRegion(config.region))};
}

namespace {

Finding UsersigExpired(const Call& call, const UserSigClaims& claims) {
  Finding finding{Switch::kUsersigExpired,
                  "the UserSig was signed at " + std::to_string(claims.time) + " for " +
                      std::to_string(claims.expire) + " s, and it is " +
                      std::to_string(UnixSecondsOf(call.at.now)),
                  "sign again before the old one expires"};
  if (!UserSigExpired(claims, call.at.machine)) {
    const auto ahead = std::chrono::floor<std::chrono::seconds>(call.at.now - call.at.machine);
    finding.detail += "; the fake's clock is " + Spoken(ahead) + " ahead of the machine's";
    finding.remedy = "sign by the fake's clock (`timock usersig --time`), or set that clock back";
  }
  return finding;
}

// The claims agree with the call: identifier, sdkappid, expiry.
std::optional<Finding> ClaimsMismatch(const Call& call, const Caller& caller,
                                      const UserSigClaims& claims) {
  if (!caller.Is(claims.identifier)) {
    return Finding{.which = Switch::kUsersigIdentifierMismatch,
                   .detail = "the UserSig was signed for identifier \"" + claims.identifier +
                             "\", the URL has \"" + caller.identifier + '"',
                   .remedy = "sign for the identifier that calls",
                   .values = {{"<asked>", caller.identifier}, {"<signed>", claims.identifier}}};
  }
  if (claims.sdkappid != std::int64_t{*call.sdkappid}) {
    const std::string asked = std::to_string(*call.sdkappid);
    const std::string for_app = std::to_string(claims.sdkappid);
    return Finding{
        .which = Switch::kUsersigSdkappidMismatch,
        .detail = "the UserSig was signed for SDKAppID " + for_app + ", the URL has " + asked,
        .remedy = "sign for the SDKAppID that is called",
        .values = {{"<asked>", asked}, {"<signed>", for_app}}};
  }
  if (UserSigExpired(claims, call.at.now)) return UsersigExpired(call, claims);
  return {};
}

void NoteClaims(const Call& call, const UserSigClaims& claims, Decision& decision) {
  if (const UserSigAdvice odd = OddityOf(claims); !odd.detail.empty()) {
    decision.Note("usersig_time_unit", odd.detail, odd.remedy);
  }
  if (UserSigExpired(claims, call.at.now + std::chrono::seconds{kNearExpirySeconds + 1})) {
    decision.Note("usersig_near_expiry",
                  "the UserSig expires in " +
                      std::to_string(claims.time + claims.expire - UnixSecondsOf(call.at.now)) +
                      " s",
                  "sign for longer, or sign again earlier");
  }
}

std::optional<Refusal> JudgeClaims(const Call& call, const UserSigClaims& claims,
                                   Decision& decision) {
  std::optional<Finding> mismatch = ClaimsMismatch(call, decision.caller, claims);
  if (!mismatch) NoteClaims(call, claims, decision);
  return decision.Judge(std::move(mismatch));
}

Finding UsersigMalformed(UserSigAdvice why) {
  return {Switch::kUsersigMalformed, std::move(why.detail), std::move(why.remedy)};
}

// Section 6, item 5. What was verified before need not be decoded again, but is compared again.
std::optional<Refusal> VerifyText(const Call& call, AppState& app, Decision& decision)
    TIMOCK_REQUIRES(app.mutex) {
  const DecodedValue user_sig(call.query[Parameter::kUsersig]);
  if (user_sig.text().empty()) {
    return decision.Judge(
        Finding{Switch::kUsersigMissing, "the URL has no usersig", std::string(kSignAgain)});
  }
  if (const UserSigClaims* known = app.FindVerified(user_sig.text())) {
    if (auto refusal = JudgeClaims(call, *known, decision)) return refusal;
    decision.caller.identifier = known->identifier;
    return {};
  }
  auto decoded = DecodeUserSig(user_sig.text());
  if (const auto* defect = std::get_if<UserSigDefect>(&decoded)) {
    Finding finding = UsersigMalformed(ExplainDefect(user_sig.text(), *defect));
    if (*defect == UserSigDefect::kVersionOne) {
      finding.notes = {{"usersig_v1", "the UserSig is of version 1", std::string(kSignAgain)}};
    }
    return decision.Judge(std::move(finding));
  }
  DecodedUserSig& content = std::get<DecodedUserSig>(decoded);
  if (auto refusal = JudgeClaims(call, content.claims, decision)) return refusal;
  if (!content.signature) {
    return decision.Judge(
        UsersigMalformed({"the UserSig has no TLS.sig", std::string(kSignAgain)}));
  }
  const auto verifies = [&](const std::string& key) {
    return VerifyUserSig(content.claims, *content.signature, key);
  };
  const std::vector<std::string>& keys = app.config().keys;
  if (std::none_of(keys.begin(), keys.end(), verifies)) {
    return decision.Judge(Finding{Switch::kUsersigSignatureWrong,
                                  "the HMAC in the UserSig is not that of the app's secret key",
                                  "sign with the secret key of SDKAppID " +
                                      std::to_string(*call.sdkappid) +
                                      ", taken as text and not hex-decoded"});
  }
  app.RememberVerified(user_sig.text(), content.claims);
  decision.caller.identifier = std::move(content.claims.identifier);
  return {};
}

}  // namespace

std::optional<Refusal> CheckUserSig(const Call& call, AppState& app, Decision& decision) {
  if (!call.settings.verify_user_sig) return {};
  const LockoutRule& lockout = decision.profile.lockout;
  if (lockout.failures > 0 && app.LockedOut(lockout, decision.caller.identifier, call.at.tick)) {
    decision.DependOn(AssumedMember::kUsersigLockout);
    return decision.Refuse(
        "usersig_lockout", lockout.code,
        "too many failed UserSigs of identifier \"" + decision.caller.identifier + '"',
        "wait 60 s, and sign with the right key");
  }
  if (auto refusal = VerifyText(call, app, decision)) {
    if (lockout.failures > 0) {
      app.NoteUserSigFailure(lockout, call.caller.identifier, call.at.tick);
    }
    return refusal;
  }
  decision.caller.spaced.clear();
  return {};
}

// Service.

std::optional<Finding> FeatureOff(const Call& call, const App& config) {
  const Feature& feature = config.feature;
  switch (feature.state) {
    case Feature::State::kOn:
      return {};
    case Feature::State::kOff:
      return Finding{Switch::kFeatureOff, "the app does not have the push feature",
                     "apply for it (Flagship edition); in the fake: \"feature\": \"on\""};
    case Feature::State::kApproved:
      break;
  }
  const UnixTime active_at = feature.approved_at + kActivationTime;
  if (call.at.now >= active_at) return {};
  return Finding{
      Switch::kFeatureOff,
      "the push feature was approved less than 48 hours ago; it is active at UNIX time " +
          std::to_string(
              std::chrono::ceil<std::chrono::seconds>(active_at).time_since_epoch().count()),
      "wait until then; in the fake: advance the clock"};
}

std::optional<Finding> NotAdmin(const App& config, const Caller& caller) {
  const auto calls = [&](const std::string& admin) { return caller.Is(admin); };
  if (std::any_of(config.admins.begin(), config.admins.end(), calls)) return {};
  return Finding{Switch::kNotAdmin,
                 "identifier \"" + caller.identifier + "\" is not an admin of app " +
                     std::to_string(config.sdkappid),
                 "call as an app admin account; its letters' case counts"};
}

}  // namespace timock
