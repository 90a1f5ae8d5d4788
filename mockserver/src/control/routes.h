#ifndef TIMOCK_CONTROL_ROUTES_H_
#define TIMOCK_CONTROL_ROUTES_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "control/exchange.h"

namespace timock::control {

inline constexpr std::string_view kRoot = "/_timock";

enum class BodyRule : std::uint8_t { kNone, kOptional, kRequired, kLarge };

/// Most bytes of a body, but where the rule is kLarge: required, and up to kMaxControlBody.
inline constexpr std::size_t kMaxSmallBody = std::size_t{256} * 1024;

/// One route: what openapi.json describes, and what carries it out.
struct Route {
  std::string_view method;  ///< A GET route answers HEAD, too.
  std::string_view path;    ///< Below kRoot. One {name} may stand for a segment.
  std::string_view help;    ///< The summary in openapi.json.
  Outcome (*handler)(Exchange& exchange);
  bool mutates = false;
  BodyRule body = BodyRule::kNone;
  /// Names of the query parameters, separated by spaces.
  std::string_view query = {};

  /// Answered to anybody, without a token.
  bool open() const { return path == "/health"; }
};

/// All routes. Of the paths that fit a request the first one counts.
std::span<const Route> Routes();

/// Whether `path`, undecoded and below kRoot, fits the pattern. The segment that stood in the place
/// of {name} goes to `*value`, undecoded.
bool PathFits(std::string_view pattern, std::string_view path, std::string_view* value);

}  // namespace timock::control

#endif  // TIMOCK_CONTROL_ROUTES_H_
