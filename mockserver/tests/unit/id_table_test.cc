#include "core/id_table.h"

#include <gtest/gtest.h>

#include <atomic>
#include <cstdint>
#include <memory>
#include <stdexcept>
#include <thread>
#include <vector>

namespace timock {
namespace {

struct Tally {
  explicit Tally(std::uint32_t of) : id(of) {}
  std::uint32_t id;
  std::atomic<int> hits{0};
};

Tally* Insert(IdTable<Tally>& table, std::uint32_t id) {
  return table.FindOrInsert(id, [id] { return std::make_unique<Tally>(id); });
}

std::vector<std::uint32_t> IdsOf(const IdTable<Tally>& table) {
  std::vector<std::uint32_t> ids;
  table.ForEach([&](std::uint32_t id, const Tally& tally) {
    EXPECT_EQ(tally.id, id);
    ids.push_back(id);
  });
  return ids;
}

TEST(IdTable, FindsOnlyWhatWasInserted) {
  IdTable<Tally> table(10);
  EXPECT_EQ(table.Find(0), nullptr);
  Tally* const stored = Insert(table, 1400000000);
  ASSERT_NE(stored, nullptr);
  EXPECT_EQ(table.Find(1400000000), stored);
  EXPECT_EQ(table.Find(1400000001), nullptr);
  EXPECT_EQ(table.size(), 1U);
}

TEST(IdTable, TakesEveryIdAndVisitsThemAscending) {
  IdTable<Tally> table(100);
  for (const std::uint32_t id : {UINT32_MAX, 0U, 7U, 0x80000000U, 1U}) Insert(table, id);
  EXPECT_EQ(IdsOf(table), (std::vector<std::uint32_t>{0, 1, 7, 0x80000000U, UINT32_MAX}));
}

TEST(IdTable, MakesAValueOnceForEachId) {
  IdTable<Tally> table(10);
  Tally* const first = Insert(table, 5);
  EXPECT_EQ(
      table.FindOrInsert(5, []() -> std::unique_ptr<Tally> { throw std::logic_error("again"); }),
      first);
}

TEST(IdTable, StoresNothingWhenMakeThrows) {
  IdTable<Tally> table(10);
  EXPECT_THROW(
      table.FindOrInsert(5, []() -> std::unique_ptr<Tally> { throw std::runtime_error("no"); }),
      std::runtime_error);
  EXPECT_EQ(table.Find(5), nullptr);
  EXPECT_EQ(table.size(), 0U);
  EXPECT_NE(Insert(table, 5), nullptr);
}

TEST(IdTable, AtTheBoundItFindsButInsertsNothing) {
  IdTable<Tally> table(3);
  for (std::uint32_t id = 0; id < 3; ++id) EXPECT_NE(Insert(table, id), nullptr);
  EXPECT_EQ(Insert(table, 3), nullptr);
  EXPECT_EQ(table.Find(3), nullptr);
  EXPECT_NE(Insert(table, 2), nullptr);
  EXPECT_EQ(table.size(), 3U);
  EXPECT_EQ(Insert(*std::make_unique<IdTable<Tally>>(0), 0), nullptr);
}

TEST(IdTable, GrowthMovesNoValue) {
  IdTable<Tally> table(20'000);
  std::vector<Tally*> stored;
  for (std::uint32_t id = 0; id < 20'000; ++id) stored.push_back(Insert(table, id * 65'536 + id));
  for (std::uint32_t id = 0; id < 20'000; ++id) {
    ASSERT_EQ(table.Find(id * 65'536 + id), stored[id]) << id;
  }
  EXPECT_EQ(table.size(), 20'000U);
}

TEST(IdTable, DestroysEachValueOnce) {
  static std::atomic<int> alive{0};
  struct Counted {
    Counted() { ++alive; }
    ~Counted() { --alive; }
  };
  {
    IdTable<Counted> table(1000);
    for (std::uint32_t id = 0; id < 1000; ++id) {
      table.FindOrInsert(id, [] { return std::make_unique<Counted>(); });
    }
    EXPECT_EQ(alive.load(), 1000);
  }
  EXPECT_EQ(alive.load(), 0);
}

TEST(IdTable, ThreadsThatInsertTheSameIdsAgreeOnEachValueWhileOthersRead) {
  static constexpr std::uint32_t kIds = 4'000;
  static constexpr int kReaders = 3;
  static constexpr int kWriters = 4;
  IdTable<Tally> table(kIds);
  std::atomic<bool> done{false};
  std::vector<std::thread> readers;
  readers.reserve(kReaders);
  for (int i = 0; i < kReaders; ++i) {
    readers.emplace_back([&] {
      while (!done.load()) {
        for (std::uint32_t id = 0; id < kIds; id += 7) {
          const Tally* const found = table.Find(id);
          ASSERT_TRUE(found == nullptr || found->id == id) << id;
        }
        table.ForEach([](std::uint32_t id, const Tally& tally) { ASSERT_EQ(tally.id, id); });
      }
    });
  }
  std::vector<std::thread> writers;
  writers.reserve(kWriters);
  for (std::uint32_t i = 0; i < kWriters; ++i) {
    writers.emplace_back([&table, i] {
      for (std::uint32_t n = 0; n < kIds; ++n) {
        const std::uint32_t id = (n + i * kIds / kWriters) % kIds;
        ++Insert(table, id)->hits;
        ASSERT_NE(table.Find(id), nullptr) << "an insert that happened before is seen";
      }
    });
  }
  for (std::thread& writer : writers) writer.join();
  done = true;
  for (std::thread& reader : readers) reader.join();
  EXPECT_EQ(table.size(), kIds);
  table.ForEach(
      [](std::uint32_t id, const Tally& tally) { EXPECT_EQ(tally.hits, kWriters) << id; });
}

}  // namespace
}  // namespace timock
