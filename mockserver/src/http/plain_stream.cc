#include "http/plain_stream.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <utility>

namespace timock {

PlainStream::PlainStream(PollSet& set, Descriptor descriptor) {
  const int on = 1;
  ::setsockopt(descriptor.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
  socket_ = std::make_unique<PolledSocket>(set, std::move(descriptor));
}

bool PlainStream::HasInput() {
  int bytes = 0;
  return ::ioctl(socket_->descriptor(), FIONREAD, &bytes) == 0 && bytes > 0;
}

void PlainStream::ShutdownSend() { ::shutdown(socket_->descriptor(), SHUT_WR); }

void PlainStream::Reset() {
  const linger at_once{.l_onoff = 1, .l_linger = 0};
  ::setsockopt(socket_->descriptor(), SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
  Close();
}

}  // namespace timock
