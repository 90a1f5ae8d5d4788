#ifndef TIMOCK_CONFORMANCE_FUZZ_FUZZ_ORACLE_H_
#define TIMOCK_CONFORMANCE_FUZZ_FUZZ_ORACLE_H_

#include <string>
#include <vector>

#include "cases/expected_profile.h"
#include "fuzz/fuzz_call.h"

namespace timock::conformance {

/// What the contract says of a call: the first check, in the order of PROTOCOL section 3, whose
/// switch the call breaks and whose value is a code.
class FuzzOracle {
 public:
  explicit FuzzOracle(const ExpectedProfile& profile);

  struct Answer {
    int code = 0;
    std::string switch_name = {};  ///< Which said so; empty: none refuses.
  };
  /// Of a call that is not lawless; `names` are those that are stored, and become those after it.
  Answer Of(const FuzzCall& call, FuzzNames* names) const;

 private:
  Answer Refuse(const std::string& switch_name) const;
  Answer OfBody(const FuzzCall& call, const FuzzNames& before, FuzzNames* after) const;
  Answer OfSlots(const std::vector<FuzzSlot>& slots, bool array, const FuzzNames& before,
                 FuzzNames* after) const;

  const ExpectedProfile& profile_;
  std::vector<std::string> order_;  ///< Switches, and "body".
};

}  // namespace timock::conformance

#endif  // TIMOCK_CONFORMANCE_FUZZ_FUZZ_ORACLE_H_
