#ifndef TIMOCK_CORE_SAME_SECRET_H_
#define TIMOCK_CORE_SAME_SECRET_H_

#include <string_view>

namespace timock {

/// Takes as long for two texts of one length that differ early as for two that differ late.
bool SameSecret(std::string_view a, std::string_view b);

}  // namespace timock

#endif  // TIMOCK_CORE_SAME_SECRET_H_
