#include "clock/clock_fields.h"

#include <cmath>
#include <nlohmann/json.hpp>
#include <string>

#include "text/time.h"

namespace timock {
namespace {

using nlohmann::json;
using nlohmann::ordered_json;
using Mode = ClockSetting::Mode;

// Seconds as a number, to the microsecond, which is about what a number on the wire can hold.
Problem ReadUnix(const json& value, ClockSetting* out) {
  if (!value.is_number() || value < 0 || value > 9e9) {
    return Expected("UNIX seconds from 0 to 9000000000");
  }
  if (value.is_number_integer()) {
    out->at = UnixSeconds(value.get<std::int64_t>());
    return {};
  }
  const auto whole = static_cast<std::int64_t>(value.get<double>());
  const double part = value.get<double>() - static_cast<double>(whole);
  out->at = UnixSeconds(whole) + std::chrono::microseconds{std::llround(part * 1e6)};
  return {};
}

Problem ReadUnixNanoseconds(const json& value, ClockSetting* out) {
  constexpr std::size_t kMaxDigits = 19;
  const std::string* const text = value.get_ptr<const std::string*>();
  // Nanoseconds as digits are seconds with nine decimals, without the point.
  std::optional<UnixTime> time;
  if (text != nullptr && !text->empty() && text->size() <= kMaxDigits &&
      text->find('.') == std::string::npos) {
    const std::string padded = std::string(kMaxDigits - text->size(), '0') + *text;
    time = UnixTimeFromText(padded.substr(0, 10) + "." + padded.substr(10));
  }
  if (!time) {
    return Expected(R"(UNIX nanoseconds as a string of digits, "0" to "9000000000000000000")");
  }
  out->at = *time;
  return {};
}

// How far the clock is moved, in one unit.
struct StepType {
  std::int64_t nanoseconds;  // in one unit
  bool fraction;             // whether parts of it may be given

  Problem Read(const json& value, std::chrono::nanoseconds* out) const {
    const double max = 9e18 / static_cast<double>(nanoseconds);
    const bool fits = fraction ? value.is_number() : value.is_number_integer();
    if (!fits || value < -max || value > max) {
      return Expected(std::string(fraction ? "a number" : "a whole number") +
                      " of at most 9000000000 seconds, either way");
    }
    *out = value.is_number_integer()
               ? std::chrono::nanoseconds{value.get<std::int64_t>() * nanoseconds}
               : std::chrono::nanoseconds{
                     std::llround(value.get<double>() * static_cast<double>(nanoseconds))};
    return {};
  }
  ordered_json Write(std::chrono::nanoseconds /*step*/) const { return {}; }
  json Schema() const { return {{"type", fraction ? "number" : "integer"}}; }
};

struct Step {
  std::chrono::nanoseconds by{0};
};

const Fields<Step>& StepFields() {
  static const Fields<Step> fields({Describe("seconds", &Step::by, StepType{1'000'000'000, true}),
                                    Describe("minutes", &Step::by, StepType{60'000'000'000, true}),
                                    Describe("hours", &Step::by, StepType{3'600'000'000'000, true}),
                                    Describe("milliseconds", &Step::by, StepType{1'000'000, false}),
                                    Describe("nanoseconds", &Step::by, StepType{1, false})});
  return fields;
}

}  // namespace

const Fields<ClockSetting>& ClockFields() {
  static const Fields<ClockSetting> fields(
      {Describe("mode", &ClockSetting::mode,
                ChoiceType<Mode>{
                    {{"real", Mode::kReal}, {"frozen", Mode::kFrozen}, {"offset", Mode::kOffset}}}),
       {"unix",
        ReadUnix,
        [](const ClockSetting& setting) -> ordered_json {
          return setting.at ? ordered_json(UnixNumber(*setting.at)) : ordered_json();
        },
        {{"type", "number"}}},
       {"unix_ns",
        ReadUnixNanoseconds,
        [](const ClockSetting& setting) -> ordered_json {
          if (!setting.at) return {};
          return std::to_string(setting.at->time_since_epoch().count());
        },
        {{"type", "string"}}},
       {"iso",
        [](const json&, ClockSetting*) { return Problem(); },
        [](const ClockSetting& setting) -> ordered_json {
          if (!setting.at) return {};
          return IsoTime(*setting.at, IsoPrecision::kNanoseconds);
        },
        {{"type", "string"}}}});
  return fields;
}

Result<ClockSetting> ClockFromJson(const json& value) {
  if (value.is_string()) {
    if (const auto clock = ClockFromText(value.get_ref<const std::string&>())) return *clock;
    return Expected(
        "real, @UNIX (frozen there) or +UNIX (runs from there), in seconds from 0 to 9000000000");
  }
  ClockSetting setting;
  // Members are read in the order of their names: unix_ns overrides unix.
  if (Problem problem = ClockFields().Read(value, &setting)) return *std::move(problem);
  if (!value.contains("mode")) return Error{"missing; expected real, frozen or offset", "/mode"};
  const bool has_time = value.contains("unix") || value.contains("unix_ns");
  if (setting.mode == Mode::kOffset && !has_time) {
    return Error{"missing; an offset clock runs from a given time", "/unix"};
  }
  if (setting.mode == Mode::kFrozen && !has_time && value.contains("iso")) {
    return Error{"is not read; give unix or unix_ns, too", "/iso"};
  }
  return setting;
}

Result<std::chrono::nanoseconds> StepFromJson(const json& value) {
  Step step;
  if (Problem problem = StepFields().Read(value, &step)) return *std::move(problem);
  if (value.size() != 1) {
    return Expected("exactly one of seconds, minutes, hours, milliseconds and nanoseconds");
  }
  return step.by;
}

}  // namespace timock
