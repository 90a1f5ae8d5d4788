#include "http/peer.h"

#include <poll.h>

namespace timock {

bool HasPeerEnded(int descriptor) {
  pollfd waited = {.fd = descriptor, .events = POLLRDHUP, .revents = 0};
  return ::poll(&waited, 1, 0) > 0;
}

}  // namespace timock
