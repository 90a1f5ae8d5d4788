#ifndef TIMOCK_TIMOCK_H_
#define TIMOCK_TIMOCK_H_

/// All of timock's public API.
///
///     auto fake = timock::Server::Start().value();      // the demo app, on a free port
///     MyClient client(fake->url(), ...);                // the code under test
///     client.SetAttrName(0, "sex");
///     EXPECT_EQ(fake->service().Names(1400000000), (timock::AttrNames{{0, "sex"}}));
///
/// Without a socket, a Service takes an HttpRequest and gives an HttpResponse. With a ManualClock
/// in ServiceOptions::clock, time is frozen until the test advances it.

#include "timock/app.h"           // IWYU pragma: export
#include "timock/clock.h"         // IWYU pragma: export
#include "timock/error_code.h"    // IWYU pragma: export
#include "timock/fault.h"         // IWYU pragma: export
#include "timock/http_message.h"  // IWYU pragma: export
#include "timock/journal.h"       // IWYU pragma: export
#include "timock/profile.h"       // IWYU pragma: export
#include "timock/result.h"        // IWYU pragma: export
#include "timock/server.h"        // IWYU pragma: export
#include "timock/service.h"       // IWYU pragma: export
#include "timock/throttle.h"      // IWYU pragma: export
#include "timock/user_sig.h"      // IWYU pragma: export

#endif  // TIMOCK_TIMOCK_H_
