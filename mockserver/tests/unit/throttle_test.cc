#include "throttle/throttle.h"

#include <gtest/gtest.h>

#include <atomic>
#include <cstdint>
#include <cstdlib>
#include <limits>
#include <new>
#include <thread>
#include <vector>

#include "base/mutex.h"

namespace {

std::atomic<std::int64_t> allocations{0};

void* CountedAllocation(std::size_t size) noexcept {
  allocations.fetch_add(1, std::memory_order_relaxed);
  return std::malloc(size == 0 ? 1 : size);
}

void* CountedAllocationOrThrow(std::size_t size) {
  void* const memory = CountedAllocation(size);
  if (memory == nullptr) throw std::bad_alloc();
  return memory;
}

}  // namespace

// This program's heap counts its allocations. Not inlined, or g++ takes free() for a mismatch.
[[gnu::noinline]] void* operator new(std::size_t size) { return CountedAllocationOrThrow(size); }
[[gnu::noinline]] void* operator new[](std::size_t size) { return CountedAllocationOrThrow(size); }
[[gnu::noinline]] void* operator new(std::size_t size, const std::nothrow_t&) noexcept {
  return CountedAllocation(size);
}
[[gnu::noinline]] void* operator new[](std::size_t size, const std::nothrow_t&) noexcept {
  return CountedAllocation(size);
}
[[gnu::noinline]] void operator delete(void* memory) noexcept { std::free(memory); }
[[gnu::noinline]] void operator delete[](void* memory) noexcept { std::free(memory); }
[[gnu::noinline]] void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
[[gnu::noinline]] void operator delete[](void* memory, std::size_t) noexcept { std::free(memory); }

namespace timock {
namespace {

constexpr std::int64_t kSecond = 1'000'000'000;
constexpr std::int64_t kFirstTick = std::numeric_limits<std::int64_t>::min();
constexpr std::int64_t kLastTick = std::numeric_limits<std::int64_t>::max();

/// One counter under one plan, with limit 3 a second to begin with.
class ThrottleTest : public testing::Test {
 protected:
  bool AdmitsAt(std::int64_t tick) {
    last_ = counter_.Admit(plan_, Tick{tick});
    return last_.admitted;
  }
  int AdmittedAt(std::int64_t tick, int calls) {
    int admitted = 0;
    for (int i = 0; i < calls; ++i) admitted += AdmitsAt(tick) ? 1 : 0;
    return admitted;
  }
  std::int64_t NextFree() const { return last_.next_free.count(); }

