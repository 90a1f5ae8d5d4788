// httplib_peer PORT PATH REPLY: cpp-httplib's server as it comes, with one handler that answers a
// fixed text.

#include <httplib.h>

#include <charconv>
#include <cstdio>
#include <string_view>

int main(int argc, char** argv) {
  int port = 0;
  const std::string_view text = argc == 4 ? argv[1] : "";
  if (std::from_chars(text.data(), text.data() + text.size(), port).ec != std::errc{}) {
    std::fputs("usage: httplib-peer PORT PATH REPLY\n", stderr);
    return 2;
  }
  httplib::Server server;
  server.Post(argv[2], [&](const httplib::Request& /*request*/, httplib::Response& response) {
    response.set_content(argv[3], "application/json");
  });
  return server.listen("127.0.0.1", port) ? 0 : 1;
}
