#ifndef TIMOCK_CONFORMANCE_CASES_COMMANDS_H_
#define TIMOCK_CONFORMANCE_CASES_COMMANDS_H_

#include <string>
#include <string_view>

namespace timock::conformance {

/// A row of fixtures/commands.json.
struct CommandRow {
  std::string path;     ///< "all_member_push/im_set_attr_name"
  std::string payload;  ///< The member of the body that counts; empty: none does.
  bool stores = false;  ///< Whether it changes anything.
};

/// The row of the command that a request's path ends with, whatever the service before it; null:
/// there is none.
const CommandRow* CommandAt(std::string_view path);

}  // namespace timock::conformance

#endif  // TIMOCK_CONFORMANCE_CASES_COMMANDS_H_
