#ifndef TIMOCK_CALLS_CALL_H_
#define TIMOCK_CALLS_CALL_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "apps/app_state.h"
#include "apps/id_table.h"
#include "profile/profile_data.h"
#include "text/url.h"
#include "timock/clock.h"
#include "timock/http_message.h"
#include "timock/service.h"

namespace timock {

struct Call;

/// One served command of the family. Both functions return true when the call is refused, having
/// said so through Call::Refuse.
struct Endpoint {
  std::string_view command;  ///< "all_member_push/im_set_attr_name".
  /// Reads the body into the call.
  bool (*body_refused)(Call& call);
  /// Acts on the app and writes Call::payload.
  bool (*apply_refused)(Call& call);
};

/// The one that serves `command`, or null.
const Endpoint* FindEndpoint(std::span<const Endpoint> endpoints, std::string_view command);

/// What is fixed while a call is decided.
struct Setting {
  Profile owner;  ///< Of `profile`.
  const ProfileData& profile;
  ThrottlePlan throttle_plan;
  bool verify_user_sig = true;
  std::size_t max_body_bytes = 0;
  std::span<const Endpoint> endpoints;
  std::span<const std::string_view> unserved_commands;  ///< Real ones, for the diagnosis.
  std::string success = {};  ///< The reply of an accepted call without a payload.
};

/// One call on its way through the checks, and what they found out about it.
struct Call {
  const HttpRequestView& request;
  const Setting& setting;
  const IdTable<AppState>& apps;
  UnixTime now;
  UnixTime machine_now;  ///< Without what was done to the fake's clock.
  Tick tick;

  Target target = {};
  Query query = {};
  std::string_view command = {};  ///< SERVICE/COMMAND of a well-formed path.
  const Endpoint* endpoint = nullptr;
  std::optional<std::uint32_t> sdkappid = {};
  std::shared_ptr<AppState> app = nullptr;  ///< Null when there is no such app.
  const App* config = nullptr;              ///< Of `app`; null as well.
  std::string identifier = {};  ///< With `+` read as a plus; once verified, as it was signed.
  std::string identifier_spaced = {};  ///< With `+` read as a space, where that differs (R5).
  std::vector<SlotName> names = {};    ///< What the body of im_set_attr_name asks for.

  std::string_view rule = {};  ///< The switch that refused the call; empty while none has.
  int code = 0;
  std::string error_info = {};  ///< Empty: the text of `code`.
  std::string payload = {};     ///< Further members of the reply, each after a comma.
  bool close = false;           ///< The connection has to end with this reply.
  std::vector<Diagnosis> diagnoses = {};
  std::uint64_t assumptions = 0;      ///< What decided something, an AssumptionBit each.
  std::optional<bool> admitted = {};  ///< What the throttle said, once it was asked.

  const SwitchValue& SwitchOf(Switch which) const { return setting.profile[which]; }

  /// Notes that the answer would have been another one under another value.
  void DependOn(Switch which) { assumptions |= AssumptionBit(which); }
  void DependOn(Premise which) { assumptions |= AssumptionBit(which); }

  /// Refuses the call with the code of `which`, or lets it pass with a note when `which` accepts.
  /// Returns whether it is refused. What may be a secret in `detail` is redacted.
  bool Refuse(Switch which, const std::string& detail, std::string remedy);
  bool RefuseWith(std::string_view rule_name, int with_code, const std::string& detail,
                  std::string remedy);
  void Note(std::string_view name, const std::string& detail, std::string remedy);
};

}  // namespace timock

#endif  // TIMOCK_CALLS_CALL_H_
