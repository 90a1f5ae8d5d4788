#include "concurrent/storm.h"

#include <charconv>
#include <cstdlib>
#include <iostream>
#include <string>

namespace timock::testing {

std::uint64_t PrintedSeed() {
  const char* const given = std::getenv("TIMOCK_SEED");
  const std::uint64_t seed =
      given != nullptr ? std::strtoull(given, nullptr, 10) : std::random_device{}();
  std::cout << "seed: TIMOCK_SEED=" << seed << std::endl;
  return seed;
}

std::optional<int> CodeOf(std::string_view body) {
  constexpr std::string_view kMember = "\"ErrorCode\":";
  const std::size_t at = body.find(kMember);
  int code = 0;
  if (at == std::string_view::npos) return {};
  const std::string_view rest = body.substr(at + kMember.size());
  const auto [end, failure] = std::from_chars(rest.data(), rest.data() + rest.size(), code);
  if (failure != std::errc{}) return {};
  return code;
}

Answers CountedBy(const Service& service) {
  Answers all;
  for (const CallMetrics::Outcome& outcome : service.metrics().outcomes) {
    all[outcome.error_code] += outcome.calls;
  }
  return all;
}

Answers JournalledBy(const Service& service) {
  Answers all;
  for (const JournalEntry& entry : service.Calls({}, 1'000'000).entries) ++all[entry.error_code];
  return all;
}

}  // namespace timock::testing
