#include "apps/id_table.h"

#include <gtest/gtest.h>

#include <atomic>
#include <cstdint>
#include <memory>
#include <thread>
#include <utility>
#include <vector>

namespace timock {
namespace {

using Table = IdTable<std::atomic<int>>;

Table::Pointer Value(int value) { return std::make_shared<std::atomic<int>>(value); }

TEST(IdTable, FindsWhatWasPutLast) {
  Table table;
  EXPECT_EQ(table.Find(0), nullptr);
  const Table::Pointer first = Value(1);
  const Table::Pointer second = Value(2);
  EXPECT_EQ(table.Put(5, first), nullptr);
  EXPECT_EQ(table.Put(5, second), first);
  EXPECT_EQ(table.Find(5), second);
  EXPECT_EQ(table.Find(6), nullptr);
  EXPECT_EQ(table.size(), 1U);
}

TEST(IdTable, TakesEveryIdAndListsThemAscending) {
  Table table;
  for (const std::uint32_t id : {UINT32_MAX, 0U, 7U, 0x80000000U, 1U}) table.Put(id, Value(0));
  std::vector<std::uint32_t> ids;
  for (const auto& [id, value] : table.All()) ids.push_back(id);
  EXPECT_EQ(ids, (std::vector<std::uint32_t>{0, 1, 7, 0x80000000U, UINT32_MAX}));
}

TEST(IdTable, FreesWhatIsErasedOnceTheLastUserIsGone) {
  Table table;
  const std::weak_ptr<std::atomic<int>> watched = [&] {
    Table::Pointer value = Value(3);
    table.Put(5, value);
    return std::weak_ptr(value);
  }();
  Table::Pointer in_use = table.Find(5);
  EXPECT_EQ(table.Erase(5), in_use);
  EXPECT_EQ(table.Erase(5), nullptr);
  EXPECT_EQ(table.Find(5), nullptr);
  EXPECT_EQ(table.size(), 0U);
  EXPECT_EQ(*in_use, 3) << "a call under way";
  in_use.reset();
  EXPECT_TRUE(watched.expired());
}

TEST(IdTable, ThreadsThatPutFindAndEraseAgree) {
  constexpr std::uint32_t kIds = 50;
  constexpr int kRounds = 2'000;
  Table table;
  std::atomic<int> put = 0;
  std::atomic<int> erased = 0;
  std::vector<std::thread> threads;
  for (int thread = 0; thread < 4; ++thread) {
    threads.emplace_back([&] {
      for (int round = 0; round < kRounds; ++round) {
        const std::uint32_t id = static_cast<std::uint32_t>(round) % kIds;
        if (table.Put(id, Value(0)) == nullptr) ++put;
        if (const Table::Pointer found = table.Find(id)) ++*found;
        if (table.Erase(id) != nullptr) ++erased;
        table.All();
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(put - erased, static_cast<int>(table.size()));
}

}  // namespace
}  // namespace timock
