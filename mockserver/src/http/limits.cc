#include "http/limits.h"

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace timock {
namespace {

struct NamedLimit {
  std::string_view name;
  std::int64_t value;
  std::int64_t most;
};

}  // namespace

Result<Done> CheckLimits(const HttpLimits& limits) {
  constexpr std::int64_t kMaxBytes = std::int64_t{1} << 30;
  constexpr std::int64_t kMaxTime = std::chrono::milliseconds(std::chrono::hours(24 * 365)).count();
  const auto size = [](std::size_t value) {
    return static_cast<std::int64_t>(std::min<std::size_t>(value, INT64_MAX));
  };
  const std::array<NamedLimit, 7> all = {{
      {"request_line_bytes", size(limits.request_line_bytes), kMaxBytes},
      {"header_bytes", size(limits.header_bytes), kMaxBytes},
      {"header_count", size(limits.header_count), kMaxBytes},
      {"connections", size(limits.connections), kMaxBytes},
      {"request_time", limits.request_time.count(), kMaxTime},
      {"write_time", limits.write_time.count(), kMaxTime},
      {"idle_time", limits.idle_time.count(), kMaxTime},
  }};
  for (const NamedLimit& limit : all) {
    if (limit.value >= 1 && limit.value <= limit.most) continue;
    return Error{"limits." + std::string(limit.name) + " is " + std::to_string(limit.value) +
                 ": give a number from 1 to " + std::to_string(limit.most)};
  }
  return Done{};
}

}  // namespace timock
