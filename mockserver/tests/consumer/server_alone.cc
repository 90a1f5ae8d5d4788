// Links timock::server, which brings all that it needs.
#include <timock/server.h>

#include "use.h"

using timock::Server;

int main() {
  Use(Server::Start, &Server::Stop, &Server::port, &Server::url, &Server::tls_port,
      &Server::proxy_port, &Server::control_port, &Server::control_token, &Server::ca_certificate,
      &Server::service);
  return Server::Start().ok() ? 0 : 1;
}
