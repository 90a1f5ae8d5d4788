#ifndef TIMOCK_CONTROL_ROUTES_H_
#define TIMOCK_CONTROL_ROUTES_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "control/exchange.h"

namespace timock::control {

inline constexpr std::string_view kRoot = "/_timock";

enum class BodyRule : std::uint8_t { kNone, kOptional, kRequired, kLarge };

/// Max bytes of a body. Where the rule is kLarge, a body is required and may have kMaxControlBody.
inline constexpr std::size_t kMaxSmallBody = std::size_t{256} * 1024;

/// Answers into the exchange or refuses; one that refuses has changed nothing.
using Handler = std::optional<Refusal>(Exchange& exchange);

/// One route: what openapi.json describes, and what carries it out.
struct Route {
  std::string_view method;  ///< A GET route answers HEAD, too.
  std::string_view path;    ///< Below kRoot. One segment may be a {name}, which matches any.
  std::string_view help;    ///< The summary in openapi.json.
  Handler* handler;
  bool mutates = false;
  BodyRule body = BodyRule::kNone;
  std::string_view query = {};  ///< Names of the query parameters, separated by spaces.
  /// On a server that is shared, a request that names no app is refused, for it touches the apps of
  /// others, and this is what to do instead. Empty: never refused.
  std::string_view instead = {};

  /// Anybody may call it, without a token.
  bool open() const { return path == "/health"; }
};

/// All routes. The first one whose path matches a request is used.
std::span<const Route> Routes();

/// Whether `path`, undecoded and below kRoot, matches the pattern. The segment that {name} matches
/// goes to `*value`, undecoded.
bool PathFits(std::string_view pattern, std::string_view path, std::string_view* value);

/// The text of page.html or openapi.json, compiled in; empty for any other name.
std::string_view ControlFile(std::string_view name);

// server_routes.cc
Handler GetPage, GetOpenApi, GetHealth, GetMetrics;
// app_routes.cc
Handler ListApps, CreateApp, ReplaceApps, DeleteApps, GetApp, PutApp, DeleteApp, GetNames, PutNames,
    SignUserSig;
// state_routes.cc
Handler GetProfile, PutProfile, GetSwitch, PutSwitch, GetState, PutState, Reset, GetThrottle,
    GetClock, PutClock, AdvanceClock;
// journal_routes.cc
Handler ListRequests, DeleteRequests, GetRequest, ListAssumptions, CountRequests, StreamRequests;

/// One recorded call. What is absent is null; where the body is not UTF-8, `body_base64` has its
/// bytes.
nlohmann::ordered_json EntryToJson(const JournalEntry& entry);

// fault_routes.cc
Handler ListFaults, AddFault, DeleteFaults, ListFaultPresets, GetFault, DeleteFault;

}  // namespace timock::control

#endif  // TIMOCK_CONTROL_ROUTES_H_
