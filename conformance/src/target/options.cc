#include "target/options.h"

#include <CLI/CLI.hpp>
#include <optional>
#include <string_view>
#include <utility>

#include "cases/regions.h"
#include "target/credentials.h"
#include "target/in_process.h"
#include "target/url.h"
#include "wire/config_error.h"

namespace timock::conformance {
namespace {

struct KindRow {
  TargetKind kind;
  std::string_view name;
  bool begins = false;  ///< The rest of the text is what is called.
  std::optional<Door> door = {};
};

constexpr KindRow kKinds[] = {
    {TargetKind::kInProcess, "in-process", false, Door::kHandle},
    {TargetKind::kInProcessHttp, "in-process-http", false, Door::kHttp},
    {TargetKind::kInProcessHttps, "in-process-https", false, Door::kHttps},
    {TargetKind::kUrl, "http", true},
    {TargetKind::kExec, "exec:", true},
    {TargetKind::kReal, "real"}};

constexpr const char* kKindsText =
    "in-process, in-process-http, in-process-https, a URL, exec:CMD or real";

/// Empty: not in process.
std::optional<Door> DoorOf(TargetKind kind) { return kKinds[static_cast<std::size_t>(kind)].door; }

/// A gateway in front of a service may take malformed HTTP for an attack; this machine's own
/// servers do not mind, also where they play a live one.
bool MayBeMalformed(const TargetOptions& options, const TargetName& name) {
  if (name.kind == TargetKind::kReal) return false;
  return name.kind != TargetKind::kUrl || IsLoopback(name.rest) || options.allow_malformed;
}

/// The service of the vendor in a region of fixtures/hosts.json: "https://console.tim.qq.com".
std::string RealUrl(const std::string& wanted) {
  std::string known;
  for (const Region& region : Regions()) {
    if (region.name == wanted) return "https://" + region.hosts.front();
    known += (known.empty() ? "" : ", ") + region.name;
  }
  throw ConfigError("--target real: --region " + (wanted.empty() ? "is missing" : wanted) +
                    "; expected the region of the app, one of " + known);
}

/// A placeholder when no credentials are sent.
Identity Placeholder() { return {.sdkappid = 1, .identifier = "nobody"}; }

/// Of any target but those in process.
UrlOptions UrlOptionsOf(const TargetOptions& options, const TargetName& name,
                        const TargetUse& use) {
  constexpr double kLiveRate = 10;
  constexpr double kOtherRate = 80;
  const TargetRules rules = RulesOf(options);
  if (!rules.overload && options.rate >= kDocumentedLimit) {
    throw ConfigError(
        "--rate reaches the documented limit of 100 calls a second, where a live target refuses "
        "calls; give less, or --allow-overload too");
  }
  UrlOptions url{
      .ca_file = options.ca_file,
      .admin = options.no_credentials ? Placeholder() : Credentials(options.credentials_file),
      .rate = options.rate > 0 ? options.rate : (rules.live ? kLiveRate : kOtherRate),
      .rules = rules,
      .non_admin = NonAdmin(options.credentials_file),
      .use = use,
      .take_control = !options.no_credentials};
  if (name.kind == TargetKind::kExec) {
    url.command = name.rest;
  } else {
    url.url = name.kind == TargetKind::kReal ? RealUrl(options.region) : name.rest;
  }
  return url;
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

TargetName TargetName::Parse(const std::string& text) {
  for (const KindRow& row : kKinds) {
    if (row.begins ? !text.starts_with(row.name) : text != row.name) continue;
    if (!row.begins) return {row.kind};
    return {row.kind, row.kind == TargetKind::kUrl ? text : text.substr(row.name.size())};
  }
  throw ConfigError("--target " + text + ": expected " + kKindsText);
}

void AddPlainTargetOptions(CLI::App& command, TargetOptions* options) {
  command.add_option(
      "--target", options->target,
      std::string("What is called (in-process): ") + kKindsText + ", the service of the vendor");
  command.add_option("--profile", options->profile,
                     "The profile of the fake in process: a name or file");
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
  AddPlainTargetOptions(command, options);
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
  AddRateOption(command, options);
}

TargetRules RulesOf(const TargetOptions& options) {
  const TargetName name = TargetName::Parse(options.target);
  if (options.live && DoorOf(name.kind)) {
    throw ConfigError("--live goes with a URL or exec:CMD, not with " + options.target);
  }
  if (name.kind != TargetKind::kReal && !options.region.empty()) {
    throw ConfigError("--region " + options.region + " goes with --target real alone");
  }
  if (!DoorOf(name.kind) && options.profile != TargetOptions{}.profile) {
    throw ConfigError("--profile " + options.profile +
                      " goes with the fake in process, not with a server that has its own");
  }
  const bool tls = name.kind == TargetKind::kReal ||
                   (name.kind == TargetKind::kUrl && name.rest.starts_with("https://"));
  if (!tls && !options.ca_file.empty()) {
    throw ConfigError("--ca-file " + options.ca_file + " goes with an https URL or --target real");
  }
  const bool live = options.live || name.kind == TargetKind::kReal ||
                    (name.kind == TargetKind::kUrl && !IsLoopback(name.rest));
  return {.live = live,
          .writes = !live || options.allow_writes,
          .overload = !live || options.allow_overload,
          .malformed = MayBeMalformed(options, name),
          .bad_signatures = !live || options.allow_bad_signatures,
          .bad_signature_interval = std::chrono::duration_cast<std::chrono::nanoseconds>(
              std::chrono::duration<double>(options.bad_signature_interval_s))};
}

std::unique_ptr<Target> MakeTarget(const TargetOptions& options, const TargetUse& use) {
  const TargetName name = TargetName::Parse(options.target);
  const std::optional<Door> door = DoorOf(name.kind);
  if (!door) return MakeUrlTarget(UrlOptionsOf(options, name, use));
  RulesOf(options);
  return MakeInProcessTarget({.door = *door, .profile = options.profile, .use = use});
}

std::unique_ptr<PlanTarget> MakePlan(const TargetOptions& options) {
  const TargetName name = TargetName::Parse(options.target);
  if (DoorOf(name.kind)) {
    const std::unique_ptr<Target> fake = MakeTarget(options);
    return MakePlanTarget({.describe = fake->Describe(),
                           .base_url = fake->BaseUrl(),
                           .capabilities = fake->Capabilities()});
  }
  UrlOptions url = UrlOptionsOf(options, name, {});
  // Of a server that is not started the port is not known.
  if (name.kind == TargetKind::kExec) url.url = "http://127.0.0.1";
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
