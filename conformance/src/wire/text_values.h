#ifndef TIMOCK_CONFORMANCE_WIRE_TEXT_VALUES_H_
#define TIMOCK_CONFORMANCE_WIRE_TEXT_VALUES_H_

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace timock::conformance {

/// "50ms", "2s", "10m": a number of at least 0, decimals allowed, and its unit. Throws ConfigError,
/// in whose text `what` stands first.
std::chrono::nanoseconds ParseDuration(std::string_view text, const std::string& what);

/// "100": a whole number of at least 1. Throws as above.
std::uint64_t ParseCount(std::string_view text, const std::string& what);

/// "a=1,b" as {"a","1"}, {"b",""}, in their order.
std::vector<std::pair<std::string, std::string>> ParsePairs(std::string_view text);

/// With so many digits behind the point: "1.50".
std::string Fixed(double value, int digits);

/// "1.25 s", "3.20 ms" or "41 us".
std::string DurationText(std::chrono::nanoseconds time);

}  // namespace timock::conformance

#endif  // TIMOCK_CONFORMANCE_WIRE_TEXT_VALUES_H_
