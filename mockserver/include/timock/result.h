#ifndef TIMOCK_RESULT_H_
#define TIMOCK_RESULT_H_

#include <cstdio>
#include <cstdlib>
#include <string>
#include <utility>
#include <variant>

namespace timock {

/// Why something outside the program's control failed: a text for people that says what was wrong,
/// where, and what to do.
struct Error {
  std::string message;
};

/// A value, or the Error that stands in its place. Returned by factories and parsers, which never
/// throw. Reading value() of a failed result prints the error and aborts, so a test stops there.
template <typename T>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::move(value)) {}      // NOLINT(google-explicit-constructor)
  Result(Error error) : state_(std::move(error)) {}  // NOLINT(google-explicit-constructor)

  bool ok() const { return std::holds_alternative<T>(state_); }
  explicit operator bool() const { return ok(); }

  const Error& error() const { return std::get<Error>(state_); }

  T& value() & {
    Require();
    return std::get<T>(state_);
  }
  const T& value() const& {
    Require();
    return std::get<T>(state_);
  }
  T&& value() && {
    Require();
    return std::get<T>(std::move(state_));
  }

 private:
  void Require() const {
    if (ok()) return;
    std::fprintf(stderr, "timock: %s\n", error().message.c_str());
    std::abort();
  }

  std::variant<T, Error> state_;
};

/// What a Result holds when success has nothing to tell.
using Done = std::monostate;

}  // namespace timock

#endif  // TIMOCK_RESULT_H_
