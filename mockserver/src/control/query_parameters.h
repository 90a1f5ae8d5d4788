#ifndef TIMOCK_CONTROL_QUERY_PARAMETERS_H_
#define TIMOCK_CONTROL_QUERY_PARAMETERS_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "timock/clock.h"

namespace timock::control {

/// The parameters of a query, decoded; a plus is a space. Lists of names are separated by spaces.
class QueryParameters {
 public:
  QueryParameters() = default;
  explicit QueryParameters(std::string_view query);

  const std::string* Find(std::string_view name) const;

  /// The first name that is not among `known`, or stands twice; with the reason.
  std::optional<std::pair<std::string, std::string>> FirstBad(std::string_view known) const;

 private:
  std::vector<std::pair<std::string, std::string>> values_;
};

}  // namespace timock::control

#endif  // TIMOCK_CONTROL_QUERY_PARAMETERS_H_
