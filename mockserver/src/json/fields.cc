#include "json/fields.h"

#include "json/strict_json.h"

namespace timock {

using nlohmann::json;
using nlohmann::ordered_json;

std::string ShownJson(const json& value) {
  constexpr std::size_t kMaxShown = 60;
  std::string text = JsonText(value);
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
ordered_json FlagType::Write(bool value) const { return value; }
json FlagType::Schema() const { return {{"type", "boolean"}}; }

Problem TextType::Read(const json& value, std::string* out) const {
  if (!value.is_string()) return Expected("a string");
  *out = value.get<std::string>();
  return {};
}
ordered_json TextType::Write(const std::string& value) const { return value; }
json TextType::Schema() const { return {{"type", "string"}}; }

Problem NumberType::Read(const json& value, double* out) const {
  if (!value.is_number()) return Expected("a number");
  *out = value.get<double>();
  return {};
}
ordered_json NumberType::Write(double value) const { return value; }
json NumberType::Schema() const { return {{"type", "number"}}; }

template <typename Integer>
Problem WholeType<Integer>::Read(const json& value, Integer* out) const {
  if (!IsWhole(value, static_cast<std::int64_t>(min), static_cast<std::uint64_t>(max))) {
    return Expected(What());
  }
  *out = value.get<Integer>();
  return {};
}
template <typename Integer>
ordered_json WholeType<Integer>::Write(Integer value) const {
  return value;
}
template <typename Integer>
json WholeType<Integer>::Schema() const {
  json schema = {{"type", "integer"}, {"minimum", min}};
  if (max < std::numeric_limits<Integer>::max() || sizeof(Integer) < sizeof(std::uint64_t)) {
    schema["maximum"] = max;
  }
  return schema;
}
template <typename Integer>
std::string WholeType<Integer>::What() const {
  if (!what.empty()) return std::string(what);
  return "a whole number from " + std::to_string(min) + " to " + std::to_string(max);
}
template struct WholeType<int>;
template struct WholeType<std::int64_t>;
template struct WholeType<std::uint16_t>;
template struct WholeType<std::uint32_t>;
template struct WholeType<std::uint64_t>;

Problem MillisecondsType::Read(const json& value, std::chrono::milliseconds* out) const {
  std::uint32_t milliseconds = 0;
  Problem problem = count.Read(value, &milliseconds);
  if (!problem) *out = std::chrono::milliseconds{milliseconds};
  return problem;
}
ordered_json MillisecondsType::Write(std::chrono::milliseconds value) const {
  return value.count();
}
json MillisecondsType::Schema() const { return count.Schema(); }

}  // namespace timock
