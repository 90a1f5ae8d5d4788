#include "calls/account_checks.h"

#include <algorithm>
#include <string>
#include <utility>
#include <variant>

#include "apps/hosts.h"
#include "text/ascii.h"
#include "timock/user_sig.h"
#include "usersig/explain.h"

namespace timock {
namespace {

constexpr std::chrono::hours kActivationTime{48};  // R10
constexpr std::int64_t kNearExpirySeconds = 300;

// The host of an absolute form takes the place of the header (RFC 9112, 3.2.2).
std::string_view HostOf(const Call& call) {
  if (!call.target.authority.empty()) return call.target.authority;
  for (const HttpHeaderView& header : call.request.headers) {
    if (EqualsIgnoreCase(header.name, "host")) return header.value;
  }
  return {};
}

std::int64_t UnixSecondsOf(UnixTime time) {
  return std::chrono::floor<std::chrono::seconds>(time).time_since_epoch().count();
}

constexpr std::string_view kSignAgain =
    "sign with the vendor's generator, version 2; `timock usersig` makes one that is valid";

bool IdentifierMatches(const Call& call, const std::string& wanted) {
  return wanted == call.identifier ||
         (!call.identifier_spaced.empty() && wanted == call.identifier_spaced);
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

bool ExpiryRefused(Call& call, const UserSigClaims& claims) {
  std::string detail = "the UserSig was signed at " + std::to_string(claims.time) + " for " +
                       std::to_string(claims.expire) + " s, and it is " +
                       std::to_string(UnixSecondsOf(call.now));
  std::string remedy = "sign again before the old one expires";
  if (!UserSigExpired(claims, call.machine_now)) {
    const auto ahead = std::chrono::floor<std::chrono::seconds>(call.now - call.machine_now);
    detail += "; the fake's clock is " + Spoken(ahead) + " ahead of the machine's";
    remedy = "sign by the fake's clock (`timock usersig --time`), or set that clock back";
  }
  return call.Refuse(Switch::kUsersigExpired, detail, std::move(remedy));
}

// The claims agree with the call: identifier, sdkappid, expiry.
bool ClaimsRefused(Call& call, const UserSigClaims& claims) {
  if (!IdentifierMatches(call, claims.identifier)) {
    return call.Refuse(Switch::kUsersigIdentifierMismatch,
                       "the UserSig was signed for identifier \"" + claims.identifier +
                           "\", the URL has \"" + call.identifier + '"',
                       "sign for the identifier that calls");
  }
  if (claims.sdkappid != std::int64_t{*call.sdkappid}) {
    return call.Refuse(Switch::kUsersigSdkappidMismatch,
                       "the UserSig was signed for SDKAppID " + std::to_string(claims.sdkappid) +
                           ", the URL has " + std::to_string(*call.sdkappid),
                       "sign for the SDKAppID that is called");
  }
  if (UserSigExpired(claims, call.now)) return ExpiryRefused(call, claims);
  if (const UserSigAdvice odd = OddityOf(claims); !odd.detail.empty()) {
    call.Note("usersig_time_unit", odd.detail, odd.remedy);
  }
  if (UserSigExpired(claims, call.now + std::chrono::seconds{kNearExpirySeconds + 1})) {
    call.Note("usersig_near_expiry",
              "the UserSig expires in " +
                  std::to_string(claims.time + claims.expire - UnixSecondsOf(call.now)) + " s",
              "sign for longer, or sign again earlier");
  }
  return false;
}

bool Malformed(Call& call, UserSigAdvice why) {
  return call.Refuse(Switch::kUsersigMalformed, why.detail, std::move(why.remedy));
}

// Section 6, item 5. What was verified before need not be decoded again, but is compared again.
bool UsersigChecksRefused(Call& call) {
  const DecodedValue user_sig(call.query[Parameter::kUsersig]);
  if (user_sig.text().empty()) {
    return call.Refuse(Switch::kUsersigMissing, "the URL has no usersig", std::string(kSignAgain));
  }
  if (std::optional<UserSigClaims> known = call.app->FindVerified(user_sig.text())) {
    if (ClaimsRefused(call, *known)) return true;
    call.identifier = std::move(known->identifier);
    return false;
  }
  auto decoded = DecodeUserSig(user_sig.text());
  if (const auto* defect = std::get_if<UserSigDefect>(&decoded)) {
    const bool refused = Malformed(call, ExplainDefect(user_sig.text(), *defect));
    if (*defect == UserSigDefect::kVersionOne) {
      call.Note("usersig_v1", "the UserSig is of version 1", std::string(kSignAgain));
    }
    return refused;
  }
  DecodedUserSig& content = std::get<DecodedUserSig>(decoded);
  if (ClaimsRefused(call, content.claims)) return true;
  if (!content.signature) {
    return Malformed(call, {"the UserSig has no TLS.sig", std::string(kSignAgain)});
  }
  const auto verifies = [&](const std::string& key) {
    return VerifyUserSig(content.claims, *content.signature, key);
  };
  if (std::none_of(call.config->keys.begin(), call.config->keys.end(), verifies)) {
    return call.Refuse(Switch::kUsersigSignatureWrong,
                       "the HMAC in the UserSig is not that of the app's secret key",
                       "sign with the secret key of SDKAppID " + std::to_string(*call.sdkappid) +
                           ", taken as text and not hex-decoded");
  }
  call.app->RememberVerified(user_sig.text(), content.claims);
  call.identifier = std::move(content.claims.identifier);
  return false;
}

}  // namespace

bool SdkappidUnknown(Call& call) {
  if (call.app != nullptr) return false;
  return call.Refuse(Switch::kSdkappidUnknown,
                     "no app has the SDKAppID " + std::to_string(*call.sdkappid),
                     "declare the app to the fake: --app ID:KEY, or apps in the config file");
}

bool SdkappidDisabled(Call& call) {
  if (call.config->enabled) return false;
  return call.Refuse(Switch::kSdkappidDisabled,
                     "the app " + std::to_string(*call.sdkappid) + " is disabled",
                     "enable the app: \"enabled\": true");
}

bool HostRegionMismatch(Call& call) {
  if (call.config->region == "any") return false;
  const std::string_view host = HostOf(call);
  const std::string_view region = RegionOfHost(host);
  if (region.empty() || region == call.config->region) return false;
  return call.Refuse(Switch::kHostRegionMismatch,
                     "the host \"" + std::string(host) + "\" belongs to region " +
                         std::string(region) + ", the app to " + call.config->region,
                     "call " + std::string(HostOfRegion(call.config->region)));
}

bool UsersigRefused(Call& call) {
  if (!call.setting.verify_user_sig) return false;
  const LockoutRule& lockout = call.setting.profile.lockout;
  if (lockout.failures == 0) {
    if (UsersigChecksRefused(call)) return true;
  } else {
    if (call.app->LockedOut(call.identifier, call.tick)) {
      call.DependOn(Premise::kUsersigLockout);
      return call.RefuseWith("usersig_lockout", lockout.code,
                             "too many failed UserSigs of identifier \"" + call.identifier + '"',
                             "wait 60 s, and sign with the right key");
    }
    const std::string asked = call.identifier;
    if (UsersigChecksRefused(call)) {
      call.app->NoteUserSigFailure(lockout, asked, call.tick);
      return true;
    }
  }
  call.identifier_spaced.clear();
  return false;
}

bool FeatureOff(Call& call) {
  const Feature& feature = call.config->feature;
  switch (feature.state) {
    case Feature::State::kOn:
      return false;
    case Feature::State::kOff:
      return call.Refuse(Switch::kFeatureOff, "the app does not have the push feature",
                         "apply for it (Flagship edition); in the fake: \"feature\": \"on\"");
    case Feature::State::kApproved:
      break;
  }
  const UnixTime active_at = feature.approved_at + kActivationTime;
  if (call.now >= active_at) return false;
  return call.Refuse(
      Switch::kFeatureOff,
      "the push feature was approved less than 48 hours ago; it is active at UNIX time " +
          std::to_string(
              std::chrono::ceil<std::chrono::seconds>(active_at).time_since_epoch().count()),
      "wait until then; in the fake: advance the clock");
}

bool NotAdmin(Call& call) {
  const std::vector<std::string>& admins = call.config->admins;
  const auto calls = [&](const std::string& admin) { return IdentifierMatches(call, admin); };
  if (std::any_of(admins.begin(), admins.end(), calls)) return false;
  return call.Refuse(
      Switch::kNotAdmin,
      "identifier \"" + call.identifier + "\" is no admin of app " + std::to_string(*call.sdkappid),
      "call as an app admin account; its letters' case counts");
}

}  // namespace timock
