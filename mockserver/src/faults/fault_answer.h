#ifndef TIMOCK_FAULTS_FAULT_ANSWER_H_
#define TIMOCK_FAULTS_FAULT_ANSWER_H_

#include <optional>
#include <string_view>

#include "faults/fault_plan.h"
#include "profile/profile_data.h"
#include "timock/http_message.h"
#include "timock/journal.h"

namespace timock {

/// What the answer's envelope says under a fault: the code of the fault, or the true one.
struct FaultedEnvelope {
  int error_code = 0;
  std::string_view error_info;
  std::string_view payload;
};

/// What the fault did, for the journal: under the name "fault".
Diagnosis DescribeFault(const FaultHit& hit, const ProfileData& profile);

/// Whether the fault answers instead of the service.
bool AnswersItself(const FaultAction& action);

/// Writes the answer of a call that `hit` acts on. `envelope` is what the service would answer; it
/// is ignored when the fault answers itself. Returns the ErrorCode that the client receives, or
/// nothing when it receives none.
std::optional<int> WriteFaultedAnswer(const FaultHit& hit, const ProfileData& profile,
                                      const FaultedEnvelope& envelope, HttpResponse* response);

}  // namespace timock

#endif  // TIMOCK_FAULTS_FAULT_ANSWER_H_
