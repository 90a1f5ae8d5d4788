#include "wire/text_values.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "wire/config_error.h"

namespace timock::conformance {

using std::chrono::nanoseconds;

nanoseconds ParseDuration(std::string_view text, const std::string& what) {
  constexpr double kMax = 1e6;  // Seconds; some eleven days.
  constexpr std::array<std::pair<std::string_view, double>, 4> kUnits = {
      {{"us", 1e-6}, {"ms", 1e-3}, {"s", 1}, {"m", 60}}};
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  const std::string_view unit = text.substr(static_cast<std::size_t>(end - text.data()));
  for (const auto& [name, seconds] : kUnits) {
    const double time = number * seconds;
    if (error == std::errc{} && unit == name && time >= 0 && time <= kMax) {
      return nanoseconds{std::llround(time * 1e9)};
    }
  }
  throw ConfigError(what + " is \"" + std::string(text) +
                    "\"; expected a time with its unit: 500us, 50ms, 2s, 10m");
}

std::uint64_t ParseCount(std::string_view text, const std::string& what) {
  std::uint64_t number = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc{} || stop != end || number == 0) {
    throw ConfigError(what + " is \"" + std::string(text) + "\"; expected a whole number from 1");
  }
  return number;
}

std::vector<std::pair<std::string, std::string>> ParsePairs(std::string_view text) {
  std::vector<std::pair<std::string, std::string>> pairs;
  while (!text.empty()) {
    const std::string_view item = text.substr(0, text.find(','));
    const std::size_t equals = std::min(item.find('='), item.size());
    const std::string_view value = item.substr(std::min(equals + 1, item.size()));
    pairs.emplace_back(item.substr(0, equals), value);
    text.remove_prefix(std::min(item.size() + 1, text.size()));
  }
  return pairs;
}

std::string Fixed(double value, int digits) {
  std::array<char, 400> text{};
  const auto end =
      std::to_chars(text.data(), text.data() + text.size(), value, std::chars_format::fixed, digits)
          .ptr;
  return {text.data(), end};
}

std::string DurationText(nanoseconds time) {
  const auto nanos = static_cast<double>(time.count());
  if (nanos >= 1e9) return Fixed(nanos / 1e9, 2) + " s";
  if (nanos >= 1e6) return Fixed(nanos / 1e6, 2) + " ms";
  return Fixed(nanos / 1e3, 0) + " us";
}

}  // namespace timock::conformance
