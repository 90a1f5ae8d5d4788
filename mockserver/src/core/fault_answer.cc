#include "core/fault_answer.h"

namespace timock {

bool AnswersItself(const FaultAction& action) { return action.error_code || action.http_status; }

int WriteFaultedAnswer(const FaultHit& /*hit*/, const ProfileData& /*profile*/,
                       const FaultedEnvelope& envelope, HttpResponse* /*response*/) {
  return envelope.error_code;
}

}  // namespace timock
