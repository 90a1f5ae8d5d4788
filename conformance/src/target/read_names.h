#ifndef TIMOCK_CONFORMANCE_TARGET_READ_NAMES_H_
#define TIMOCK_CONFORMANCE_TARGET_READ_NAMES_H_

#include <map>
#include <optional>
#include <string>

#include "target/target.h"

namespace timock::conformance {

/// The names of slots as im_get_attr_name tells them, or why it does not.
struct NamesReading {
  std::optional<std::map<std::string, std::string>> names;
  std::string problem;
};
NamesReading ReadNames(Target& target, const Identity& who);

}  // namespace timock::conformance

#endif  // TIMOCK_CONFORMANCE_TARGET_READ_NAMES_H_
