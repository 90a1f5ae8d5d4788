#include <timock/server.h>

int main() {
  auto server = timock::Server::Start();
  if (!server || server.value()->port() == 0) {
    return 1;
  }
  auto& service = server.value()->service();
  const auto target = service.Target("im_set_attr_name", 1400000000, "administrator");
  service.Handle({.target = target.value(), .body = R"({"AttrNames":{"0":"sex"}})"});
  return service.Names(1400000000) == timock::AttrNames{{0, "sex"}} ? 0 : 1;
}
