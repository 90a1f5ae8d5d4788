#include "load/send/body_mix.h"

#include <algorithm>
#include <array>
#include <numeric>
#include <string_view>
#include <utility>

#include "load/send/random.h"
#include "wire/config_error.h"
#include "wire/text_values.h"

namespace timock::load {
namespace {

constexpr std::array<std::pair<std::string_view, BodyKind>, 3> kNames = {
    {{"valid", BodyKind::kValid},
     {"bad-json", BodyKind::kBadJson},
     {"non-admin", BodyKind::kNonAdmin}}};

}  // namespace

BodyMix BodyMix::Parse(const std::string& text) {
  constexpr std::uint64_t kMaxWeight = 10'000;
  std::vector<std::pair<BodyKind, std::uint64_t>> weights;
  std::uint64_t divisor = 0;
  for (const auto& [name, weight_text] : conformance::ParsePairs(text)) {
    const auto* const known =
        std::find_if(kNames.begin(), kNames.end(),
                     [&name = name](const auto& one) { return one.first == name; });
    if (known == kNames.end()) {
      throw conformance::ConfigError(
          "--body-mix names \"" + name +
          "\"; expected valid, bad-json and non-admin: valid=80,bad-json=20");
    }
    const std::uint64_t weight = conformance::ParseCount(weight_text, "--body-mix " + name);
    if (weight > kMaxWeight) {
      throw conformance::ConfigError("--body-mix " + name + " is over 10000");
    }
    weights.emplace_back(known->second, weight);
    divisor = std::gcd(divisor, weight);
  }
  if (weights.empty()) {
    throw conformance::ConfigError("--body-mix is empty; expected valid=100 or the like");
  }
  BodyMix mix;
  mix.round_.clear();
  for (const auto& [kind, weight] : weights) {
    mix.round_.insert(mix.round_.end(), weight / divisor, kind);
  }
  return mix;
}

bool BodyMix::Has(BodyKind kind) const {
  return std::find(round_.begin(), round_.end(), kind) != round_.end();
}

std::vector<BodyKind> BodyMix::Draw(std::size_t count, std::uint64_t seed) const {
  Random random(seed);
  std::vector<BodyKind> drawn;
  std::vector<BodyKind> round = round_;
  while (drawn.size() < count) {
    for (std::size_t i = round.size(); i > 1; --i) std::swap(round[i - 1], round[random.Below(i)]);
    drawn.insert(drawn.end(), round.begin(), round.end());
  }
  drawn.resize(count);
  return drawn;
}

}  // namespace timock::load
