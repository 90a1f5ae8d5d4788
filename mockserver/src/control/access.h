#ifndef TIMOCK_CONTROL_ACCESS_H_
#define TIMOCK_CONTROL_ACCESS_H_

#include <string_view>

#include "control/exchange.h"

namespace timock::control {

/// What keeps strangers and web pages out. With a token, it is demanded. Without one, the Host must
/// be this machine's loopback or `server.host`, so that a name that was bent to this address
/// (DNS rebinding) leads nowhere. An Origin must be the server's own in both cases, and what a
/// browser sends for another site is refused, unless somebody follows a link to where
/// `leads_to_page`. `authority` is that of an absolute form, empty for an origin form.
Outcome CheckAccess(const ServerView& server, const HttpRequestView& request,
                    std::string_view authority, bool leads_to_page);

}  // namespace timock::control

#endif  // TIMOCK_CONTROL_ACCESS_H_
