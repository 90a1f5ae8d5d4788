// Requests that real clients sent, byte for byte, over a socket: what each profile answers and
// stores.

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "http/raw_client.h"
#include "timock/timock.h"

namespace timock {
namespace {

constexpr std::uint32_t kDemo = 1'400'000'000;
constexpr std::int64_t kRecordedAt = 1'795'369'800;

// What a request of im_set_attr_name leads to.
struct Outcome {
  int code = 0;
  AttrNames names = {};
};

struct ReplayRow {
  const char* client;  // CLIENT.NN
  Outcome by_default;
  Outcome lenient;
};

AttrNames Sample() { return {{0, "sex"}, {1, "city"}, {2, "country"}}; }

// Those of im_set_attr_name; every im_get_attr_name succeeds under each profile.
std::vector<ReplayRow> SetRows() {
  const auto same = [](const char* client, AttrNames names) {
    return ReplayRow{client, {0, names}, {0, names}};
  };
  // The array form (`attr_names_not_object`).
  const auto array = [](const char* client, AttrNames names) {
    return ReplayRow{client, {90001, {}}, {0, std::move(names)}};
  };
  const auto refused = [](const char* client) {
    return ReplayRow{client, {90001, {}}, {90001, {}}};
  };
  return {same("go-d60.01", Sample()),
          same("go-dobyte.01", Sample()),
          same("java-official.01", {{0, "sex"}, {1, "城市"}, {2, "a<b>&c"}}),
          refused("java-official.04"),  // {}
          refused("java-official.05"),  // no body
          same("node-axios1.01", {{0, "sex"}, {1, "城市"}}),
          array("php-fireqong.01", Sample()),
          same("php-fireqong.02", {{1, "城市"}}),
          array("php-jimchen.01", Sample()),
          same("php-jimchen.02", {{1, "城市"}}),
          array("php-papaedu.01", Sample()),
          array("php-papaedu.02", {{0, "城市"}}),
          array("php-xudongyss.01", Sample()),
          same("php-xudongyss.02", {{1, "城市"}, {2, "a/b"}}),
          same("php-xudongyss.03", {{0, "sex"}, {1, "city"}}),
          same("python-requests.02", {{0, "sex"}, {1, "城市"}}),
          same("python-requests.05", {{0, "sex"}})};
}

std::map<std::string, std::string> RecordedRequests() {
  std::map<std::string, std::string> requests;
  for (const auto& entry :
       std::filesystem::directory_iterator(std::string(TIMOCK_FIXTURES_DIR) + "/client-requests")) {
    if (entry.path().extension() != ".req") continue;
    std::ifstream file(entry.path(), std::ios::binary);
    requests[entry.path().stem()] = {std::istreambuf_iterator<char>(file), {}};
  }
  return requests;
}

struct Replayed {
  std::string body;
  AttrNames names;
};

Replayed Replay(const std::string& bytes, const std::string& profile) {
  ServiceOptions options;
  options.profile = Profile::Named(profile).value();
  options.clock = std::make_shared<ManualClock>(UnixSeconds(kRecordedAt));
  const auto server = Server::Start({.service = std::move(options)}).value();
  const testing::Answer answer = testing::Exchange(server->port(), bytes);
  EXPECT_EQ(answer.status, 200);
  return {answer.body, server->service().Names(kDemo)};
}

std::string ReplyOf(int code) {
  return code == 0 ? R"({"ActionStatus":"OK","ErrorInfo":"","ErrorCode":0})"
                   : R"({"ActionStatus":"FAIL","ErrorInfo":"Fail to Parse json data of body, )"
                     R"(Please check it","ErrorCode":90001})";
}

TEST(ClientReplayTest, AnswersEachRecordedRequestUnderEachProfile) {
  std::map<std::string, ReplayRow> rows;
  for (const ReplayRow& row : SetRows()) {
    rows.emplace(std::string(row.client) + ".im_set_attr_name", row);
  }
  const auto requests = RecordedRequests();
  EXPECT_EQ(requests.size(), 31U);
  std::size_t sets = 0;
  for (const auto& [name, bytes] : requests) {
    SCOPED_TRACE(name);
    if (name.find("im_get_attr_name") != std::string::npos) {
      for (const char* profile : {"seed-2022-04", "lenient"}) {
        EXPECT_EQ(Replay(bytes, profile).body,
                  R"({"ActionStatus":"OK","ErrorInfo":"","ErrorCode":0,"AttrNames":{}})");
      }
      continue;
    }
    ++sets;
    ASSERT_TRUE(rows.contains(name)) << "a recorded request without a row";
    const ReplayRow& row = rows.at(name);
    const Replayed by_default = Replay(bytes, "seed-2022-04");
    EXPECT_EQ(by_default.body, ReplyOf(row.by_default.code));
    EXPECT_EQ(by_default.names, row.by_default.names);
    const Replayed lenient = Replay(bytes, "lenient");
    EXPECT_EQ(lenient.body, ReplyOf(row.lenient.code));
    EXPECT_EQ(lenient.names, row.lenient.names);
  }
  EXPECT_EQ(sets, rows.size()) << "a row without a recorded request";
}

}  // namespace
}  // namespace timock
