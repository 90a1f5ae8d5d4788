#ifndef TIMOCK_ERROR_CODE_H_
#define TIMOCK_ERROR_CODE_H_

#include <span>
#include <string>

namespace timock {

/// One row of the error catalogue, fixtures/errors.json.
struct ErrorCodeInfo {
  int code = 0;
  std::string layer = {};        ///< "success", "access", "account" or "service".
  std::string text = {};         ///< ErrorInfo on the wire.
  std::string mark = {};         ///< Why we believe the text: "D", "O" or "A" (our own wording).
  std::string description = {};  ///< What it means, in our own words.
  /// ErrorInfo where the call can fill in its marks: `<name>` and `<slot>` of rule duplicate_name,
  /// `<asked>` and `<signed>` of usersig_identifier_mismatch and usersig_sdkappid_mismatch.
  std::string text_template = {};
  std::string template_mark = {};  ///< As `mark`, of the template, or "I": a sister product has it.
};

/// The whole catalogue, ascending by code.
std::span<const ErrorCodeInfo> ErrorCatalogue();

/// The row of `code`, or null.
const ErrorCodeInfo* FindErrorCode(int code);

}  // namespace timock

#endif  // TIMOCK_ERROR_CODE_H_
