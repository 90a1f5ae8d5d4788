#ifndef TIMOCK_TEXT_TIME_H_
#define TIMOCK_TEXT_TIME_H_

#include <optional>
#include <string>
#include <string_view>

#include "timock/clock.h"

namespace timock {

inline constexpr UnixTime kMaxUnixTime = UnixSeconds(9'000'000'000);

/// UNIX time and ticks of one moment, of the fake's clock and of the clock below it.
struct Moment {
  UnixTime now;
  Tick tick;
  Tick real;         ///< Of the clock below.
  UnixTime machine;  ///< Of the clock below.
};

enum class IsoPrecision { kMilliseconds, kNanoseconds };

/// "2022-04-01T00:00:00.000Z", or with nine decimals.
std::string IsoTime(UnixTime at, IsoPrecision precision = IsoPrecision::kMilliseconds);

/// UNIX seconds as a JSON number, exact to about a quarter of a microsecond.
double UnixNumber(UnixTime at);

/// UNIX seconds from 0 to 9000000000, digits with up to nine decimals: "1795369800.5". Empty for
/// any other text.
std::optional<UnixTime> UnixTimeFromText(std::string_view text);

/// What UnixTimeFromText reads, without needless zeros. `at` is not before 1970.
std::string UnixTimeToText(UnixTime at);

/// "real", "@UNIX" (frozen there) or "+UNIX" (runs from there). Empty for any other text.
std::optional<ClockSetting> ClockFromText(std::string_view text);
/// `setting.at` is set, unless the clock is real.
std::string ClockToText(const ClockSetting& setting);

}  // namespace timock

#endif  // TIMOCK_TEXT_TIME_H_
