#include "service/door.h"

#include <gtest/gtest.h>
#include <httplib.h>

#include <thread>
#include <utility>

#include "timock/httplib.h"
#include "timock/server.h"

namespace timock {
namespace {

class HandleDoor final : public Door {
 public:
  explicit HandleDoor(ServiceOptions options)
      : service_(Service::Create(std::move(options)).value()) {}
  HttpResponse Send(const HttpRequest& request) override { return service_->Handle(request); }
  Service& service() override { return *service_; }

 private:
  std::unique_ptr<Service> service_;
};

HttpResponse SendTo(httplib::Client& client, const HttpRequest& from) {
  httplib::Request request;
  request.method = from.method;
  request.path = from.target;
  for (const HttpHeader& header : from.headers) request.headers.emplace(header.name, header.value);
  request.body = from.body;
  const httplib::Result result = client.send(request);
  if (!result) {
    ADD_FAILURE() << "no answer: " << httplib::to_string(result.error());
    return {.status = 0};
  }
  return {.status = result->status,
          .content_type = result->get_header_value("Content-Type"),
          .body = result->body,
          .close = result->get_header_value("Connection") == "close"};
}

std::unique_ptr<httplib::Client> Connect(int port) {
  auto client = std::make_unique<httplib::Client>("127.0.0.1", port);
  client->set_keep_alive(true);
  client->set_tcp_nodelay(true);
  client->set_url_encode(false);
  return client;
}

class SocketDoor final : public Door {
 public:
  explicit SocketDoor(ServiceOptions options)
      : server_(Server::Start({.service = std::move(options)}).value()),
        client_(Connect(server_->port())) {}
  HttpResponse Send(const HttpRequest& request) override { return SendTo(*client_, request); }
  Service& service() override { return server_->service(); }

 private:
  std::unique_ptr<Server> server_;
  std::unique_ptr<httplib::Client> client_;
};

class AdapterDoor final : public Door {
 public:
  explicit AdapterDoor(ServiceOptions options)
      : service_(Service::Create(std::move(options)).value()) {
    http_.set_keep_alive_max_count(100'000);
    http_.set_tcp_nodelay(true);
    Mount(http_, *service_);
    client_ = Connect(http_.bind_to_any_port("127.0.0.1"));
    thread_ = std::thread([this] { http_.listen_after_bind(); });
    while (!http_.is_running()) std::this_thread::yield();
  }
  ~AdapterDoor() override {
    client_.reset();
    http_.stop();
    thread_.join();
  }
  HttpResponse Send(const HttpRequest& request) override { return SendTo(*client_, request); }
  Service& service() override { return *service_; }

 private:
  std::unique_ptr<Service> service_;
  httplib::Server http_;
  std::unique_ptr<httplib::Client> client_;
  std::thread thread_;
};

}  // namespace

std::string DoorName(DoorKind kind) {
  switch (kind) {
    case DoorKind::kHandle:
      return "Handle";
    case DoorKind::kSocket:
      return "Socket";
    case DoorKind::kAdapter:
      return "Adapter";
  }
  return {};
}

std::unique_ptr<Door> OpenDoor(DoorKind kind, ServiceOptions options) {
  switch (kind) {
    case DoorKind::kHandle:
      return std::make_unique<HandleDoor>(std::move(options));
    case DoorKind::kSocket:
      return std::make_unique<SocketDoor>(std::move(options));
    case DoorKind::kAdapter:
      return std::make_unique<AdapterDoor>(std::move(options));
  }
  return nullptr;
}

}  // namespace timock
