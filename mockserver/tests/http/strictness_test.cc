#include <gtest/gtest.h>

#include <cstring>
#include <ostream>
#include <set>
#include <string>
#include <utility>

#include "http/request_reader.h"
#include "http/server_fixture.h"
#include "http/strictness_cases.h"

namespace timock::testing {

void PrintTo(const StrictnessCase& one, std::ostream* out) {
  *out << "RFC 9112 " << one.section << " " << one.what;
}

namespace {

using Outcome = RequestReader::Outcome;

/// Feeds `bytes` in pieces of `step` and returns the first outcome that is not kIncomplete.
std::pair<Outcome, std::string> ReadInSteps(std::string_view bytes, std::size_t step) {
  const HttpLimits limits;
  RequestReader reader(limits, 1024);
  ParsedRequest request;
  while (!bytes.empty()) {
    const std::span<char> space = reader.Prepare();
    const std::size_t size = std::min({step, space.size(), bytes.size()});
    std::memcpy(space.data(), bytes.data(), size);
    reader.Commit(size);
    bytes.remove_prefix(size);
    const Outcome outcome = reader.Next(&request);
    if (outcome != Outcome::kIncomplete) return {outcome, request.reason};
  }
  return {Outcome::kIncomplete, ""};
}

class StrictnessOfReader : public ::testing::TestWithParam<StrictnessCase> {};

TEST_P(StrictnessOfReader, DecidesAsTheRfcSaysHoweverTheBytesAreSplit) {
  const StrictnessCase& one = GetParam();
  for (const std::size_t step : {std::size_t{4096}, std::size_t{1}, std::size_t{7}}) {
    const auto [outcome, reason] = ReadInSteps(one.bytes, step);
    EXPECT_EQ(outcome, one.accepted ? Outcome::kComplete : Outcome::kMalformed)
        << "in steps of " << step << ": " << reason;
    if (!one.accepted && step == 4096) {
      EXPECT_NE(reason.find(one.reason), std::string::npos) << reason;
    }
  }
}

std::string NameOf(const ::testing::TestParamInfo<StrictnessCase>& info) {
  return std::string(info.param.what);
}

INSTANTIATE_TEST_SUITE_P(Rfc9112, StrictnessOfReader, ::testing::ValuesIn(StrictnessCases()),
                         NameOf);

class StrictnessOfServer : public ServerFixture {};

TEST_F(StrictnessOfServer, RefusesMalformedRequestsBeforeTheyReachTheService) {
  StartServer();
  int accepted = 0;
  int refused = 0;
  for (const StrictnessCase& one : StrictnessCases()) {
    SCOPED_TRACE("RFC 9112 " + std::string(one.section) + " " + std::string(one.what));
    RawClient client(port());
    ASSERT_TRUE(client.Send(one.bytes));
    const Answer answer = client.Read();
    if (one.accepted) {
      ++accepted;
      EXPECT_EQ(answer.status, 200);
    } else {
      ++refused;
      ExpectRefusal(answer);
      EXPECT_TRUE(client.Ended());
    }
    EXPECT_EQ(handled(), accepted);
    EXPECT_EQ(malformed(), refused);
  }
}

TEST(StrictnessCases, AreManyAndHaveNamesOfTheirOwn) {
  std::set<std::string_view> names;
  for (const StrictnessCase& one : StrictnessCases()) names.insert(one.what);
  EXPECT_EQ(names.size(), StrictnessCases().size());
  EXPECT_GE(names.size(), 50U);
}

}  // namespace
}  // namespace timock::testing
