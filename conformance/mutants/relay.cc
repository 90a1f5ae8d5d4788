#include "relay.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <stdexcept>
#include <string_view>
#include <thread>
#include <utility>

namespace timock::mutants {
namespace {

using conformance::ReplyParser;

sockaddr_in Loopback(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

bool SendAll(int to, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t size = ::send(to, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (size <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(size));
  }
  return true;
}

/// One client's connection and the one to the server that belongs to it.
class Pair {
 public:
  Pair(int client, std::uint16_t server_port, const WireText& wire)
      : client_(client), server_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)), wire_(wire) {
    const sockaddr_in address = Loopback(server_port);
    const int on = 1;
    setsockopt(client_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    setsockopt(server_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    open_ = ::connect(server_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
    parser_.TakeInterim(true);
  }
  ~Pair() {
    ::close(client_);
    ::close(server_);
  }
  Pair(const Pair&) = delete;
  Pair& operator=(const Pair&) = delete;

  void Run() {
    while (open_) {
      std::array<pollfd, 2> ready = {{{.fd = client_, .events = POLLIN, .revents = 0},
                                      {.fd = server_, .events = POLLIN, .revents = 0}}};
      if (::poll(ready.data(), ready.size(), -1) < 0) return;
      if (ready[0].revents != 0) FromClient();
      if (ready[1].revents != 0) FromServer();
    }
  }

 private:
  std::string Some(int from) {
    std::string piece(std::size_t{16} * 1024, '\0');
    const ssize_t size = ::recv(from, piece.data(), piece.size(), 0);
    piece.resize(size > 0 ? static_cast<std::size_t>(size) : 0);
    open_ = open_ && size > 0;
    return piece;
  }

  void FromClient() {
    const std::string piece = Some(client_);
    if (piece.find(" /_timock/") != std::string::npos) controls_ = true;
    if (piece.find(" /v4/") != std::string::npos) controls_ = false;
    if (piece.starts_with("HEAD ")) parser_.ExpectBody(false);
    open_ = open_ && SendAll(server_, piece);
  }

  void FromServer() {
    const std::string piece = Some(server_);
    ReplyParser::State state = piece.empty() ? parser_.End() : parser_.Feed(piece);
    while (state == ReplyParser::State::kDone) {
      const bool plain = controls_ || parser_.status() / 100 == 1;
      open_ = SendAll(client_, plain ? PlainText(parser_) : wire_(parser_)) && open_;
      if (parser_.closes()) open_ = false;
      if (!open_) return;
      parser_.ExpectBody(true);
      state = parser_.Next();
    }
    if (state == ReplyParser::State::kBroken) open_ = false;
  }

  const int client_;
  const int server_;
  const WireText& wire_;
  ReplyParser parser_;
  bool open_ = false;
  bool controls_ = false;
};

}  // namespace

std::string PlainText(const ReplyParser& reply) {
  std::string text = "HTTP/1.1 " + std::to_string(reply.status()) + " OK\r\n";
  for (const auto& [name, value] : reply.headers()) {
    text.append(name).append(": ").append(value).append("\r\n");
  }
  return text + "\r\n" + reply.body();
}

std::uint16_t StartRelay(std::uint16_t port, std::uint16_t server_port, WireText wire) {
  const int listener = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const int on = 1;
  setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  sockaddr_in address = Loopback(port);
  socklen_t size = sizeof address;
  if (::bind(listener, reinterpret_cast<const sockaddr*>(&address), size) != 0 ||
      ::listen(listener, SOMAXCONN) != 0 ||
      ::getsockname(listener, reinterpret_cast<sockaddr*>(&address), &size) != 0) {
    throw std::runtime_error("port " + std::to_string(port) + " cannot be had");
  }
  std::thread([listener, server_port, wire = std::move(wire)] {
    for (;;) {
      const int client = ::accept(listener, nullptr, nullptr);
      if (client < 0) continue;
      std::thread([client, server_port, &wire] { Pair(client, server_port, wire).Run(); }).detach();
    }
  }).detach();
  return ntohs(address.sin_port);
}

}  // namespace timock::mutants
