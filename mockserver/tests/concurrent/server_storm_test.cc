// Eight clients over HTTP: calls and control requests, each client with apps of its own. Each
// request is answered, each call has one record, and no app is lost.

#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>

#include "concurrent/storm.h"
#include "http/raw_client.h"
#include "timock/server.h"

namespace timock::testing {
namespace {

using nlohmann::json;

constexpr std::size_t kClients = 8;
constexpr int kSteps = 150;

class Client {
 public:
  Client(Server& server, std::uint64_t seed)
      : server_(server), random_(seed), connection_(server.port()) {
    Create();
  }

  void Step() {
    using Act = void (Client::*)();
    static constexpr Act kActs[] = {&Client::CallOwn, &Client::CallOwn,  &Client::CallOwn,
                                    &Client::CallOwn, &Client::Create,   &Client::Remove,
                                    &Client::Put,     &Client::PutNames, &Client::Reset,
                                    &Client::Advance, &Client::Switch,   &Client::Look};
    (this->*kActs[Below(random_, std::size(kActs))])();
  }

  const Answers& answers() const { return answers_; }
  const std::vector<std::uint32_t>& apps() const { return apps_; }

 private:
  std::uint32_t Own() { return apps_[Below(random_, apps_.size())]; }

  Answer Send(const std::string& method, const std::string& target, const std::string& body) {
    EXPECT_TRUE(connection_.Send(
        method + " " + target + " HTTP/1.1\r\nHost: 127.0.0.1:" + std::to_string(server_.port()) +
        "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body));
    return connection_.Read();
  }

  json Control(const std::string& method, const std::string& path, const json& body,
               int status = 200) {
    const bool sends = method != "GET" && method != "DELETE";
    const Answer answer = Send(method, "/_timock/" + path, sends ? body.dump() : std::string());
    EXPECT_EQ(answer.status, status) << method << " " << path << ": " << answer.body;
    return json::parse(answer.body, nullptr, false);
  }

  void CallOwn() {
    const std::uint32_t app = Own();
    const std::string target =
        server_.service().Target("im_set_attr_name", app, "administrator").value();
    const Answer answer = Send("POST", target, R"({"AttrNames":{"0":"sex"}})");
    EXPECT_EQ(answer.status, 200);
    ++answers_[CodeOf(answer.body)];
  }

  void Create() {
    if (apps_.size() >= 5) return;
    apps_.push_back(Control("POST", "apps", json::object(), 201).value("sdkappid", 0U));
  }

  void Remove() {
    if (apps_.size() < 2) return;
    Control("DELETE", "apps/" + std::to_string(apps_.back()), {});
    apps_.pop_back();
  }

  void Put() {
    const auto limit = 1 + Below(random_, 20);
    const json app = Control("PUT", "apps/" + std::to_string(Own()), {{"limit", limit}});
    EXPECT_EQ(app.value("limit", 0U), limit);
  }

  void PutNames() {
    const std::string path = "apps/" + std::to_string(Own()) + "/names";
    const json names = {{"1", "city"}};
    Control("PUT", path, names);
    EXPECT_EQ(Control("GET", path, {}), names);
  }

  void Reset() { Control("PUT", "apps/" + std::to_string(Own()), json::object()); }

  void Advance() {
    Control("POST", "clock/advance", {{"seconds", Below(random_, 2) == 0 ? 2 : -2}});
  }

  void Switch() {
    Control("PUT", "profile", {{"not_admin", Below(random_, 2) == 0 ? 90009 : 60010}});
  }

  void Look() {
    const std::string app = std::to_string(Own());
    Control("GET", "apps/" + app, {});
    Control("GET", "throttle?sdkappid=" + app, {});
    Control("GET", "requests?limit=3&sdkappid=" + app, {});
    EXPECT_EQ(Send("GET", "/_timock/metrics", "").status, 200);
  }

  Server& server_;
  Random random_;
  RawClient connection_;
  std::vector<std::uint32_t> apps_;
  Answers answers_;
};

TEST(ServerStormTest, EachRequestIsAnsweredAndEachCallHasARecord) {
  const std::uint64_t seed = PrintedSeed();
  ServerOptions options;
  options.threads = 4;
  options.service.journal = {.max_entries = 100'000, .max_bytes = std::size_t{1} << 27};
  const auto server = Server::Start(std::move(options)).value();
  std::vector<std::unique_ptr<Client>> clients;
  for (std::size_t i = 0; i < kClients; ++i) {
    clients.push_back(std::make_unique<Client>(*server, seed + i));
  }
  InThreads(kClients, [&](std::size_t i) {
    for (int step = 0; step < kSteps; ++step) clients[i]->Step();
  });

  Answers answers;
  std::vector<std::uint32_t> apps = {DemoApp().sdkappid};
  for (const auto& client : clients) {
    for (const auto& [code, calls] : client->answers()) answers[code] += calls;
    apps.insert(apps.end(), client->apps().begin(), client->apps().end());
  }
  clients.clear();
  server->Stop();
  EXPECT_GT(answers[0], 0U);
  EXPECT_EQ(CountedBy(server->service()), answers);
  EXPECT_EQ(JournalledBy(server->service()), answers);
  std::vector<std::uint32_t> left;
  for (const App& app : server->service().Apps()) left.push_back(app.sdkappid);
  std::sort(apps.begin(), apps.end());
  EXPECT_EQ(left, apps);
}

}  // namespace
}  // namespace timock::testing
