#include "target/options.h"

#include <CLI/CLI.hpp>
#include <optional>
#include <string_view>
#include <utility>

#include "cases/case.h"
#include "cases/regions.h"
#include "target/credentials.h"
#include "target/in_process.h"
#include "target/url.h"
#include "wire/config_error.h"

namespace timock::conformance {
namespace {

constexpr std::string_view kExec = "exec:";
constexpr std::string_view kReal = "real";

constexpr std::pair<std::string_view, Door> kDoors[] = {{"in-process", Door::kHandle},
                                                        {"in-process-http", Door::kHttp},
                                                        {"in-process-https", Door::kHttps}};

std::optional<Door> DoorOf(const TargetOptions& options) {
  for (const auto& [name, door] : kDoors) {
    if (options.target != name) continue;
    if (options.live) {
      throw ConfigError("--live goes with a URL or exec:CMD, not with " + options.target);
    }
    return door;
  }
  return {};
}

/// What stands before somebody's service may take malformed HTTP for an attack; this machine's own
/// servers do not mind, also where they play a live one.
bool MayBeMalformed(const TargetOptions& options) {
  if (options.target == kReal) return false;
  return options.target.starts_with(kExec) || IsLoopback(options.target) || options.allow_malformed;
}

/// Of any target but those in process.
UrlOptions UrlOptionsOf(const TargetOptions& options) {
  const bool real = options.target == kReal;
  if (!real && !options.region.empty()) {
    throw ConfigError("--region " + options.region + " goes with --target real alone");
  }
  if (!real && !options.target.starts_with("http") && !options.target.starts_with(kExec)) {
    throw ConfigError(
        "--target " + options.target +
        ": expected in-process, in-process-http, in-process-https, a URL, exec:CMD or "
        "real");
  }
  constexpr double kLiveRate = 10;
  constexpr double kOtherRate = 80;
  constexpr double kDocumentedLimit = 100;  // R9
  const bool live = IsLive(options);
  if (live && options.rate >= kDocumentedLimit && !options.allow_overload) {
    throw ConfigError(
        "--rate reaches the documented limit of 100 calls a second, where a live target refuses "
        "calls; give less, or --allow-overload too");
  }
  return {.url = real ? RealUrl(options.region) : options.target,
          .ca_file = options.ca_file,
          .admin = Credentials(options),
          .rate = options.rate > 0 ? options.rate : (live ? kLiveRate : kOtherRate),
          .rules = {.live = live,
                    .writes = !live || options.allow_writes,
                    .overload = !live || options.allow_overload,
                    .malformed = MayBeMalformed(options),
                    .bad_signatures = !live || options.allow_bad_signatures,
                    .bad_signature_interval = std::chrono::duration_cast<std::chrono::nanoseconds>(
                        std::chrono::duration<double>(options.bad_signature_interval_s))},
          .non_admin = NonAdmin(options)};
}

void AddTrustOptions(CLI::App& command, TargetOptions* options) {
  command.add_option("--ca-file", options->ca_file,
                     "PEM file of the authority that an https URL has");
  command.add_option("--credentials", options->credentials_file,
                     "File of mode 0600 with lines NAME=VALUE: TIMOCK_SDKAPPID, TIMOCK_IDENTIFIER "
                     "and TIMOCK_SECRET_KEY or TIMOCK_USERSIG; TIMOCK_NON_ADMIN, an account of the "
                     "app that is not an admin and serves nothing, if there is one. Default: the "
                     "environment");
}

void AddRateOption(CLI::App& command, TargetOptions* options) {
  command.add_option("--rate", options->rate, "Own calls a second: 10 for live targets, else 80")
      ->check(CLI::Range(0.1, 1'000.0));
}

}  // namespace

void AddLiveOptions(CLI::App& command, TargetOptions* options) {
  AddTrustOptions(command, options);
  command.add_option("--region", options->region, "Where the app of --target real is");
  command.add_flag("--live", options->live,
                   "Treat a URL of this machine or exec:CMD as somebody's live system");
  command.add_flag("--allow-writes", options->allow_writes,
                   "Live targets: attribute names may be changed; they are put back at the end");
  command.add_flag("--allow-overload", options->allow_overload,
                   "Live targets: more calls than the documented 100 a second may be sent");
}

void AddConnectionOptions(CLI::App& command, TargetOptions* options) {
  AddTrustOptions(command, options);
  AddRateOption(command, options);
}

void AddTargetOptions(CLI::App& command, TargetOptions* options) {
  command.add_flag(
      "--allow-bad-signatures", options->allow_bad_signatures,
      "Live targets: calls that fail authentication may be sent; too many of them lock "
      "the caller out (70050)");
  command.add_flag(
      "--allow-malformed", options->allow_malformed,
      "Targets on other machines: HTTP that is malformed on purpose may be sent; never "
      "with --target real");
  command
      .add_option(
          "--bad-signature-interval", options->bad_signature_interval_s,
          "Live targets: seconds from one such call to the next (61: never two in a minute)")
      ->check(CLI::Range(0.0, 86'400.0));
  command.add_option("--target", options->target,
                     "in-process (default), in-process-http, in-process-https, a URL, exec:CMD, or "
                     "real: the service of the vendor");
  command.add_option("--profile", options->profile,
                     "The profile of the fake in process: a name or file");
  AddLiveOptions(command, options);
  AddRateOption(command, options);
}

std::string RealUrl(const std::string& wanted) {
  std::string known;
  for (const Region& region : Regions()) {
    if (region.name == wanted) return "https://" + region.hosts.front();
    known += (known.empty() ? "" : ", ") + region.name;
  }
  throw ConfigError("--target real: --region " + (wanted.empty() ? "is missing" : wanted) +
                    "; expected the region of the app, one of " + known);
}

bool IsLive(const TargetOptions& options) {
  if (options.live || options.target == kReal) return true;
  return options.target.starts_with("http") && !IsLoopback(options.target);
}

Identity Credentials(const TargetOptions& options) {
  return options.credentials_file.empty() ? CredentialsFromEnvironment()
                                          : CredentialsFromFile(options.credentials_file);
}

std::string NonAdmin(const TargetOptions& options) {
  return options.credentials_file.empty() ? NonAdminFromEnvironment()
                                          : NonAdminFromFile(options.credentials_file);
}

std::unique_ptr<Target> MakeTarget(const TargetOptions& options) {
  if (const std::optional<Door> door = DoorOf(options)) {
    return MakeInProcessTarget({.door = *door, .profile = options.profile});
  }
  const UrlOptions url = UrlOptionsOf(options);
  if (options.target.starts_with(kExec)) {
    return MakeExecTarget(options.target.substr(kExec.size()), url);
  }
  return MakeUrlTarget(url);
}

std::unique_ptr<PlanTarget> MakePlan(const TargetOptions& options) {
  if (DoorOf(options)) {
    const std::unique_ptr<Target> fake = MakeTarget(options);
    return MakePlanTarget({.describe = fake->Describe(),
                           .base_url = fake->BaseUrl(),
                           .capabilities = fake->Capabilities()});
  }
  UrlOptions url = UrlOptionsOf(options);
  // Of a server that is not started the port is not known.
  if (options.target.starts_with(kExec)) url.url = "http://127.0.0.1";
  if (url.admin.identifier.empty()) {
    throw ConfigError(
        "a plan for " + options.target +
        " needs to know who calls: TIMOCK_SDKAPPID, TIMOCK_IDENTIFIER and "
        "TIMOCK_SECRET_KEY or TIMOCK_USERSIG, by --credentials FILE or the environment");
  }
  return MakePlanTarget({.describe = options.target,
                         .base_url = url.url,
                         .admin = url.admin,
                         .rules = url.rules,
                         .non_admin = url.non_admin,
                         .capabilities = PlainCapabilities(url)});
}

}  // namespace timock::conformance
