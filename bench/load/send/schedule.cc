#include "load/send/schedule.h"

#include <cmath>

#include "load/send/random.h"
#include "load/send/text_values.h"
#include "wire/config_error.h"

namespace timock::load {

using std::chrono::nanoseconds;

Arrival Arrival::Parse(const std::string& text) {
  const std::string burst = "burst:";
  if (text == "constant") return {};
  if (text == "poisson") return {.kind = Kind::kPoisson};
  if (text.starts_with(burst)) {
    return {.burst = ParseCount(text.substr(burst.size()), "--arrival burst")};
  }
  throw conformance::ConfigError("--arrival is \"" + text +
                                 "\"; expected constant, poisson or burst:N");
}

std::vector<nanoseconds> MakeSchedule(const ScheduleOptions& options) {
  std::vector<nanoseconds> moments;
  const double between = 1e9 / options.rate;
  Random random(options.seed);
  double poisson = 0;
  for (std::size_t i = 0;; ++i) {
    double at = 0;
    if (options.arrival.kind == Arrival::Kind::kPoisson) {
      poisson -= std::log1p(-random.Fraction()) * between;
      at = poisson;
    } else {
      at = static_cast<double>(i - i % options.arrival.burst) * between;
    }
    const nanoseconds moment{std::llround(at)};
    if (moment >= options.duration) return moments;
    moments.push_back(moment);
  }
}

}  // namespace timock::load