  ThrottlePlan plan_{.limit = 3, .burst = 3};
  ThrottleCounter counter_;
  ThrottleDecision last_;
};

using SlidingWindow = ThrottleTest;

TEST_F(SlidingWindow, RefusesTheHundredAndFirstCallInOneSecond) {
  plan_.limit = 100;
  for (std::int64_t i = 0; i < 100; ++i) EXPECT_TRUE(AdmitsAt(i * kSecond / 100));
  EXPECT_FALSE(AdmitsAt(kSecond - 1));
  EXPECT_EQ(NextFree(), kSecond);
  EXPECT_TRUE(AdmitsAt(kSecond));
  EXPECT_FALSE(AdmitsAt(kSecond + 1));
  EXPECT_EQ(NextFree(), kSecond + kSecond / 100);
}

TEST_F(SlidingWindow, FreesAPlaceExactlyOneWindowAfterItWasTaken) {
  EXPECT_TRUE(AdmitsAt(10));
  EXPECT_EQ(AdmittedAt(20, 3), 2);
  EXPECT_FALSE(AdmitsAt(10 + kSecond - 1));
  EXPECT_TRUE(AdmitsAt(10 + kSecond));
  EXPECT_EQ(NextFree(), 10 + kSecond);
  EXPECT_FALSE(AdmitsAt(10 + kSecond + 1));
  EXPECT_EQ(NextFree(), 20 + kSecond);
}

TEST_F(SlidingWindow, ARefusedCallTakesNoPlace) {
  EXPECT_EQ(AdmittedAt(0, 10), 3);
  EXPECT_EQ(AdmittedAt(kSecond / 2, 10), 0);
  EXPECT_EQ(AdmittedAt(kSecond, 10), 3);
}

TEST_F(SlidingWindow, ARefusedCallTakesAPlaceWhenRefusedCallsCount) {
  plan_.count_refused = true;
  EXPECT_EQ(AdmittedAt(0, 3), 3);
  EXPECT_FALSE(AdmitsAt(100));
  EXPECT_EQ(NextFree(), kSecond);
  EXPECT_EQ(AdmittedAt(200, 2), 0);
  EXPECT_EQ(NextFree(), 100 + kSecond);
  EXPECT_FALSE(AdmitsAt(kSecond));
  EXPECT_EQ(NextFree(), 200 + kSecond);
  EXPECT_TRUE(AdmitsAt(200 + kSecond));
}

TEST_F(SlidingWindow, HoldsAtEveryPowerOfTwoOfItsRing) {
  for (const std::uint32_t limit : {1U, 7U, 8U, 9U, 15U, 16U, 17U, 1000U}) {
    plan_.limit = limit;
    counter_.Reset();
    EXPECT_EQ(AdmittedAt(0, 1200), static_cast<int>(limit));
    EXPECT_EQ(AdmittedAt(kSecond, 1200), static_cast<int>(limit));
  }
}

TEST_F(SlidingWindow, KeepsTheOrderOfPlacesWhenItsRingGrowsFromItsMiddle) {
  plan_.limit = 20;
  for (std::int64_t i = 0; i < 8; ++i) EXPECT_TRUE(AdmitsAt(i));
  for (std::int64_t i = 0; i < 4; ++i) EXPECT_TRUE(AdmitsAt(kSecond + i));
  EXPECT_EQ(AdmittedAt(kSecond + 3, 100), 12);
  EXPECT_EQ(NextFree(), kSecond + 4);
}

using FixedWindow = ThrottleTest;

TEST_F(FixedWindow, AdmitsAgainAtTheUnixSecond) {
  plan_.algorithm = ThrottleAlgorithm::kFixedWindow;
  plan_.unix_minus_ticks_ns = 1'648'771'200 * kSecond + 250;
  EXPECT_EQ(AdmittedAt(kSecond - 251, 4), 3);
  EXPECT_EQ(NextFree(), kSecond - 250);
  EXPECT_EQ(AdmittedAt(kSecond - 250, 4), 3);
  EXPECT_EQ(AdmittedAt(2 * kSecond - 251, 4), 0);
  EXPECT_EQ(NextFree(), 2 * kSecond - 250);
}

TEST_F(FixedWindow, AlignsTicksBeforeZeroDownwards) {
  plan_.algorithm = ThrottleAlgorithm::kFixedWindow;
  EXPECT_EQ(AdmittedAt(-kSecond - 1, 4), 3);
  EXPECT_EQ(NextFree(), -kSecond);
  EXPECT_EQ(AdmittedAt(-kSecond, 4), 3);
  EXPECT_EQ(AdmittedAt(-1, 4), 0);
  EXPECT_EQ(NextFree(), 0);
}

TEST_F(FixedWindow, RefusedCallsNeverCount) {
  plan_.algorithm = ThrottleAlgorithm::kFixedWindow;
  plan_.count_refused = true;
  EXPECT_EQ(AdmittedAt(0, 100), 3);
  EXPECT_EQ(AdmittedAt(kSecond, 100), 3);
}

using WindowFromFirst = ThrottleTest;

TEST_F(WindowFromFirst, OpensAWindowWithTheFirstCallAfterTheLastEnded) {
  plan_.algorithm = ThrottleAlgorithm::kWindowFromFirst;
  EXPECT_TRUE(AdmitsAt(700));
  EXPECT_EQ(AdmittedAt(700 + kSecond - 1, 3), 2);
  EXPECT_EQ(NextFree(), 700 + kSecond);
  EXPECT_EQ(AdmittedAt(900 + kSecond, 4), 3);
  EXPECT_EQ(NextFree(), 900 + 2 * kSecond);
  EXPECT_FALSE(AdmitsAt(900 + 2 * kSecond - 1));
  EXPECT_TRUE(AdmitsAt(900 + 2 * kSecond));
}

class SlidingCounter : public ThrottleTest {
 protected:
  SlidingCounter() { plan_.algorithm = ThrottleAlgorithm::kSlidingCounter; }
};

TEST_F(SlidingCounter, WeighsThePreviousWindowByWhatOfItIsStillInReach) {
  EXPECT_EQ(AdmittedAt(0, 4), 3);
  EXPECT_EQ(NextFree(), kSecond + 1);
  EXPECT_FALSE(AdmitsAt(kSecond));
  EXPECT_TRUE(AdmitsAt(kSecond + 1));
  // 3 * (1 - e) + 1 < 3 from e > 1/3.
  EXPECT_FALSE(AdmitsAt(kSecond + 2));
  EXPECT_EQ(NextFree(), kSecond + 333'333'334);
  EXPECT_FALSE(AdmitsAt(kSecond + 333'333'333));
  EXPECT_TRUE(AdmitsAt(kSecond + 333'333'334));
}

TEST_F(SlidingCounter, ForgetsTheWindowBeforeThePrevious) {
  EXPECT_EQ(AdmittedAt(0, 3), 3);
  EXPECT_EQ(AdmittedAt(2 * kSecond, 4), 3);
}

TEST_F(SlidingCounter, CountsRefusedCallsIntoTheWeightWhenRefusedCallsCount) {
  plan_.count_refused = true;
  EXPECT_EQ(AdmittedAt(0, 12), 3);
  // 12 * (1 - e) < 3 from e > 3/4.
  EXPECT_EQ(NextFree(), kSecond + 750'000'001);
}

class TokenBucket : public ThrottleTest {
 protected:
  TokenBucket() { plan_.algorithm = ThrottleAlgorithm::kTokenBucket; }
};

TEST_F(TokenBucket, RefillsOneTokenEachLimitthOfAWindow) {
  plan_.burst = 5;
  EXPECT_EQ(AdmittedAt(0, 9), 5);
  EXPECT_EQ(NextFree(), 333'333'334);
  EXPECT_FALSE(AdmitsAt(333'333'333));
  EXPECT_TRUE(AdmitsAt(333'333'334));
  EXPECT_FALSE(AdmitsAt(666'666'666));
  EXPECT_TRUE(AdmitsAt(666'666'667));
  EXPECT_FALSE(AdmitsAt(kSecond - 1));
  EXPECT_TRUE(AdmitsAt(kSecond));
}

TEST_F(TokenBucket, HoldsNoMoreThanItsBurst) {
  plan_.burst = 2;
  EXPECT_EQ(AdmittedAt(0, 9), 2);
  EXPECT_EQ(AdmittedAt(100 * kSecond, 9), 2);
}

TEST_F(TokenBucket, ARefusedCallEmptiesItWhenRefusedCallsCount) {
  plan_.count_refused = true;
  EXPECT_EQ(AdmittedAt(0, 3), 3);
  EXPECT_FALSE(AdmitsAt(333'333'333));
  EXPECT_EQ(NextFree(), 333'333'333 + 333'333'334);
  EXPECT_TRUE(AdmitsAt(333'333'333 + 333'333'334));
}

TEST_F(TokenBucket, IsFullAfterAJumpWhoseGainWouldWrapToZero) {
  plan_.limit = 4;
  EXPECT_EQ(AdmittedAt(0, 4), 3);
  EXPECT_EQ(AdmittedAt(std::int64_t{1} << 62, 4), 3);
}

TEST_F(TokenBucket, IsExactAtTheGreatestBurstAndWindow) {
  plan_.limit = 1;
  plan_.burst = 1'000'000;
  plan_.window_ns = 3600 * kSecond;
  EXPECT_EQ(AdmittedAt(0, 1'000'001), 1'000'000);
  EXPECT_EQ(NextFree(), 3600 * kSecond);
  EXPECT_EQ(AdmittedAt(kLastTick, 1'000'001), 1'000'000);
  EXPECT_EQ(NextFree(), kLastTick);
}

/// A clock that steps, under every algorithm.
class HostileClock : public ThrottleTest, public testing::WithParamInterface<ThrottleAlgorithm> {
 protected:
  HostileClock() { plan_.algorithm = GetParam(); }
};

TEST_P(HostileClock, AStepBackOfAtMostAWindowCountsAsTheNewestTick) {
  for (const std::int64_t step : {std::int64_t{1}, kSecond / 2, kSecond - 1, kSecond}) {
    counter_.Reset();
    EXPECT_EQ(AdmittedAt(0, 3), 3);
    EXPECT_FALSE(AdmitsAt(-step)) << step;
    const std::int64_t next_free = NextFree();
    EXPECT_FALSE(AdmitsAt(0));
    EXPECT_EQ(NextFree(), next_free) << step;
    EXPECT_TRUE(AdmitsAt(next_free)) << step;
  }
}

TEST_P(HostileClock, AStepBackOfMoreThanAWindowEmptiesTheCounter) {
  EXPECT_EQ(AdmittedAt(0, 4), 3);
  EXPECT_EQ(AdmittedAt(-kSecond - 1, 4), 3);
}

TEST_P(HostileClock, AnAdmittedCallNamesTheNewestTickAsFree) {
  EXPECT_TRUE(AdmitsAt(5));
  EXPECT_EQ(NextFree(), 5);
  EXPECT_TRUE(AdmitsAt(3));
  EXPECT_EQ(NextFree(), 5);
}

TEST_P(HostileClock, JumpsFromTheFirstTickToTheLastAndBack) {
  EXPECT_EQ(AdmittedAt(kFirstTick, 4), 3);
  EXPECT_EQ(AdmittedAt(kFirstTick, 4), 0);
  EXPECT_EQ(AdmittedAt(kLastTick, 4), 3);
  EXPECT_EQ(NextFree(), kLastTick);
  EXPECT_EQ(AdmittedAt(kFirstTick, 4), 3);
  EXPECT_GT(NextFree(), kFirstTick);
}

TEST_P(HostileClock, AnExtremeUnixTimeDoesNotOverflow) {
  for (const std::int64_t offset : {kFirstTick, kFirstTick + 1, kLastTick - 1, kLastTick}) {
    plan_.unix_minus_ticks_ns = offset;
    for (const std::int64_t tick : {kFirstTick, std::int64_t{0}, kLastTick}) {
      counter_.Reset();
      EXPECT_EQ(AdmittedAt(tick, 4), 3);
    }
  }
}

TEST_P(HostileClock, ResetForgetsAllCallsAndTicks) {
  EXPECT_EQ(AdmittedAt(kSecond, 4), 3);
  counter_.Reset();
  EXPECT_EQ(AdmittedAt(kSecond - 1, 4), 3);
}

TEST_P(HostileClock, ExactlyTheLimitOfEightThreadsAtOneInstantIsAdmitted) {
  plan_.limit = 100;
  plan_.burst = 100;
  Mutex mutex;
  std::atomic<int> admitted{0};
  std::vector<std::thread> threads;
  threads.reserve(8);
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&] {
      for (int call = 0; call < 10'000; ++call) {
        const MutexLock lock(mutex);
        if (counter_.Admit(plan_, Tick{kSecond / 2}).admitted) ++admitted;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(admitted.load(), 100);
}

constexpr const char* kAlgorithms[] = {"SlidingWindow", "FixedWindow", "WindowFromFirst",
                                       "SlidingCounter", "TokenBucket"};

INSTANTIATE_TEST_SUITE_P(
    All, HostileClock,
    testing::Values(ThrottleAlgorithm::kSlidingWindow, ThrottleAlgorithm::kFixedWindow,
                    ThrottleAlgorithm::kWindowFromFirst, ThrottleAlgorithm::kSlidingCounter,
                    ThrottleAlgorithm::kTokenBucket),
    [](const auto& each) { return std::string(kAlgorithms[static_cast<int>(each.param)]); });

using ThrottleMemory = ThrottleTest;

TEST_F(ThrottleMemory, AnIdleCounterIsFortyBytesAndHoldsNothingOnTheHeap) {
  const std::int64_t before = allocations.load();
  const ThrottleCounter idle;
  EXPECT_EQ(allocations.load(), before);
  EXPECT_LE(sizeof(idle), 40U);
}

TEST_F(ThrottleMemory, ASlidingWindowDoublesUpToTheLimitAndThenNeverAllocates) {
  plan_.limit = 100;
  const std::int64_t cold = allocations.load();
  AdmittedAt(0, 100);
  EXPECT_EQ(allocations.load() - cold, 5) << "8, 16, 32, 64, 100 places";
  const std::int64_t warm = allocations.load();
  for (std::int64_t i = 0; i < 100'000; ++i) AdmitsAt(i * 1'000'000);
  AdmittedAt(-kSecond, 200);
  EXPECT_EQ(allocations.load(), warm);
}

TEST_F(ThrottleMemory, ASparselyCalledSlidingWindowStaysAtItsFirstEightPlaces) {
  plan_.limit = 1'000'000;
  const std::int64_t cold = allocations.load();
  for (std::int64_t i = 0; i < 10'000; ++i) AdmitsAt(i * kSecond / 8);
  EXPECT_EQ(allocations.load() - cold, 1);
}

TEST_F(ThrottleMemory, TheOtherAlgorithmsNeverAllocate) {
  const std::int64_t before = allocations.load();
  for (const ThrottleAlgorithm algorithm :
       {ThrottleAlgorithm::kFixedWindow, ThrottleAlgorithm::kWindowFromFirst,
        ThrottleAlgorithm::kSlidingCounter, ThrottleAlgorithm::kTokenBucket}) {
    plan_.algorithm = algorithm;
    counter_.Reset();
    for (std::int64_t i = 0; i < 1000; ++i) AdmitsAt(i * 1'000'000);
  }
  EXPECT_EQ(allocations.load(), before);
}

}  // namespace
}  // namespace timock
