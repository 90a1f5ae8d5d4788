#include <algorithm>
#include <array>
#include <cmath>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "control/clock_json.h"
#include "control/handlers.h"
#include "service/controlled_clock.h"
#include "text/time.h"

namespace timock::control {
namespace {

using Mode = ClockSetting::Mode;
using nlohmann::json;

constexpr std::array<std::string_view, 3> kModes = {"real", "frozen", "offset"};  // by Mode
constexpr double kMaxSeconds = 9e9;

// Reads `unix`, to the microsecond, which is about what a number on the wire can hold.
Outcome ReadUnix(const json& value, const std::string& at, UnixTime* out) {
  if (!value.is_number() || value < 0 || value > kMaxSeconds) {
    return BadMember(at, "expected UNIX seconds from 0 to 9000000000");
  }
  if (value.is_number_integer()) {
    *out = UnixSeconds(value.get<std::int64_t>());
    return {};
  }
  const auto whole = static_cast<std::int64_t>(value.get<double>());
  const double part = value.get<double>() - static_cast<double>(whole);
  *out = UnixSeconds(whole) + std::chrono::microseconds{std::llround(part * 1e6)};
  return {};
}

Outcome ReadUnixNanoseconds(const json& value, const std::string& at, UnixTime* out) {
  const std::string* const text = value.get_ptr<const std::string*>();
  // Nanoseconds as digits are seconds with nine decimals, without the point.
  std::optional<UnixTime> time;
  if (text != nullptr && !text->empty() && text->size() <= 19 &&
      text->find_first_not_of("0123456789") == std::string::npos) {
    const std::string padded = std::string(19 - text->size(), '0') + *text;
    time = UnixTimeFromText(padded.substr(0, 10) + "." + padded.substr(10));
  }
  if (!time) {
    return BadMember(at,
                     "expected UNIX nanoseconds as a string of digits, \"0\" to "
                     "\"9000000000000000000\"");
  }
  *out = *time;
  return {};
}

// The exact unix_ns counts where both times stand, as in what GET gives.
Outcome ReadTime(const json& value, const std::string& at, Mode mode, UnixTime* out) {
  if (value.contains("unix_ns")) {
    return ReadUnixNanoseconds(value["unix_ns"], at + "/unix_ns", out);
  }
  if (value.contains("unix")) return ReadUnix(value["unix"], at + "/unix", out);
  if (mode == Mode::kOffset) {
    return BadMember(at + "/unix", "missing; offset runs from a given time");
  }
  if (value.contains("iso")) {
    return BadMember(at + "/iso", "expected unix or unix_ns beside it; iso is only shown");
  }
  return {};
}

struct StepUnit {
  std::string_view name;
  std::int64_t nanoseconds;
  bool fraction;  // whether parts of it may be given
};

constexpr std::array<StepUnit, 5> kStepUnits = {{
    {"seconds", 1'000'000'000, true},
    {"minutes", 60'000'000'000, true},
    {"hours", 3'600'000'000'000, true},
    {"milliseconds", 1'000'000, false},
    {"nanoseconds", 1, false},
}};

Outcome ReadStep(const StepUnit& unit, const json& value, std::chrono::nanoseconds* out) {
  const double most = kMaxSeconds * 1e9 / static_cast<double>(unit.nanoseconds);
  const bool fits = unit.fraction ? value.is_number() : value.is_number_integer();
  if (!fits || value < -most || value > most) {
    return BadMember("/" + std::string(unit.name),
                     std::string(unit.fraction ? "expected a number" : "expected a whole number") +
                         " of at most 9000000000 seconds, either way");
  }
  if (value.is_number_integer()) {
    *out = std::chrono::nanoseconds{value.get<std::int64_t>() * unit.nanoseconds};
  } else {
    const double nanoseconds = value.get<double>() * static_cast<double>(unit.nanoseconds);
    *out = std::chrono::nanoseconds{std::llround(nanoseconds)};
  }
  return {};
}

}  // namespace

double UnixNumber(UnixTime at) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(at);
  return static_cast<double>(seconds.time_since_epoch().count()) +
         static_cast<double>((at - seconds).count()) / 1e9;
}

nlohmann::ordered_json ClockToJson(const Service& service) {
  const ClockSetting setting = service.clock();
  const UnixTime now = setting.mode == Mode::kFrozen ? setting.at : service.Now();
  return {{"mode", kModes.at(static_cast<std::size_t>(setting.mode))},
          {"unix", UnixNumber(now)},
          {"unix_ns", std::to_string(now.time_since_epoch().count())},
          {"iso", IsoTime(now, IsoPrecision::kNanoseconds)}};
}

Outcome GetClock(Exchange& exchange) {
  exchange.Reply(ClockToJson(exchange.service()));
  return {};
}

Outcome ReadClock(const json& value, const std::string& at, UnixTime now, ClockSetting* out) {
  if (value.is_string()) {
    const auto clock = ClockFromText(value.get_ref<const std::string&>());
    if (!clock) {
      return BadMember(at,
                       "expected real, @UNIX (stands still there) or +UNIX (runs from there), in "
                       "seconds from 0 to 9000000000");
    }
    *out = *clock;
    return {};
  }
  if (Outcome refused = CheckMembers(value, {"mode", "unix", "unix_ns", "iso"})) {
    refused->pointer->insert(0, at);
    return refused;
  }
  const auto mode = std::find(kModes.begin(), kModes.end(),
                              value.contains("mode") && value["mode"].is_string()
                                  ? value["mode"].get_ref<const std::string&>()
                                  : std::string());
  if (mode == kModes.end()) return BadMember(at + "/mode", "expected real, frozen or offset");
  *out = {static_cast<Mode>(mode - kModes.begin()), now};
  if (out->mode == Mode::kReal) return {};
  return ReadTime(value, at, out->mode, &out->at);
}

Outcome PutClock(Exchange& exchange) {
  ClockSetting setting;
  if (Outcome refused = ReadClock(exchange.body, "", exchange.service().Now(), &setting)) {
    return refused;
  }
  if (const Result<Done> set = exchange.service().SetClock(setting); !set.ok()) {
    return Refuse(set.error());
  }
  return GetClock(exchange);
}

Outcome AdvanceClock(Exchange& exchange) {
  const json& body = exchange.body;
  if (Outcome refused =
          CheckMembers(body, {"seconds", "minutes", "hours", "milliseconds", "nanoseconds"})) {
    return refused;
  }
  if (body.size() != 1) {
    return BadMember(
        "", "expected exactly one of seconds, minutes, hours, milliseconds and nanoseconds");
  }
  const std::string& name = body.begin().key();
  const StepUnit& unit = *std::find_if(kStepUnits.begin(), kStepUnits.end(),
                                       [&](const StepUnit& known) { return known.name == name; });
  std::chrono::nanoseconds step{0};
  if (Outcome refused = ReadStep(unit, body.begin().value(), &step)) return refused;
  if (const Result<Done> moved = exchange.service().AdvanceClock(step); !moved.ok()) {
    return Refuse(moved.error().Below("/" + name));
  }
  return GetClock(exchange);
}

}  // namespace timock::control
