#include "control/routes.h"

#include <algorithm>

namespace timock::control {
namespace {

constexpr std::string_view kFilter = "sdkappid code command fault from until since";
constexpr std::string_view kFilterAndPage =
    "sdkappid code command fault from until since limit order";
constexpr std::string_view kFilterAndBounds =
    "sdkappid code command fault from until since at_least at_most wait_ms";

// What to do instead on a shared server.
constexpr std::string_view kOneApp = "PUT or DELETE apps/{sdkappid}";
constexpr std::string_view kOwnServer =
    "start a server of your own, or change one app: PUT apps/{sdkappid}";
constexpr std::string_view kOwnClock =
    "give the app a clock of its own: PUT apps/{sdkappid} with {\"clock\":...} or "
    "{\"advance\":...}";

constexpr Route kRoutes[] = {
    {"GET", "/", "The page for a browser", GetPage},
    {"GET", "/openapi.json", "This description", GetOpenApi},
    {"GET", "/health", "Whether the server is ready; needs no token", GetHealth},
    {"GET", "/metrics", "Counters, as Prometheus text", GetMetrics},

    {"GET", "/apps", "All apps, with their names", ListApps},
    {"POST", "/apps", "Creates an app with an SDKAppID of its own", CreateApp, true,
     BodyRule::kOptional},
    {"PUT", "/apps", "Replaces all apps", ReplaceApps, true, BodyRule::kLarge, "", kOneApp},
    {"DELETE", "/apps", "Removes all apps", DeleteApps, true, BodyRule::kNone, "", kOneApp},
    {"GET", "/apps/{sdkappid}", "One app, with its names", GetApp},
    {"PUT", "/apps/{sdkappid}",
     "Adds an app, or changes it and resets its state; a clock or a step alone resets nothing",
     PutApp, true, BodyRule::kRequired},
    {"DELETE", "/apps/{sdkappid}", "Removes one app", DeleteApp, true},
    {"GET", "/apps/{sdkappid}/names", "The attribute names of an app, by slot", GetNames},
    {"PUT", "/apps/{sdkappid}/names", "Replaces the names of an app", PutNames, true,
     BodyRule::kRequired},
    {"POST", "/usersig", "Signs a UserSig of a known app", SignUserSig, false, BodyRule::kRequired},

    {"GET", "/profile", "All switches of the profile", GetProfile},
    {"PUT", "/profile", "Another profile, or single switches to change", PutProfile, true,
     BodyRule::kRequired, "", kOwnServer},
    {"GET", "/profile/{switch}", "The value of one switch", GetSwitch},
    {"PUT", "/profile/{switch}", "Sets one switch", PutSwitch, true, BodyRule::kRequired, "",
     kOwnServer},
    {"GET", "/state", "Apps, profile and clock, as a config file", GetState},
    {"PUT", "/state", "Restores what GET state returned", PutState, true, BodyRule::kLarge, "",
     kOwnServer},
    {"POST", "/reset", "Resets everything to the start, or one app", Reset, true,
     BodyRule::kOptional, "", "reset one app: {\"sdkappid\":N}"},
    {"GET", "/throttle", "What the throttle has counted", GetThrottle, false, BodyRule::kNone,
     "sdkappid"},

    {"GET", "/clock", "The service's time", GetClock},
    {"PUT", "/clock", "Freezes, sets or releases the clock", PutClock, true, BodyRule::kRequired,
     "", kOwnClock},
    {"POST", "/clock/advance", "Moves the clock", AdvanceClock, true, BodyRule::kRequired, "",
     kOwnClock},

    {"GET", "/requests", "Recorded calls, oldest or newest first", ListRequests, false,
     BodyRule::kNone, kFilterAndPage},
    {"DELETE", "/requests", "Deletes recorded calls", DeleteRequests, true, BodyRule::kNone,
     kFilter, "delete those of one app: ?sdkappid=N"},
    {"GET", "/requests/count", "Counts recorded calls, and waits for them", CountRequests, false,
     BodyRule::kNone, kFilterAndBounds},
    {"GET", "/requests/stream", "Calls as they arrive, as server-sent events", StreamRequests,
     false, BodyRule::kNone, kFilter},
    {"GET", "/requests/{id}", "One recorded call", GetRequest},
    {"GET", "/assumptions", "Assumed switches that recorded calls depended on", ListAssumptions,
     false, BodyRule::kNone, kFilter},

    {"GET", "/faults", "All faults, with their counts", ListFaults},
    {"POST", "/faults", "Adds a fault", AddFault, true, BodyRule::kRequired, "",
     "let it hit one app: {\"match\":{\"sdkappid\":N}}"},
    {"DELETE", "/faults", "Removes all faults", DeleteFaults, true, BodyRule::kNone, "",
     "remove your own, one by one: DELETE faults/{id}"},
    {"GET", "/faults/presets", "Faults ready to be added", ListFaultPresets},
    {"GET", "/faults/{id}", "One fault, with its counts", GetFault},
    {"DELETE", "/faults/{id}", "Removes one fault", DeleteFault, true},
};

// Cuts the first segment, with its slash, off `*path`.
std::string_view TakeSegment(std::string_view* path) {
  const std::size_t end = std::min(path->find('/', 1), path->size());
  const std::string_view segment = path->substr(0, end);
  path->remove_prefix(end);
  return segment;
}

}  // namespace

std::span<const Route> Routes() { return kRoutes; }

bool PathFits(std::string_view pattern, std::string_view path, std::string_view* value) {
  while (!pattern.empty() && !path.empty()) {
    const std::string_view expected = TakeSegment(&pattern);
    const std::string_view segment = TakeSegment(&path);
    if (expected.starts_with("/{")) {
      *value = segment.substr(1);
      if (value->empty()) return false;
    } else if (segment != expected) {
      return false;
    }
  }
  return pattern.empty() && path.empty();
}

}  // namespace timock::control
