#include <gtest/gtest.h>

#include <cstdlib>
#include <iostream>

#include "model/run.h"

namespace timock::model {
namespace {

constexpr std::size_t kSequence = 250;  ///< Steps of one sequence, which a fresh fake begins.

std::uint64_t FromEnvironment(const char* name, std::uint64_t otherwise) {
  const char* text = std::getenv(name);  // NOLINT(concurrency-mt-unsafe): one thread
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

TEST(Model, AgreesWithTheFakeAfterEachStep) {
  const auto steps = FromEnvironment("TIMOCK_MODEL_STEPS", 20'000);
  const auto seed = FromEnvironment("TIMOCK_MODEL_SEED", 1);
  std::cout << "TIMOCK_MODEL_SEED=" << seed << " TIMOCK_MODEL_STEPS=" << steps << std::endl;
  for (std::uint64_t done = 0, turn = 0; done < steps; done += kSequence, ++turn) {
    Generator generator(seed * 1'000'003 + turn);
    std::vector<Op> ops;
    for (std::size_t i = 0; i < kSequence; ++i) ops.push_back(generator.Next());
    const auto difference = FirstDifference(ops);
    if (!difference) continue;
    ops.resize(difference->step + 1);
    ops = Reduce(ops, difference->where);
    const auto reduced = FirstDifference(ops);
    std::string program;
    for (const auto& op : ops) program += Show(op) + "\n";
    FAIL() << "after " << done + difference->step + 1 << " steps of seed " << seed << ": "
           << (reduced ? reduced->text : difference->text) << "\nThe shortest program:\n"
           << program;
  }
}

}  // namespace
}  // namespace timock::model
