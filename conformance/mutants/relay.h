#ifndef TIMOCK_CONFORMANCE_RELAY_H_
#define TIMOCK_CONFORMANCE_RELAY_H_

#include <cstdint>
#include <string>

#include "mutant.h"

namespace timock::mutants {

/// Listens on loopback at `port` (0: a free one) in the place of the server at `server_port`, and
/// writes each of its replies to a call of the endpoint as `wire` has it; the control API's pass as
/// they are. Runs as long as the process. Returns its port; throws std::runtime_error.
std::uint16_t StartRelay(std::uint16_t port, std::uint16_t server_port, WireText wire);

/// A reply as the server would write it.
std::string PlainText(const conformance::ReplyParser& reply);

}  // namespace timock::mutants

#endif  // TIMOCK_CONFORMANCE_RELAY_H_
