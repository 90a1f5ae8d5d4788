#include "http/health_probe.h"

#include <netdb.h>
#include <sys/socket.h>
#include <sys/time.h>

#include <array>
#include <cerrno>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include "apps/hosts.h"
#include "http/socket.h"
#include "text/url.h"
#include "text/words.h"

namespace timock {
namespace {

constexpr std::string_view kHealthy = "HTTP/1.1 200 ";
constexpr std::uint16_t kDefaultPort = 80;
constexpr std::size_t kMaxShown = 200;

Error NotReady(std::string why) {
  return {.message = std::move(why), .code = Error::Code::kNotFound};
}

struct Origin {
  std::string host;
  std::uint16_t port = kDefaultPort;
};

Result<Origin> OriginOf(const std::string& url) {
  constexpr std::string_view kScheme = "http://";
  if (StartsWithIgnoreCase(url, kScheme)) {
    const Target target = SplitTarget(url);
    const std::optional<HostPort> origin = ReadHostPort(target.authority);
    if (origin && (target.path.empty() || target.path == "/") && target.query.empty()) {
      return Origin{WithoutBrackets(std::string(origin->host)),
                    origin->port.value_or(kDefaultPort)};
    }
  }
  return Error{"'" + OneLine(url, kMaxShown) +
               "': expected http://HOST[:PORT], the first URL that `timock serve` prints"};
}

std::string Message(int number) {
  // A socket's time is up with the first two.
  if (number == EAGAIN || number == EINPROGRESS) number = ETIMEDOUT;
  return std::generic_category().message(number);
}

Descriptor Connect(const addrinfo& address, std::chrono::milliseconds timeout) {
  Descriptor connected(::socket(address.ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0));
  const timeval time = {.tv_sec = timeout.count() / 1000, .tv_usec = timeout.count() % 1000 * 1000};
  ::setsockopt(connected.get(), SOL_SOCKET, SO_RCVTIMEO, &time, sizeof(time));
  ::setsockopt(connected.get(), SOL_SOCKET, SO_SNDTIMEO, &time, sizeof(time));
  if (::connect(connected.get(), address.ai_addr, address.ai_addrlen) == 0) return connected;
  const int why = errno;
  connected.Reset();
  errno = why;
  return connected;
}

// The beginning of the answer, or an Error.
Result<std::string> Ask(const Descriptor& connected, const std::string& request) {
  if (::send(connected.get(), request.data(), request.size(), MSG_NOSIGNAL) < 0) {
    return NotReady(Message(errno));
  }
  std::string start;
  while (start.size() < kHealthy.size()) {
    std::array<char, 512> bytes;  // NOLINT(cppcoreguidelines-pro-type-member-init)
    const ssize_t read = ::recv(connected.get(), bytes.data(), bytes.size(), 0);
    if (read < 0) return NotReady(Message(errno));
    if (read == 0) break;
    start.append(bytes.data(), static_cast<std::size_t>(read));
  }
  return start;
}

}  // namespace

Result<Done> ProbeHealth(const std::string& url, std::chrono::milliseconds timeout) {
  const Result<Origin> origin = OriginOf(url);
  if (!origin.ok()) return origin.error();
  const auto& [host, port] = origin.value();
  Descriptor connected;
  // Without asking for the name: where a program is alone, no file tells it.
  const bool localhost = SameHost(host, "localhost");
  std::vector<std::string> names(1, localhost ? "127.0.0.1" : host);
  if (localhost) names.emplace_back("::1");
  for (const std::string& name : names) {
    addrinfo hints = {};
    hints.ai_socktype = SOCK_STREAM;
    addrinfo* found = nullptr;
    const int unknown = ::getaddrinfo(name.c_str(), std::to_string(port).c_str(), &hints, &found);
    if (unknown != 0) {
      return NotReady(url + ": the host is not known (" + ::gai_strerror(unknown) + ")");
    }
    const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> all(found, &::freeaddrinfo);
    for (const addrinfo* address = found; address != nullptr && !connected;
         address = address->ai_next) {
      connected = Connect(*address, timeout);
    }
  }
  if (!connected) {
    return NotReady(url + ": nothing answers there (" + Message(errno) +
                    "); is the server running, and is this its port?");
  }
  const Result<std::string> start =
      Ask(connected,
          "HEAD / HTTP/1.1\r\nHost: " + HostAndPort(host, port) + "\r\nConnection: close\r\n\r\n");
  if (!start.ok()) return NotReady(url + ": no answer (" + start.error().Text() + ")");
  if (start.value().starts_with(kHealthy)) return Done{};
  const std::string line = start.value().substr(0, start.value().find('\r'));
  return NotReady(url + ": not a healthy timock: it answered \"" + OneLine(line, kMaxShown) + '"');
}

}  // namespace timock
