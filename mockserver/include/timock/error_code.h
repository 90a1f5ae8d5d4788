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
  /// ErrorInfo with `<name>` and `<slot>` to be filled in, where rule `duplicate_name` gives the
  /// code.
  std::string text_template = {};
};

/// The whole catalogue, ascending by code.
std::span<const ErrorCodeInfo> ErrorCatalogue();

/// The row of `code`, or null.
const ErrorCodeInfo* FindErrorCode(int code);

}  // namespace timock

#endif  // TIMOCK_ERROR_CODE_H_
