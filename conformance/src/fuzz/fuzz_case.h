#ifndef TIMOCK_CONFORMANCE_FUZZ_FUZZ_CASE_H_
#define TIMOCK_CONFORMANCE_FUZZ_FUZZ_CASE_H_

#include <optional>
#include <string>

#include "fuzz/fuzz_call.h"

namespace timock::conformance {

/// What a case says around its request.
struct FuzzCase {
  std::string id;
  std::string title;
  FuzzNames before;              ///< Stored before it.
  FuzzNames names;               ///< Stored after it.
  std::string switch_name;       ///< That refuses it; empty: none does.
  std::optional<int> code = {};  ///< The right ErrorCode; unset: any.
  bool reads_back = false;       ///< The stored names are what is wrong.
};

/// A file of this one case, in the form of fixtures/cases; at most nine lines.
std::string FuzzCaseFile(const FuzzCase& about, const FuzzCall& call);

}  // namespace timock::conformance

#endif  // TIMOCK_CONFORMANCE_FUZZ_FUZZ_CASE_H_
