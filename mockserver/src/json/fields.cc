#include "json/fields.h"

namespace timock {

using nlohmann::json;

std::string ShownJson(const json& value) {
  constexpr std::size_t kMaxShown = 60;
  std::string text = value.dump(-1, ' ', false, json::error_handler_t::replace);
  return text.size() <= kMaxShown ? text : text.substr(0, kMaxShown) + "...";
}

bool IsWhole(const json& value, std::int64_t min, std::uint64_t max) {
  if (value.is_number_unsigned()) {
    const auto number = value.get<std::uint64_t>();
    return std::cmp_greater_equal(number, min) && number <= max;
  }
  if (!value.is_number_integer()) return false;
  const auto number = value.get<std::int64_t>();
  return number >= min && std::cmp_less_equal(number, max);
}

Problem FlagType::Read(const json& value, bool* out) const {
  if (!value.is_boolean()) return Expected("true or false");
  *out = value.get<bool>();
  return {};
}

Problem TextType::Read(const json& value, std::string* out) const {
  if (!value.is_string()) return Expected("a string");
  *out = value.get<std::string>();
  return {};
}

Problem NumberType::Read(const json& value, double* out) const {
  if (!value.is_number()) return Expected("a number");
  *out = value.get<double>();
  return {};
}

Problem MillisecondsType::Read(const json& value, std::chrono::milliseconds* out) const {
  std::uint32_t milliseconds = 0;
  Problem problem = count.Read(value, &milliseconds);
  if (!problem) *out = std::chrono::milliseconds{milliseconds};
  return problem;
}

}  // namespace timock
