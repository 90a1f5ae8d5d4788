#ifndef TIMOCK_HTTP_FRAMING_H_
#define TIMOCK_HTTP_FRAMING_H_

#include <string>
#include <string_view>

#include "http/head_reader.h"

namespace timock {

/// Reads from `head->headers` what the transport lives by, Host, Connection, Content-Length,
/// Transfer-Encoding and Expect, into the other members of `*head`. False, and `*reason`, when one
/// of them is malformed, stands twice or contradicts another (P9).
bool ReadFraming(RequestHead* head, std::string* reason);

/// Whether `host` is what a Host header may hold: a name, an IPv4 address or a bracketed IPv6
/// address, and possibly a port.
bool ValidHost(std::string_view host);

}  // namespace timock

#endif  // TIMOCK_HTTP_FRAMING_H_
