#include "http/raw_client.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>

namespace timock::testing {
namespace {

constexpr int kTimeoutSeconds = 10;

std::size_t ContentLength(std::string_view head) {
  constexpr std::string_view kName = "\r\nContent-Length: ";
  const std::size_t found = head.find(kName);
  if (found == std::string_view::npos) return 0;
  const std::string_view digits = head.substr(found + kName.size());
  std::size_t length = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), length);
  return length;
}

}  // namespace

bool Answer::Has(std::string_view header_line) const {
  return head.find("\r\n" + std::string(header_line) + "\r\n") != std::string::npos;
}

bool CutAnswer(std::string* bytes, bool with_body, Answer* answer) {
  const std::size_t blank = bytes->find("\r\n\r\n");
  if (blank == std::string::npos) return false;
  const std::string head = bytes->substr(0, blank + 4);
  const std::size_t length = with_body ? ContentLength(head) : 0;
  if (bytes->size() < head.size() + length) return false;
  *answer = {.head = head, .body = bytes->substr(head.size(), length)};
  bytes->erase(0, head.size() + length);
  constexpr std::string_view kVersion = "HTTP/1.1 ";
  if (head.starts_with(kVersion)) {
    std::from_chars(head.data() + kVersion.size(), head.data() + head.size(), answer->status);
  }
  return true;
}

RawClient::RawClient(std::uint16_t port, int receive_buffer) {
  const int descriptor = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (descriptor < 0) return;
  const timeval timeout = {.tv_sec = kTimeoutSeconds, .tv_usec = 0};
  ::setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof(timeout));
  ::setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &timeout, sizeof(timeout));
  const int one = 1;
  ::setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
  if (receive_buffer > 0) {
    ::setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &receive_buffer, sizeof(receive_buffer));
  }
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(descriptor, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0) {
    descriptor_ = descriptor;
  } else {
    ::close(descriptor);
  }
}

RawClient::~RawClient() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

bool RawClient::Send(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = ::send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

void RawClient::EndSending() { ::shutdown(descriptor_, SHUT_WR); }

bool RawClient::Receive() {
  std::array<char, 16384> block;
  const ssize_t received = ::recv(descriptor_, block.data(), block.size(), 0);
  reset_ = received < 0 && errno == ECONNRESET;
  if (received <= 0) return false;
  buffer_.append(block.data(), static_cast<std::size_t>(received));
  return true;
}

Answer RawClient::Read(bool with_body) {
  Answer answer;
  while (!CutAnswer(&buffer_, with_body, &answer)) {
    if (!Receive()) return {};
  }
  return answer;
}

bool RawClient::Take(std::string* bytes) {
  if (buffer_.empty() && !Receive()) return false;
  *bytes += buffer_;
  buffer_.clear();
  return true;
}

bool RawClient::Ended() {
  if (!buffer_.empty()) return false;
  char byte = 0;
  return ::recv(descriptor_, &byte, 1, 0) == 0;
}

std::string RawClient::TakeAll() {
  std::string bytes;
  while (Take(&bytes)) {
  }
  return bytes;
}

void RawClient::Close() {
  ::close(descriptor_);
  descriptor_ = -1;
}

bool RawClient::Readable(int milliseconds) {
  if (!buffer_.empty()) return true;
  pollfd waited = {.fd = descriptor_, .events = POLLIN, .revents = 0};
  return ::poll(&waited, 1, milliseconds) == 1;
}

Answer Exchange(std::uint16_t port, std::string_view bytes) {
  RawClient client(port);
  if (!client.connected() || !client.Send(bytes)) return {};
  return client.Read();
}

}  // namespace timock::testing
