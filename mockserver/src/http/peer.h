#ifndef TIMOCK_HTTP_PEER_H_
#define TIMOCK_HTTP_PEER_H_

namespace timock {

/// Whether the other side of a TCP connection has ended its direction or reset it all, whatever it
/// sent before that is still to be read.
bool HasPeerEnded(int descriptor);

}  // namespace timock

#endif  // TIMOCK_HTTP_PEER_H_
