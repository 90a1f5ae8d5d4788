#ifndef TIMOCK_FAULT_H_
#define TIMOCK_FAULT_H_

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "timock/http_message.h"
#include "timock/result.h"

namespace timock {

/// Which calls a fault may hit: those that fit all members that are set. A call is matched as it
/// arrives, before any check.
struct FaultMatch {
  std::optional<std::uint32_t> sdkappid = {};
  /// A served one: "im_set_attr_name", or with its service before it and a slash.
  std::string command = {};
  std::string identifier = {};
  /// JSON pointer to what the body must hold, "/AttrNames/0"; its value must equal `body_equals`,
  /// a JSON text, when that is set. With `body_equals` alone, the whole body must equal it.
  std::string body_pointer = {};
  std::string body_equals = {};
  std::uint32_t every_nth = 1;  ///< Of the calls that fit: the n-th, the 2n-th, ...
  double probability = 1.0;     ///< Of each call that is left, drawn from Fault::seed.

  bool operator==(const FaultMatch&) const = default;
};

/// How long an answer is held back, in real time. At most ten minutes, whatever is drawn.
struct FaultDelay {
  enum class Kind { kNone, kFixed, kUniform, kLogNormal };
  Kind kind = Kind::kNone;
  std::chrono::milliseconds low{0};     ///< kFixed: the delay. kUniform: the minimum.
  std::chrono::milliseconds high{0};    ///< kUniform: the maximum.
  std::chrono::milliseconds median{0};  ///< kLogNormal.
  double sigma = 0;                     ///< kLogNormal: standard deviation of the logarithm.

  bool operator==(const FaultDelay&) const = default;
};

/// What goes wrong; at least one member is set. With `error_code`, `internal_error` or
/// `http_status` the fault answers instead of the service, and nothing changes; otherwise the call
/// is carried out and its true answer is damaged.
struct FaultAction {
  std::optional<int> error_code = {};  ///< Of the catalogue or any other; its text goes with it.
  /// Answers the code of the profile's switch `internal_error`; not together with `error_code`.
  bool internal_error = false;
  std::string error_info = {};  ///< In the place of the code's text.
  /// 200 to 599, with `body`; with the envelope of the code when one is set, too.
  std::optional<int> http_status = {};
  std::string body = {};
  std::string content_type = {};  ///< In the place of the answer's own.
  bool drop_action_status = false;
  bool null_error_info = false;
  FaultDelay delay = {};

  using Ending = TransportFault::Ending;
  Ending ending = Ending::kNone;
  /// Of the whole answer, at most all of it. Unset: its head and half of its body.
  std::optional<std::size_t> ending_after_bytes = {};
  /// 1 to 65536. More when a whole answer would take longer than ten minutes.
  std::size_t trickle_bytes = 1;
  std::chrono::milliseconds trickle_every{100};  ///< At least 1 ms, at most a minute.

  bool operator==(const FaultAction&) const = default;
};

/// Something that goes wrong on demand. Of several that fit a call, the oldest acts.
struct Fault {
  /// 1 to 64 of A-Z a-z 0-9 . _ -, a letter or digit first, not "presets". Empty: the service gives
  /// one, "fault-1".
  std::string id = {};
  FaultMatch match = {};
  FaultAction action = {};
  /// How often it acts; unset: without end. A call that an older fault answers uses up none.
  std::optional<std::uint64_t> times = {};
  /// Of probability and delay; the same calls in the same order meet the same. Unset: a random one
  /// below 2^53.
  std::optional<std::uint64_t> seed = {};

  bool operator==(const Fault&) const = default;
};

/// The preset of this name, "retry-91000", ready for Service::AddFault once its match is set; all
/// are listed in fixtures/faults.json. An Error repeats `name` and lists the known ones.
Result<Fault> FaultPreset(std::string_view name);

/// A fault and what it has done so far.
struct FaultStatus {
  Fault fault = {};           ///< With its id and its seed.
  std::uint64_t matched = 0;  ///< Calls that fitted the match, before every_nth and probability.
  std::uint64_t hits = 0;     ///< Calls that it acted on.
};

}  // namespace timock

#endif  // TIMOCK_FAULT_H_
