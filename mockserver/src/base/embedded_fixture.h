#ifndef TIMOCK_BASE_EMBEDDED_FIXTURE_H_
#define TIMOCK_BASE_EMBEDDED_FIXTURE_H_

#include <string_view>

namespace timock {

/// The text of a file below fixtures/ that is compiled in; empty for any other path.
std::string_view EmbeddedFixture(std::string_view path);

}  // namespace timock

#endif  // TIMOCK_BASE_EMBEDDED_FIXTURE_H_
