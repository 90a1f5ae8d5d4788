#ifndef TIMOCK_PROFILE_PROFILE_DATA_H_
#define TIMOCK_PROFILE_PROFILE_DATA_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "timock/throttle.h"

namespace timock {

/// The switches of PROTOCOL section 4 whose value is a code or a word. Their names on file are in
/// SwitchName.
enum class Switch : std::uint8_t {
  kPathMalformed,
  kCommandUnknown,
  kMethodNotPost,
  kPlainHttp,
  kContenttypeMissing,
  kContenttypeWrong,
  kSdkappidMissing,
  kSdkappidMalformed,
  kIdentifierMissing,
  kRandomMissing,
  kRandomMalformed,
  kSdkappidUnknown,
  kSdkappidDisabled,
  kHostRegionMismatch,
  kUsersigMissing,
  kUsersigMalformed,
  kUsersigIdentifierMismatch,
  kUsersigSdkappidMismatch,
  kUsersigExpired,
  kUsersigSignatureWrong,
  kFeatureOff,
  kNotAdmin,
  kBodyEmpty,
  kJsonSyntax,
  kBodyNotObject,
  kAttrNamesMissing,
  kAttrNamesNotObject,
  kAttrNamesEmpty,
  kKeyInvalid,
  kValueNotString,
  kNameEmpty,
  kNameTooLong,
  kDuplicateName,
  kDuplicateKey,
  kUnknownFields,
  kSecondCall,
  kInternalError,
  kBodyTooLarge,
};
inline constexpr std::size_t kSwitchCount = static_cast<std::size_t>(Switch::kBodyTooLarge) + 1;

/// What a switch can say besides a code.
enum class Word : std::uint8_t {
  kCode,  ///< No word: the call is refused with SwitchValue::code.
  kAccept,
  kAsObject,
  kLastWins,
  kFirstWins,
  kIgnore,
  kMerge,
  kReplace,
};

struct SwitchValue {
  Word word = Word::kAccept;
  int code = 0;

  bool operator==(const SwitchValue&) const = default;
};

std::string_view SwitchName(Switch which);

enum class KeyOrder : std::uint8_t { kByLayer, kErrorInfoFirst, kErrorCodeFirst };

/// Rule `usersig_lockout`.
struct LockoutRule {
  std::uint32_t failures = 0;  ///< 0: off.
  std::uint32_t window_s = 60;
  int code = 70050;

  bool operator==(const LockoutRule&) const = default;
};

/// All that a profile says.
struct ProfileData {
  std::string name;
  std::string about;                           ///< Where its values come from, for people.
  std::string content_type;                    // P5; empty: no such header
  KeyOrder key_order = KeyOrder::kByLayer;     // P3
  bool action_status_present = true;           // P10
  std::map<int, std::string> error_info = {};  // ErrorInfo texts in place of the catalogue's
  std::array<SwitchValue, kSwitchCount> switches = {};
  ThrottleRule throttle = {};
  LockoutRule lockout = {};
  bool admin_before_feature = false;  ///< And so before the body.
  bool admin_before_body = true;
  /// The AssumptionBit of each member whose value is marked A. Follows from the others.
  std::uint64_t assumed = 0;

  const SwitchValue& operator[](Switch which) const {
    return switches[static_cast<std::size_t>(which)];
  }
  SwitchValue& operator[](Switch which) { return switches[static_cast<std::size_t>(which)]; }
};

/// Members of a profile that are not in the enum Switch and that may be assumed. Their numbers
/// follow the switches'; their names are in AssumptionNames.
enum class AssumedMember : std::uint8_t {
  kContentType = kSwitchCount,
  kErrorInfo,
  kThrottleCode,
  kThrottleWindow,
  kThrottleAlgorithm,
  kThrottleBurst,
  kThrottleScope,
  kThrottleCountRefused,
  kThrottlePosition,
  kUsersigLockout,
  kAdminBeforeFeature,
  kAdminBeforeBody,
};
inline constexpr std::size_t kAssumptionCount =
    static_cast<std::size_t>(AssumedMember::kAdminBeforeBody) + 1;
static_assert(kAssumptionCount <= 64, "each has a bit of its own in Decision::assumptions");

constexpr std::uint64_t AssumptionBit(Switch which) {
  return std::uint64_t{1} << static_cast<unsigned>(which);
}
constexpr std::uint64_t AssumptionBit(AssumedMember which) {
  return std::uint64_t{1} << static_cast<unsigned>(which);
}

}  // namespace timock

#endif  // TIMOCK_PROFILE_PROFILE_DATA_H_
