#include "run/selection.h"

#include <fnmatch.h>
#include <gtest/gtest.h>

#include <algorithm>

namespace timock::conformance {
namespace {

bool MatchesAny(std::string_view patterns, const std::string& name) {
  while (!patterns.empty()) {
    const std::size_t end = std::min(patterns.find(':'), patterns.size());
    const std::string pattern(patterns.substr(0, end));
    if (::fnmatch(pattern.c_str(), name.c_str(), FNM_NOESCAPE) == 0) return true;
    patterns.remove_prefix(std::min(end + 1, patterns.size()));
  }
  return false;
}

}  // namespace

bool Selects(std::string_view filter, const std::string& name) {
  const std::size_t dash = std::min(filter.find('-'), filter.size());
  const std::string_view wanted = filter.substr(0, dash);
  const std::string_view unwanted = filter.substr(std::min(dash + 1, filter.size()));
  return (wanted.empty() || MatchesAny(wanted, name)) && !MatchesAny(unwanted, name);
}

std::string GivenFilter() { return testing::GTEST_FLAG(filter); }

}  // namespace timock::conformance
