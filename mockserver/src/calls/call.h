#ifndef TIMOCK_CALLS_CALL_H_
#define TIMOCK_CALLS_CALL_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "apps/app_state.h"
#include "calls/reply.h"
#include "profile/profile_data.h"
#include "text/time.h"
#include "text/url.h"
#include "timock/http_message.h"
#include "timock/service.h"

namespace timock {

struct Call;
struct Decision;

/// Why a call is refused.
struct Refusal {
  std::string_view rule;  ///< The name of a switch, "throttle" or "usersig_lockout".
  int code = 0;
};

/// One served command of the family.
struct Endpoint {
  std::string_view command;  ///< "all_member_push/im_set_attr_name".
  /// Checks the body and notes in the decision what it asks for. Pure otherwise.
  std::optional<Refusal> (*read_body)(const Call& call, Decision& decision);
  /// Acts on the app, whose mutex is held, and writes the decision's payload.
  std::optional<Refusal> (*apply)(AppState& app, Decision& decision);
};

/// What is fixed while a call is decided.
struct CallSettings {
  Profile owner;  ///< Of `profile`.
  const ProfileData& profile;
  ThrottlePlan throttle_plan;
  bool verify_user_sig = true;
  std::size_t max_body_bytes = 0;
  std::span<const Endpoint> endpoints;
  std::span<const std::string> unserved_commands;  ///< Real ones, for the diagnosis.
  std::string success = {};  ///< The reply of an accepted call without a payload.
};

/// An account, by the two ways in which its name may be read.
struct Caller {
  std::string identifier = {};  ///< With `+` read as a plus; once verified, as it was signed.
  std::string spaced = {};      ///< With `+` read as a space, where that differs (R5).

  bool Is(std::string_view name) const {
    return name == identifier || (!spaced.empty() && name == spaced);
  }
};

/// One call as its request states it: read once, by ParseCall, and nothing of it is checked. Views
/// point into the request.
struct Call {
  const HttpRequestView& request;
  const CallSettings& settings;
  Moment at;  ///< By the service's clock, and from the step that finds the app by the app's own.

  Target target = {};
  Query query = {};
  std::string_view command = {};       ///< SERVICE/COMMAND; empty when the path is malformed.
  const Endpoint* endpoint = nullptr;  ///< Null when the command is not served.
  std::optional<std::uint32_t> sdkappid = {};  ///< Empty when missing or malformed.
  Caller caller = {};
};

Call ParseCall(const HttpRequestView& request, const CallSettings& settings, const Moment& at);

/// What a check found wrong with a call. The switch decides whether the call is refused for it.
struct Finding {
  Switch which;
  std::string detail;  ///< May hold secrets: they are redacted before anybody sees it.
  std::string remedy;
  /// Refuses with this code where the switch has none.
  std::optional<int> code_without_switch = {};
  std::vector<Diagnosis> notes = {};  ///< Further reasons.
  bool silent = false;                ///< Not worth a diagnosis where the switch accepts.
  TemplateValues values = {};         ///< For an ErrorInfo that names something of the call.
};

/// What is decided about a call, and the reasons for it.
struct Decision {
  const ProfileData& profile;

  std::string_view rule = {};   ///< Of the refusal; empty while there is none.
  int code = 0;                 ///< ErrorCode.
  std::string error_info = {};  ///< Empty: the text of `code`.
  std::string payload = {};     ///< Further members of the reply, each after a comma.
  bool close = false;           ///< The connection has to end with this reply.

  // Of the call, as far as the checks came.
  std::string_view command = {};
  std::optional<std::uint32_t> sdkappid = {};
  Caller caller = {};
  std::optional<bool> admitted = {};  ///< By the throttle, once it was asked.
  std::vector<SlotName> names = {};   ///< What the body of im_set_attr_name asks for.

  std::vector<Diagnosis> diagnoses = {};
  std::uint64_t assumptions = 0;  ///< What decided something, an AssumptionBit each.

  /// Notes that the answer would have been another one under another value, if that is assumed.
  void DependOn(Switch which) { assumptions |= AssumptionBit(which) & profile.assumed; }
  void DependOn(AssumedMember which) { assumptions |= AssumptionBit(which) & profile.assumed; }

  /// Notes a reason that refuses nothing.
  void Note(std::string_view name, const std::string& detail, std::string remedy);

  /// A refusal with the code of the finding's switch; nothing, and a note, when the switch accepts.
  /// Nothing for no finding.
  std::optional<Refusal> Judge(std::optional<Finding> finding) {
    if (!finding) return {};
    return JudgeFinding(std::move(*finding));
  }

  /// A refusal by a rule that no switch can turn off.
  Refusal Refuse(std::string_view by, int with_code, const std::string& detail, std::string remedy);

 private:
  std::optional<Refusal> JudgeFinding(Finding finding);
};

}  // namespace timock

#endif  // TIMOCK_CALLS_CALL_H_
