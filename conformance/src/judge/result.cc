#include "judge/result.h"

namespace timock::conformance {

std::string VerdictName(Verdict verdict) {
  constexpr const char* kNames[kVerdicts] = {"passed", "failed", "known failing", "undetermined",
                                             "skipped"};
  return kNames[static_cast<std::size_t>(verdict)];
}

}  // namespace timock::conformance
