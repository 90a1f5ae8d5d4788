#ifndef TIMOCK_CONFORMANCE_WIRE_CONFIG_ERROR_H_
#define TIMOCK_CONFORMANCE_WIRE_CONFIG_ERROR_H_

#include <stdexcept>

namespace timock::conformance {

/// What was asked for cannot be done: a flag, a URL, credentials, a case file or a snapshot is
/// wrong. `what()` says where, what is wrong and what is expected. Exit code 2.
class ConfigError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// The server does not answer any more, or never did. Exit code 3.
class UnreachableError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

}  // namespace timock::conformance

#endif  // TIMOCK_CONFORMANCE_WIRE_CONFIG_ERROR_H_
