#ifndef TIMOCK_CORE_HOSTS_H_
#define TIMOCK_CORE_HOSTS_H_

#include <string>
#include <string_view>
#include <vector>

namespace timock {

/// The region that a documented host of R11 belongs to; empty for any other host. `host` may have a
/// port and any case of letters.
std::string_view RegionOfHost(std::string_view host);

/// The regions' names, in the order of fixtures/hosts.json.
const std::vector<std::string>& RegionNames();

/// The first documented host of a region; empty for an unknown region.
std::string_view HostOfRegion(std::string_view region);

/// Every host of R11, backups and the one that is only observed included, in the order of
/// fixtures/hosts.json.
std::vector<std::string> DocumentedHosts();

}  // namespace timock

#endif  // TIMOCK_CORE_HOSTS_H_
