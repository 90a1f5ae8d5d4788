#ifndef TIMOCK_TESTS_CONCURRENT_STORM_H_
#define TIMOCK_TESTS_CONCURRENT_STORM_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <random>
#include <string_view>
#include <thread>
#include <vector>

#include "timock/service.h"

namespace timock::testing {

using Random = std::mt19937_64;

/// The seed of this run: the variable TIMOCK_SEED, or a random one. Printed, so that a run can be
/// repeated up to the order in which its threads meet.
std::uint64_t PrintedSeed();

/// A number below `bound`.
inline std::size_t Below(Random& random, std::size_t bound) { return random() % bound; }

/// Runs `work(0)` to `work(count - 1)`, each in a thread, and waits for all.
template <typename Work>
void InThreads(std::size_t count, Work&& work) {
  std::vector<std::thread> threads;
  threads.reserve(count);
  for (std::size_t i = 0; i < count; ++i) threads.emplace_back([&work, i] { work(i); });
  for (std::thread& thread : threads) thread.join();
}

/// The ErrorCode that an answer's body holds; empty when it holds none.
std::optional<int> CodeOf(std::string_view body);

/// Answers by ErrorCode; the key without a value counts those that held none.
using Answers = std::map<std::optional<int>, std::uint64_t>;

/// What the service counted, by ErrorCode.
Answers CountedBy(const Service& service);
/// What the journal holds, by ErrorCode.
Answers JournalledBy(const Service& service);

}  // namespace timock::testing

#endif  // TIMOCK_TESTS_CONCURRENT_STORM_H_
