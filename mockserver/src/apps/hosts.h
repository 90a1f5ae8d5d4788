#ifndef TIMOCK_APPS_HOSTS_H_
#define TIMOCK_APPS_HOSTS_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace timock {

/// Whether two host names are one: in any case of letters, and with or without the root's dot at
/// the end.
bool SameHost(std::string_view a, std::string_view b);

/// The region that a documented host of R11 belongs to; empty for any other host. `host` may have a
/// port, any case of letters and a dot at its end.
std::string_view RegionOfHost(std::string_view host);

/// The regions' names, in the order of fixtures/hosts.json.
const std::vector<std::string>& RegionNames();

/// The first documented host of a region; empty for an unknown region.
std::string_view HostOfRegion(std::string_view region);

/// Every host of R11, backups and the one that is only observed included, in the order of
/// fixtures/hosts.json.
std::vector<std::string> DocumentedHosts();

/// The hosts that a server answers for: those of R11, then `extra`. Its certificate and its proxy
/// take them from here.
std::vector<std::string> ServedHosts(const std::vector<std::string>& extra);

/// A name for `extra` above, in lower case and without a dot at its end; nothing when `text` is not
/// a DNS name: an address, a port, a wildcard.
std::optional<std::string> ReadHostName(std::string_view text);

/// Whether `host` is of the vendor's: it or its parent domain is the parent of a host of R11.
bool IsVendorHost(std::string_view host);

}  // namespace timock

#endif  // TIMOCK_APPS_HOSTS_H_
