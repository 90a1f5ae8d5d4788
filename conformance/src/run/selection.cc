#include "run/selection.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace timock::conformance {
namespace {

bool Matches(std::string_view pattern, std::string_view name) {
  if (pattern.empty()) return name.empty();
  if (pattern.front() == '*') {
    for (std::size_t skipped = 0; skipped <= name.size(); ++skipped) {
      if (Matches(pattern.substr(1), name.substr(skipped))) return true;
    }
    return false;
  }
  const bool fits = !name.empty() && (pattern.front() == '?' || pattern.front() == name.front());
  return fits && Matches(pattern.substr(1), name.substr(1));
}

bool MatchesAny(std::string_view patterns, std::string_view name) {
  while (!patterns.empty()) {
    const std::size_t end = std::min(patterns.find(':'), patterns.size());
    if (Matches(patterns.substr(0, end), name)) return true;
    patterns.remove_prefix(std::min(end + 1, patterns.size()));
  }
  return false;
}

}  // namespace

bool Selects(std::string_view filter, std::string_view name) {
  const std::size_t dash = std::min(filter.find('-'), filter.size());
  const std::string_view wanted = filter.substr(0, dash);
  const std::string_view unwanted = filter.substr(std::min(dash + 1, filter.size()));
  return (wanted.empty() || MatchesAny(wanted, name)) && !MatchesAny(unwanted, name);
}

std::string GivenFilter() { return testing::GTEST_FLAG(filter); }

}  // namespace timock::conformance
