// start_stop [CYCLES [KIB]]: starts and stops a server in process, 10,000 times by default, on one
// and the same port, every tenth time with a call that keeps its connection open. Prints resident
// memory and open descriptors; fails when memory grows by more than KIB (1,024) after the first
// tenth, when descriptors grow, or when the port is lost. AddressSanitizer keeps freed memory and
// records of ended threads: with it, give 16384 and ASAN_OPTIONS=quarantine_size_mb=1.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <memory>
#include <string>
#include <string_view>

#include "timock/server.h"

namespace timock {
namespace {

std::int64_t ResidentKib() {
  std::ifstream status("/proc/self/status");
  std::string word;
  while (status >> word) {
    if (word == "VmRSS:") break;
  }
  std::int64_t kib = 0;
  status >> kib;
  return kib;
}

std::int64_t OpenDescriptors() {
  const std::filesystem::directory_iterator entries("/proc/self/fd");
  return std::distance(begin(entries), end(entries)) - 1;  // one is the folder's own
}

/// A connection with one call made, or -1.
int Call(std::uint16_t port) {
  const int connection = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  constexpr std::string_view kRequest = "HEAD / HTTP/1.1\r\nHost: localhost\r\n\r\n";
  std::array<char, 512> answer = {};
  const bool answered =
      ::connect(connection, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0 &&
      ::send(connection, kRequest.data(), kRequest.size(), MSG_NOSIGNAL) > 0 &&
      ::recv(connection, answer.data(), answer.size(), 0) > 0 &&
      std::string_view(answer.data()).starts_with("HTTP/1.1 200");
  if (answered) return connection;
  ::close(connection);
  return -1;
}

bool Cycle(std::uint16_t* port, bool with_call) {
  auto server = Server::Start({.port = *port});
  if (!server.ok()) {
    std::cerr << server.error().Text() << '\n';
    return false;
  }
  *port = server.value()->port();
  if (!with_call) return true;
  const int connection = Call(*port);
  server.value()->Stop();
  if (connection < 0) {
    std::cerr << "no answer\n";
    return false;
  }
  ::close(connection);
  return true;
}

int Main(int cycles, std::int64_t most_growth_kib) {
  std::uint16_t port = 0;
  const int step = std::max(cycles / 10, 1);
  std::int64_t resident = 0;
  std::int64_t descriptors = 0;
  for (int cycle = 1; cycle <= cycles; ++cycle) {
    if (!Cycle(&port, cycle % 10 == 0)) return 1;
    if (cycle % step != 0) continue;
    std::cout << cycle << " cycles: " << ResidentKib() << " KiB resident, " << OpenDescriptors()
              << " descriptors" << std::endl;
    if (cycle > step) continue;
    resident = ResidentKib();
    descriptors = OpenDescriptors();
  }
  const bool grown = ResidentKib() > resident + most_growth_kib || OpenDescriptors() > descriptors;
  if (grown) std::cerr << "it leaks\n";
  return grown ? 1 : 0;
}

}  // namespace
}  // namespace timock

int main(int count, char** arguments) {
  return timock::Main(count > 1 ? std::atoi(arguments[1]) : 10'000,
                      count > 2 ? std::atoi(arguments[2]) : 1024);
}
