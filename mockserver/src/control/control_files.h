#ifndef TIMOCK_CONTROL_CONTROL_FILES_H_
#define TIMOCK_CONTROL_CONTROL_FILES_H_

#include <string_view>

namespace timock::control {

/// The text of page.html or openapi.json, compiled in; empty for any other name.
std::string_view ControlFile(std::string_view name);

}  // namespace timock::control

#endif  // TIMOCK_CONTROL_CONTROL_FILES_H_
