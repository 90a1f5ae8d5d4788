#include <algorithm>
#include <array>
#include <cmath>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "control/clock_json.h"
#include "control/handlers.h"
#include "core/controlled_clock.h"
#include "core/time_text.h"

namespace timock::control {
namespace {

using Mode = ClockSetting::Mode;
using nlohmann::json;

constexpr std::array<std::string_view, 3> kModes = {"real", "frozen", "offset"};  // by Mode
constexpr double kMostSeconds = 9e9;

// Reads `unix`, to the microsecond, which is about what a number on the wire can hold.
Outcome ReadUnix(const json& value, UnixTime* out) {
  if (!value.is_number() || value < 0 || value > kMostSeconds) {
    return BadMember("/unix", "expected UNIX seconds from 0 to 9000000000");
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

Outcome ReadUnixNanoseconds(const json& value, UnixTime* out) {
  const std::string* const text = value.get_ptr<const std::string*>();
  // Nanoseconds as digits are seconds with nine decimals, without the point.
  std::optional<UnixTime> at;
  if (text != nullptr && !text->empty() && text->size() <= 19 &&
      text->find_first_not_of("0123456789") == std::string::npos) {
    const std::string padded = std::string(19 - text->size(), '0') + *text;
    at = UnixTimeFromText(padded.substr(0, 10) + "." + padded.substr(10));
  }
  if (!at) {
    return BadMember("/unix_ns",
                     "expected UNIX nanoseconds as a string of digits, \"0\" to "
                     "\"9000000000000000000\"");
  }
  *out = *at;
  return {};
}

Outcome ReadTime(const json& body, Mode mode, UnixTime* out) {
  if (body.contains("unix") && body.contains("unix_ns")) {
    return BadMember("/unix_ns", "expected either unix or unix_ns");
  }
  const char* const member = body.contains("unix_ns") ? "unix_ns" : "unix";
  if (!body.contains(member)) {
    if (mode != Mode::kOffset) return {};
    return BadMember("/unix", "missing; offset runs from a given time");
  }
  if (mode == Mode::kReal) {
    return BadMember(std::string("/") + member, "the real clock takes no time");
  }
  return body.contains("unix") ? ReadUnix(body["unix"], out)
                               : ReadUnixNanoseconds(body["unix_ns"], out);
}

Outcome ReadStep(const std::string& unit, const json& value, std::chrono::nanoseconds* out) {
  const std::string pointer = "/" + unit;
  const double per_second = unit == "seconds" ? 1 : unit == "milliseconds" ? 1e3 : 1e9;
  const bool fits = unit == "seconds" ? value.is_number() : value.is_number_integer();
  if (!fits || value < -kMostSeconds * per_second || value > kMostSeconds * per_second) {
    return BadMember(pointer, unit == "seconds"
                                  ? "expected a number of at most 9000000000, either way"
                                  : "expected a whole number of at most 9000000000 seconds, either "
                                    "way");
  }
  if (value.is_number_integer()) {
    const auto nanoseconds_each = static_cast<std::int64_t>(1e9 / per_second);
    *out = std::chrono::nanoseconds{value.get<std::int64_t>() * nanoseconds_each};
  } else {
    *out = std::chrono::nanoseconds{std::llround(value.get<double>() * 1e9)};
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

Outcome PutClock(Exchange& exchange) {
  const json& body = exchange.body;
  if (Outcome refused = CheckMembers(body, {"mode", "unix", "unix_ns"})) return refused;
  const auto mode = std::find(kModes.begin(), kModes.end(),
                              body.contains("mode") && body["mode"].is_string()
                                  ? body["mode"].get_ref<const std::string&>()
                                  : std::string());
  if (mode == kModes.end()) return BadMember("/mode", "expected real, frozen or offset");
  ClockSetting setting{static_cast<Mode>(mode - kModes.begin()), exchange.service().Now()};
  if (Outcome refused = ReadTime(body, setting.mode, &setting.at)) return refused;
  if (const Result<Done> set = exchange.service().SetClock(setting); !set.ok()) {
    return BadMember("/unix", set.error().message);
  }
  return GetClock(exchange);
}

Outcome AdvanceClock(Exchange& exchange) {
  const json& body = exchange.body;
  if (Outcome refused = CheckMembers(body, {"seconds", "milliseconds", "nanoseconds"})) {
    return refused;
  }
  if (body.size() != 1) {
    return BadMember("", "expected exactly one of seconds, milliseconds and nanoseconds");
  }
  std::chrono::nanoseconds step{0};
  const std::string unit = body.begin().key();
  if (Outcome refused = ReadStep(unit, body.begin().value(), &step)) return refused;
  if (const Result<Done> moved = exchange.service().AdvanceClock(step); !moved.ok()) {
    return BadMember("/" + unit, moved.error().message);
  }
  return GetClock(exchange);
}

}  // namespace timock::control
