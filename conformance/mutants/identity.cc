#include <strings.h>

#include <algorithm>
#include <chrono>

#include "mutant.h"
#include "text/url.h"
#include "timock/user_sig.h"

namespace timock::mutants {
namespace {

constexpr int kNotAdminCode = 90'009;
constexpr int kExpired = 70'001;
constexpr int kSignatureWrong = 70'009;
constexpr int kOtherApp = 70'014;
constexpr int kOtherIdentifier = 70'013;

std::optional<DecodedUserSig> UserSigOf(const HttpRequestView& request) {
  const Query query = ReadQuery(SplitTarget(request.target).query);
  auto decoded = DecodeUserSig(DecodedValue(query[Parameter::kUsersig]).text());
  if (!std::holds_alternative<DecodedUserSig>(decoded)) return {};
  return std::get<DecodedUserSig>(std::move(decoded));
}

bool SignedByTheApp(const Service& service, const Subject& subject,
                    const HttpRequestView& request) {
  const std::optional<DecodedUserSig> sig = UserSigOf(request);
  const std::optional<App> app = service.FindApp(subject.sdkappid);
  return sig && sig->signature && app &&
         VerifyUserSig(sig->claims, *sig->signature, app->keys.front());
}

bool OneSecondLate(const Service& service, const Subject& subject, const HttpRequestView& request) {
  const std::optional<DecodedUserSig> sig = UserSigOf(request);
  return SignedByTheApp(service, subject, request) &&
         !UserSigExpired(sig->claims, service.Now() - std::chrono::seconds{1});
}

bool LikeAnAdmin(const Service& service, const Subject& subject,
                 const HttpRequestView& /*request*/) {
  const std::vector<std::string> admins = service.FindApp(subject.sdkappid)->admins;
  return std::any_of(admins.begin(), admins.end(), [&](const std::string& admin) {
    return strcasecmp(admin.c_str(), subject.identifier.c_str()) == 0;
  });
}

bool Always(const Service& /*service*/, const Subject& /*subject*/,
            const HttpRequestView& /*request*/) {
  return true;
}

/// Takes a UserSig in its last second for expired.
void OneSecondEarly(Service& service, const HttpRequestView& request, HttpResponse* response) {
  const std::optional<DecodedUserSig> sig = UserSigOf(request);
  const bool last = sig && UserSigExpired(sig->claims, service.Now() + std::chrono::seconds{1});
  service.Handle(request, response);
  if (last && CodeOf(*response) == 0) Refuse(kExpired, response);
}

}  // namespace

std::vector<Mutant> IdentityMutants() {
  return {
      {"no_admin_check", "{}", AcceptsWhat(kNotAdminCode, Always)},
      {"admin_ignores_case", "{}", AcceptsWhat(kNotAdminCode, LikeAnAdmin)},
      {"signature_unchecked", "{}", AcceptsWhat(kSignatureWrong, Always)},
      {"other_apps_signature", "{}", AcceptsWhat(kOtherApp, SignedByTheApp)},
      {"other_identifiers_signature", "{}", AcceptsWhat(kOtherIdentifier, SignedByTheApp)},
      {"expired_accepted", "{}", AcceptsWhat(kExpired, SignedByTheApp)},
      {"expires_one_second_late", "{}", AcceptsWhat(kExpired, OneSecondLate)},
      {"expires_one_second_early", "{}", OneSecondEarly},
  };
}

}  // namespace timock::mutants
