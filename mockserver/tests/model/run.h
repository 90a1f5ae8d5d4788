#ifndef TIMOCK_TESTS_MODEL_RUN_H_
#define TIMOCK_TESTS_MODEL_RUN_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "control/control_api.h"
#include "model/model.h"
#include "model/op.h"

namespace timock::model {

/// The first thing in which fake and model differ.
struct Difference {
  std::string where;  ///< "answer", "apps", ...: what the reducer holds on to.
  std::string text;
  std::size_t step = 0;  ///< Index of the step after which it was seen.
};

/// The fake and the model side by side, both fresh.
class Pair {
 public:
  Pair();
  /// Takes the step with both, and compares the answers and the state after it.
  std::optional<Difference> Take(const Op& op);

 private:
  std::string Filled(std::string text, const Op& op, const std::string& sig);
  std::optional<Difference> Call(const Op& op);
  std::optional<Difference> Control(const Op& op);
  HttpResponse Ask(const std::string& method, const std::string& target, const std::string& body);
  std::optional<Difference> StateAfter(const Op& op);

  std::shared_ptr<ManualClock> clock_;
  std::unique_ptr<Service> service_;
  std::unique_ptr<ControlApi> api_;
  Model model_;
  std::vector<std::pair<std::string, std::string>> made_;  ///< "@APP3@" and its SDKAppID.
  std::string last_query_;
  std::string last_state_ = "{}";
};

/// Runs the steps with a fresh pair; the first difference, if any.
std::optional<Difference> FirstDifference(const std::vector<Op>& ops);

/// The smallest sequence that still shows a difference at the same place: steps are left out as
/// long as that is so (delta debugging).
std::vector<Op> Reduce(std::vector<Op> ops, const std::string& where);

}  // namespace timock::model

#endif  // TIMOCK_TESTS_MODEL_RUN_H_
