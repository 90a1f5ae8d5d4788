#include "text/time.h"

#include <algorithm>
#include <charconv>
#include <cstdio>

namespace timock {
namespace {

constexpr std::size_t kDecimals = 9;

std::optional<std::int64_t> ReadDigits(std::string_view text) {
  const auto digit = [](char c) { return c >= '0' && c <= '9'; };
  std::int64_t value = 0;
  const char* const end = text.data() + text.size();
  if (text.empty() || !std::all_of(text.begin(), text.end(), digit) ||
      std::from_chars(text.data(), end, value).ec != std::errc{}) {
    return {};
  }
  return value;
}

}  // namespace

std::string IsoTime(UnixTime at, IsoPrecision precision) {
  const auto day = std::chrono::floor<std::chrono::days>(at);
  const std::chrono::year_month_day date{day};
  const std::chrono::hh_mm_ss time{at - day};
  const bool whole = precision == IsoPrecision::kNanoseconds;
  const auto part = static_cast<long long>(time.subseconds().count());
  char text[64];
  const int size = std::snprintf(
      text, sizeof text, "%04d-%02u-%02uT%02d:%02d:%02d.%0*lldZ", int{date.year()},
      unsigned{date.month()}, unsigned{date.day()}, static_cast<int>(time.hours().count()),
      static_cast<int>(time.minutes().count()), static_cast<int>(time.seconds().count()),
      whole ? 9 : 3, whole ? part : part / 1'000'000);
  return {text, static_cast<std::size_t>(size)};
}

double UnixNumber(UnixTime at) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(at);
  return static_cast<double>(seconds.time_since_epoch().count()) +
         static_cast<double>((at - seconds).count()) / 1e9;
}

std::optional<UnixTime> UnixTimeFromText(std::string_view text) {
  const std::size_t point = std::min(text.find('.'), text.size());
  const auto seconds = ReadDigits(text.substr(0, point));
  if (!seconds || *seconds > kMaxUnixTime.time_since_epoch() / std::chrono::seconds{1}) return {};
  std::chrono::nanoseconds part{0};
  if (point < text.size()) {
    std::string decimals(text.substr(point + 1));
    if (decimals.empty() || decimals.size() > kDecimals) return {};
    decimals.resize(kDecimals, '0');
    const auto read = ReadDigits(decimals);
    if (!read) return {};
    part = std::chrono::nanoseconds{*read};
  }
  const UnixTime at = UnixSeconds(*seconds) + part;
  if (at > kMaxUnixTime) return {};
  return at;
}

std::string UnixTimeToText(UnixTime at) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(at);
  std::string text = std::to_string(seconds.time_since_epoch().count());
  if (at == seconds) return text;
  std::string decimals = std::to_string((at - seconds).count());
  decimals.insert(0, kDecimals - decimals.size(), '0');
  decimals.erase(decimals.find_last_not_of('0') + 1);
  return text.append(".").append(decimals);
}

std::optional<ClockSetting> ClockFromText(std::string_view text) {
  if (text == "real") return ClockSetting{};
  if (!text.starts_with('@') && !text.starts_with('+')) return {};
  const std::optional<UnixTime> at = UnixTimeFromText(text.substr(1));
  if (!at) return {};
  return ClockSetting{text[0] == '@' ? ClockSetting::Mode::kFrozen : ClockSetting::Mode::kOffset,
                      *at};
}

std::string ClockToText(const ClockSetting& setting) {
  switch (setting.mode) {
    case ClockSetting::Mode::kReal:
      break;
    case ClockSetting::Mode::kFrozen:
      return "@" + UnixTimeToText(setting.at.value_or(UnixTime()));
    case ClockSetting::Mode::kOffset:
      return "+" + UnixTimeToText(setting.at.value_or(UnixTime()));
  }
  return "real";
}

}  // namespace timock
