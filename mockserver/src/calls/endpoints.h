#ifndef TIMOCK_CALLS_ENDPOINTS_H_
#define TIMOCK_CALLS_ENDPOINTS_H_

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "calls/call.h"

namespace timock {

// PROTOCOL sections 1, 4 and 7: im_set_attr_name.
std::optional<Refusal> ReadSetAttrNameBody(const Call& call, Decision& decision);
std::optional<Refusal> SetAttrNames(AppState& app, Decision& decision) TIMOCK_REQUIRES(app.mutex);

// PROTOCOL section 7: im_get_attr_name.
std::optional<Refusal> ReadGetAttrNameBody(const Call& call, Decision& decision);
std::optional<Refusal> GetAttrNames(AppState& app, Decision& decision) TIMOCK_REQUIRES(app.mutex);

/// The commands that are served, as fixtures/commands.json lists them; a command's place is its
/// number.
std::span<const Endpoint, kServedCommands> ServedEndpoints();

/// Real commands of the vendor that are not served, as SERVICE/COMMAND; the others of
/// fixtures/commands.json.
std::span<const std::string> UnservedCommands();

}  // namespace timock

#endif  // TIMOCK_CALLS_ENDPOINTS_H_
