#include "journal/journal.h"

#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <set>
#include <string>
#include <thread>
#include <vector>

namespace timock {
namespace {

constexpr std::string_view kSet = "all_member_push/im_set_attr_name";

/// A call to be recorded; owns its texts.
struct Made {
  std::uint32_t app = 1;
  int code = 0;
  std::string command{kSet};
  std::string fault = {};
  UnixTime at = UnixSeconds(100);
  std::string target = "/v4/all_member_push/im_set_attr_name?sdkappid=1";
  std::string body = "{}";
  std::vector<HttpHeaderView> headers = {};
  std::uint64_t assumptions = 0;

  void AppendTo(Journal& journal) const {
    const HttpRequestView request{.method = "POST",
                                  .target = target,
                                  .headers = headers,
                                  .body = body,
                                  .tls = true,
                                  .connection = 5};
    const HttpResponse response{.body = R"({"ErrorCode":0})"};
    const Diagnosis diagnosis{"odd", "a detail", "a remedy"};
    CallRecord record{.at = at, .request = request, .response = response};
    record.duration = std::chrono::nanoseconds{42};
    record.command = command;
    if (app != 0) record.sdkappid = app;
    record.error_code = code;
    record.rule = code == 0 ? "" : "some_rule";
    record.fault = fault;
    record.diagnoses = {&diagnosis, 1};
    record.assumptions = assumptions;
    journal.Append(record);
  }
};

std::vector<std::uint64_t> Ids(const JournalPage& page) {
  std::vector<std::uint64_t> ids;
  for (const JournalEntry& entry : page.entries) ids.push_back(entry.id);
  return ids;
}

using IdList = std::vector<std::uint64_t>;

TEST(JournalTest, AnEntryHasAllThatIsKnownOfTheCall) {
  Journal journal({});
  Made{.app = 7, .code = 60007, .fault = "f1", .headers = {{"Host", "h"}, {"Accept", "*/*"}}}
      .AppendTo(journal);
  const JournalEntry entry = journal.Find(1).value();
  EXPECT_EQ(entry.id, 1U);
  EXPECT_EQ(entry.at, UnixSeconds(100));
  EXPECT_EQ(entry.connection, 5U);
  EXPECT_EQ(entry.method, "POST");
  EXPECT_EQ(entry.target, "/v4/all_member_push/im_set_attr_name?sdkappid=1");
  ASSERT_EQ(entry.headers.size(), 2U);
  EXPECT_EQ(entry.headers[1].name, "Accept");
  EXPECT_EQ(entry.headers[1].value, "*/*");
  EXPECT_TRUE(entry.tls);
  EXPECT_EQ(entry.body, "{}");
  EXPECT_EQ(entry.body_bytes, 2U);
  EXPECT_EQ(entry.http_status, 200);
  EXPECT_EQ(entry.reply, R"({"ErrorCode":0})");
  EXPECT_EQ(entry.error_code, 60007);
  EXPECT_EQ(entry.command, kSet);
  EXPECT_EQ(entry.sdkappid, 7U);
  EXPECT_EQ(entry.rule, "some_rule");
  EXPECT_EQ(entry.fault, "f1");
  EXPECT_EQ(entry.duration.count(), 42);
  EXPECT_EQ(entry.diagnoses, (std::vector<Diagnosis>{{"odd", "a detail", "a remedy"}}));
  EXPECT_FALSE(journal.Find(2));
  EXPECT_FALSE(journal.Find(0));
}

TEST(JournalTest, KeepsExactlyTheLastThreeWhenThreeFit) {
  Journal journal({.max_entries = 3});
  for (int i = 0; i < 8; ++i) Made{}.AppendTo(journal);
  const JournalPage page = journal.Read({}, 100);
  EXPECT_EQ(Ids(page), (IdList{6, 7, 8}));
  EXPECT_EQ(page.evicted, 5U);
  EXPECT_FALSE(page.more);
  EXPECT_EQ(journal.status().entries, 3U);
  EXPECT_EQ(journal.status().evicted, 5U);
  EXPECT_EQ(journal.status().last_id, 8U);
}

TEST(JournalTest, HoldsBothBounds) {
  for (const JournalOptions& options :
       {JournalOptions{.max_entries = 1'000}, JournalOptions{.max_bytes = 1'000'000},
        JournalOptions{.max_entries = 5, .max_bytes = 20'000},
        JournalOptions{.max_bytes = 3'000}}) {
    SCOPED_TRACE(options.max_entries);
    SCOPED_TRACE(options.max_bytes);
    Journal journal(options);
    for (std::size_t i = 0; i < 5'000; ++i) {
      Made{.body = std::string(i * 37 % 3'000, 'x')}.AppendTo(journal);
      const JournalStatus status = journal.status();
      ASSERT_LE(status.entries, options.max_entries);
      ASSERT_LE(status.bytes, options.max_bytes);
      ASSERT_EQ(status.entries + status.evicted, i + 1);
    }
    EXPECT_GT(journal.status().entries, 0U);
  }
}

TEST(JournalTest, ABoundOfNothingDropsAndCountsEverything) {
  for (const JournalOptions& options :
       {JournalOptions{.max_entries = 0}, JournalOptions{.max_bytes = 100}}) {
    Journal journal(options);
    Made{}.AppendTo(journal);
    EXPECT_EQ(journal.status().entries, 0U);
    EXPECT_EQ(journal.status().evicted, 1U);
    EXPECT_FALSE(journal.Count({}).complete);
  }
}

TEST(JournalTest, NothingIsProvenWhereNothingIsRecorded) {
  const Journal journal({.enabled = false});
  EXPECT_EQ(journal.Count({}).count, 0U);
  EXPECT_FALSE(journal.Count({}).complete);
}

TEST(JournalTest, CutsABodyAndKeepsItsSize) {
  Journal journal({});
  Made{.body = std::string(65'536, 'a')}.AppendTo(journal);
  Made{.body = std::string(65'537, 'a')}.AppendTo(journal);
  Made{.body = std::string(1'000'000, 'a')}.AppendTo(journal);
  Made{}.AppendTo(journal);
  EXPECT_EQ(journal.Find(1)->body.size(), 65'536U);
  EXPECT_EQ(journal.Find(2)->body.size(), 65'536U);
  EXPECT_EQ(journal.Find(2)->body_bytes, 65'537U);
  EXPECT_EQ(journal.Find(3)->body_bytes, 1'000'000U);
  EXPECT_EQ(journal.Find(4)->body, "{}");
}

TEST(JournalTest, CutsWhatWouldNotFitTheBoundAtAll) {
  Journal journal({.max_bytes = 10'000});
  const std::string large(1'000'000, 'b');
  Made{}.AppendTo(journal);
  Made{.target = "/" + std::string(20'000, '.'), .body = large, .headers = {{"X", large}}}.AppendTo(
      journal);
  EXPECT_LE(journal.status().bytes, 10'000U);
  const JournalEntry entry = journal.Find(2).value();
  EXPECT_EQ(entry.command, kSet);
  EXPECT_LT(entry.target.size(), 2'500U);
  EXPECT_TRUE(entry.headers.empty());
  EXPECT_EQ(entry.body, "");
  EXPECT_EQ(entry.body_bytes, 1'000'000U);
  EXPECT_TRUE(journal.Find(1)) << "a large one is no reason to drop others";
}

TEST(JournalTest, RedactsSecretsWhereverTheyStand) {
  Journal journal({});
  const std::string secret(60, 's');
  Made{.target = "/v4/x?usersig=short&sdkappid=1&UserSig=%41%42&user%73ig=abc&random=" + secret +
                 "&usersig=",
       .headers = {{"authorization", "Bearer a"},
                   {"Proxy-Authorization", "Basic b"},
                   {"COOKIE", "c=d"},
                   {"Referer", "http://h/p?usersig=abc&x=1"},
                   {"X-Key", secret},
                   {"Accept", "text/html"}}}
      .AppendTo(journal);
  const JournalEntry entry = journal.Find(1).value();
  EXPECT_EQ(entry.target,
            "/v4/x?usersig=(redacted)&sdkappid=1&UserSig=(redacted)&user%73ig=(redacted)&"
            "(redacted)&usersig=");
  EXPECT_EQ(entry.headers[0].value, "(redacted)");
  EXPECT_EQ(entry.headers[1].value, "(redacted)");
  EXPECT_EQ(entry.headers[2].value, "(redacted)");
  EXPECT_EQ(entry.headers[3].value, "http://h/p?usersig=(redacted)&x=1");
  EXPECT_EQ(entry.headers[4].value, "(redacted)");
  EXPECT_EQ(entry.headers[5].value, "text/html");
}

TEST(JournalTest, AFilterTakesWhatFitsAllItsMembers) {
  Journal journal({});
  Made{.app = 1}.AppendTo(journal);
  Made{.app = 2, .code = 60007}.AppendTo(journal);
  Made{.app = 1, .command = "all_member_push/im_get_attr_name"}.AppendTo(journal);
  Made{.app = 1, .fault = "f", .at = UnixSeconds(200)}.AppendTo(journal);
  Made{.app = 0, .command = ""}.AppendTo(journal);
  const auto ids = [&](const JournalFilter& filter) { return Ids(journal.Read(filter, 100)); };
  EXPECT_EQ(ids({}), (IdList{1, 2, 3, 4, 5}));
  EXPECT_EQ(ids({.sdkappid = 1}), (IdList{1, 3, 4}));
  EXPECT_EQ(ids({.error_code = 60007}), (IdList{2}));
  EXPECT_EQ(ids({.command = "im_set_attr_name"}), (IdList{1, 2, 4}));
  EXPECT_EQ(ids({.command = std::string(kSet)}), (IdList{1, 2, 4}));
  EXPECT_EQ(ids({.command = "set_attr_name"}), (IdList{})) << "no part of a word";
  EXPECT_EQ(ids({.fault = "f"}), (IdList{4}));
  EXPECT_EQ(ids({.from = UnixSeconds(200)}), (IdList{4}));
  EXPECT_EQ(ids({.until = UnixSeconds(200)}), (IdList{1, 2, 3, 5})) << "exclusive";
  EXPECT_EQ(ids({.sdkappid = 1, .since_id = 1}), (IdList{3, 4}));
  EXPECT_EQ(journal.Count({.sdkappid = 1}).count, 3U);
}

TEST(JournalTest, APageSaysWhetherMoreFit) {
  Journal journal({});
  for (std::size_t i = 0; i < 10; ++i) {
    Made{.app = i % 2 == 0 ? 1U : 2U}.AppendTo(journal);
  }
  EXPECT_EQ(Ids(journal.Read({}, 3)), (IdList{1, 2, 3}));
  EXPECT_TRUE(journal.Read({}, 3).more);
  EXPECT_EQ(Ids(journal.Read({.since_id = 7}, 3)), (IdList{8, 9, 10}));
  EXPECT_FALSE(journal.Read({.since_id = 7}, 3).more);
  EXPECT_TRUE(journal.Read({.sdkappid = 2}, 4).more);
  EXPECT_FALSE(journal.Read({.sdkappid = 2}, 5).more);
  EXPECT_EQ(Ids(journal.Read({}, 3, true)), (IdList{8, 9, 10})) << "the last ones, in order";
  EXPECT_TRUE(journal.Read({}, 3, true).more);
  EXPECT_EQ(Ids(journal.Read({.sdkappid = 2}, 2, true)), (IdList{8, 10}));
  EXPECT_FALSE(journal.Read({}, 10, true).more);
  EXPECT_TRUE(journal.Read({}, 0).more);
  EXPECT_TRUE(journal.Read({}, 0).entries.empty());
  EXPECT_FALSE(journal.Read({.since_id = 10}, 0).more);
}

TEST(JournalTest, ACountIsCompleteUnlessADroppedEntryMightFit) {
  Journal journal({.max_entries = 2});
  Made{.app = 1, .at = UnixSeconds(10)}.AppendTo(journal);
  Made{.app = 2, .at = UnixSeconds(20)}.AppendTo(journal);
  Made{.app = 2, .at = UnixSeconds(30)}.AppendTo(journal);
  Made{.app = 2, .at = UnixSeconds(40)}.AppendTo(journal);
  // Dropped: 1 of app 1, 2 of app 2.
  const auto complete = [&](const JournalFilter& filter) { return journal.Count(filter).complete; };
  EXPECT_FALSE(complete({}));
  EXPECT_FALSE(complete({.sdkappid = 1}));
  EXPECT_FALSE(complete({.sdkappid = 2}));
  EXPECT_TRUE(complete({.sdkappid = 3})) << "another app's flood is none of its business";
  EXPECT_TRUE(complete({.sdkappid = 1, .since_id = 1}));
  EXPECT_FALSE(complete({.since_id = 1}));
  EXPECT_TRUE(complete({.since_id = 2}));
  EXPECT_FALSE(complete({.from = UnixSeconds(20)}));
  EXPECT_TRUE(complete({.from = UnixSeconds(21)}));
  EXPECT_TRUE(complete({.until = UnixSeconds(10)})) << "exclusive";
  EXPECT_FALSE(complete({.error_code = 60007})) << "a code is not remembered";
}

TEST(JournalTest, TellsAppsApartInCompletenessUpToABound) {
  Journal journal({.max_entries = 1});
  for (std::uint32_t app = 1; app <= 1'030; ++app) Made{.app = app}.AppendTo(journal);
  EXPECT_FALSE(journal.Count({.sdkappid = 1}).complete);
  EXPECT_FALSE(journal.Count({.sdkappid = 1'029}).complete) << "dropped, beyond the bound";
  EXPECT_FALSE(journal.Count({.sdkappid = 5'000}).complete) << "who knows";
  journal.Clear({.sdkappid = 1});
  EXPECT_TRUE(journal.Count({.sdkappid = 1}).complete);
  EXPECT_FALSE(journal.Count({.sdkappid = 2}).complete);
  journal.Clear({});
  EXPECT_TRUE(journal.Count({.sdkappid = 5'000}).complete);
  EXPECT_TRUE(journal.Count({}).complete);
  EXPECT_EQ(journal.status().evicted, 1'029U) << "what was dropped stays counted";
}

TEST(JournalTest, ClearForgetsWhatFits) {
  Journal journal({.max_entries = 400});
  for (std::size_t i = 0; i < 300; ++i) {
    Made{.app = i % 3 == 0 ? 1U : 2U}.AppendTo(journal);
  }
  journal.Clear({.sdkappid = 1});
  EXPECT_EQ(journal.Count({}).count, 200U);
  EXPECT_EQ(journal.Count({.sdkappid = 1}).count, 0U);
  EXPECT_EQ(journal.status().entries, 200U);
  EXPECT_FALSE(journal.Find(1));
  EXPECT_TRUE(journal.Find(2));
  Made{.app = 1}.AppendTo(journal);
  EXPECT_EQ(Ids(journal.Read({.sdkappid = 1}, 10)), (IdList{301}));
  journal.Clear({});
  EXPECT_EQ(journal.status().entries, 0U);
  EXPECT_EQ(journal.status().evicted, 0U) << "forgotten is not evicted";
  for (std::size_t i = 0; i < 1'000; ++i) Made{}.AppendTo(journal);
  EXPECT_EQ(journal.status().entries + journal.status().evicted, 1'000U);
}

TEST(JournalTest, ClearGivesMemoryBack) {
  Journal journal({});
  for (std::size_t i = 0; i < 1'000; ++i) Made{}.AppendTo(journal);
  const std::uint64_t before = journal.status().bytes;
  journal.Clear({});
  EXPECT_LT(journal.status().bytes, before / 4);
}

TEST(JournalTest, AWaitEndsAsSoonAsEnoughFit) {
  Journal journal({});
  std::thread caller([&] {
    for (std::size_t i = 0; i < 50; ++i) {
      Made{.app = 2}.AppendTo(journal);
      Made{.app = 1}.AppendTo(journal);
    }
  });
  const JournalCount count = journal.WaitFor({.sdkappid = 1}, 50, std::chrono::hours{1});
  caller.join();
  EXPECT_EQ(count.count, 50U);
  EXPECT_TRUE(count.complete);
  EXPECT_TRUE(count.near_misses.empty());
}

TEST(JournalTest, AWaitInVainSaysWhatCameNear) {
  Journal journal({});
  Made{.code = 60007}.AppendTo(journal);
  const JournalCount count = journal.WaitFor({.error_code = 0}, 1, std::chrono::milliseconds{1});
  EXPECT_EQ(count.count, 0U);
  ASSERT_EQ(count.near_misses.size(), 1U);
  EXPECT_EQ(count.near_misses[0].why, "error_code is 60007, not 0");
  EXPECT_EQ(journal.WaitFor({}, 5, std::chrono::milliseconds::min()).count, 1U) << "no wait";
  EXPECT_EQ(journal.WaitFor({}, 1, std::chrono::milliseconds::max()).count, 1U) << "no overflow";
}

TEST(JournalTest, AWaitForOneAppIsNotEndedByAClearAndNewCalls) {
  Journal journal({});
  for (std::size_t i = 0; i < 9; ++i) Made{}.AppendTo(journal);
  std::thread other([&] {
    journal.Clear({});
    for (std::size_t i = 0; i < 10; ++i) Made{}.AppendTo(journal);
  });
  const JournalCount count = journal.WaitFor({}, 10, std::chrono::hours{1});
  other.join();
  EXPECT_GE(count.count, 10U);
  EXPECT_EQ(journal.Count({}).count, 10U);
}

TEST(JournalTest, NearMissesMissInOnePointOnlyNewestFirst) {
  Journal journal({});
  Made{.app = 1, .code = 1}.AppendTo(journal);
  Made{.app = 2, .code = 0}.AppendTo(journal);
  Made{.app = 0, .code = 0}.AppendTo(journal);
  Made{.app = 1, .command = "s/other"}.AppendTo(journal);
  Made{.app = 1, .code = 1, .command = "s/other"}.AppendTo(journal);
  Made{.app = 1, .at = UnixSeconds(5)}.AppendTo(journal);
  const JournalCount count = journal.Explain(
      {.sdkappid = 1, .error_code = 0, .command = "im_set_attr_name", .from = UnixSeconds(90)});
  EXPECT_EQ(count.count, 0U);
  ASSERT_EQ(count.near_misses.size(), 4U);
  EXPECT_EQ(count.near_misses[0].id, 6U);
  EXPECT_EQ(count.near_misses[0].why, "at is 5.000, before 90.000");
  EXPECT_EQ(count.near_misses[1].why, R"(command is "s/other", not "im_set_attr_name")");
  EXPECT_EQ(count.near_misses[2].why, "sdkappid is not readable in the call, not 1");
  EXPECT_EQ(count.near_misses[3].why, "error_code is 1, not 0");
}

TEST(JournalTest, TellsAtMostFiveNearMisses) {
  Journal journal({});
  for (std::size_t i = 0; i < 9; ++i) Made{.fault = i < 4 ? "g" : ""}.AppendTo(journal);
  const JournalCount count = journal.Explain({.fault = "f"});
  ASSERT_EQ(count.near_misses.size(), 5U);
  EXPECT_EQ(count.near_misses[0].id, 9U);
  EXPECT_EQ(count.near_misses[4].id, 5U);
  EXPECT_EQ(count.near_misses[0].why, R"(met no fault, not "f")");
  EXPECT_EQ(journal.Explain({.since_id = 9}).near_misses[0].why, "id is 9, not after 9");
}

TEST(JournalTest, CountsWhatCallsDependedOnByBit) {
  Journal journal({});
  Made{.app = 1, .assumptions = 5}.AppendTo(journal);
  Made{.app = 2, .assumptions = 4}.AppendTo(journal);
  Made{.app = 1, .assumptions = 0}.AppendTo(journal);
  const auto all = journal.Dependences({});
  EXPECT_EQ(all.at(0).calls, 1U);
  EXPECT_EQ(all.at(0).last_id, 1U);
  EXPECT_EQ(all.at(1).calls, 0U);
  EXPECT_EQ(all.at(2).calls, 2U);
  EXPECT_EQ(all.at(2).last_id, 2U);
  EXPECT_EQ(journal.Dependences({.sdkappid = 2}).at(0).calls, 0U);
}

// Whoever reads on from the last id that was seen misses nothing, whichever shards are late.
TEST(JournalTest, ReadingOnMissesNothingWhileThreadsAppend) {
  constexpr std::size_t kThreads = 4;
  constexpr std::size_t kCalls = 400;
  Journal journal({.max_entries = 100'000, .max_bytes = 200'000'000});
  // A large one, for it takes longer between getting its id and being there.
  const Made made{.body = std::string(40'000, 'x')};
  std::vector<std::thread> threads;
  threads.reserve(kThreads);
  for (std::size_t t = 0; t < kThreads; ++t) {
    threads.emplace_back([&journal, &made] {
      for (std::size_t i = 0; i < kCalls; ++i) made.AppendTo(journal);
    });
  }
  std::uint64_t seen = 0;
  while (seen < kThreads * kCalls) {
    for (const JournalEntry& entry : journal.Read({.since_id = seen}, 100).entries) {
      ASSERT_EQ(entry.id, ++seen);
    }
  }
  for (std::thread& thread : threads) thread.join();
}

TEST(JournalTest, ReadersWritersAndClearsDoNotMeet) {
  constexpr std::size_t kWriters = 3;
  constexpr std::size_t kCalls = 3'000;
  Journal journal({.max_entries = 500, .max_bytes = 900'000});
  std::atomic<bool> done{false};
  std::vector<std::thread> threads;
  for (std::size_t t = 0; t < kWriters; ++t) {
    threads.emplace_back([&journal, t] {
      for (std::size_t i = 0; i < kCalls; ++i) {
        Made{.app = static_cast<std::uint32_t>(t + 1),
             .body = std::string(i % 700, static_cast<char>('a' + t))}
            .AppendTo(journal);
      }
    });
  }
  threads.emplace_back([&] {
    while (!done) {
      std::uint64_t last = 0;
      for (const JournalEntry& entry : journal.Read({}, 1'000).entries) {
        ASSERT_GT(entry.id, last);
        last = entry.id;
        const auto letter = static_cast<char>('a' + *entry.sdkappid - 1);
        ASSERT_EQ(entry.body, std::string(entry.body_bytes, letter));
      }
      journal.Clear({.sdkappid = 1});
      ASSERT_LE(journal.status().entries, 500U);
      journal.WaitFor({.sdkappid = 2}, 1'000'000, std::chrono::milliseconds{1});
    }
  });
  for (std::size_t t = 0; t < kWriters; ++t) threads[t].join();
  done = true;
  threads.back().join();
  EXPECT_EQ(journal.status().last_id, kWriters * kCalls);
  EXPECT_LE(journal.status().bytes, 900'000U);
}

}  // namespace
}  // namespace timock
