#ifndef TIMOCK_CONFORMANCE_CASES_REGIONS_H_
#define TIMOCK_CONFORMANCE_CASES_REGIONS_H_

#include <string>
#include <vector>

namespace timock::conformance {

/// Where the real service can be called (R11): "singapore" and its hosts, the usual one first.
struct Region {
  std::string name;
  std::vector<std::string> hosts;
};

/// Those of fixtures/hosts.json.
std::vector<Region> Regions();

}  // namespace timock::conformance

#endif  // TIMOCK_CONFORMANCE_CASES_REGIONS_H_
