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
  std::string message = {};
};

/// A value, or the Error that says why there is none. Returned by factories and parsers, which
/// never throw. Reading what is not there prints the file and line that asked for it, and the
/// error, and aborts: a test stops there. `file` and `line` are filled in by the compiler.
template <typename T>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::move(value)) {}      // NOLINT(google-explicit-constructor)
  Result(Error error) : state_(std::move(error)) {}  // NOLINT(google-explicit-constructor)

  bool ok() const { return std::holds_alternative<T>(state_); }
  explicit operator bool() const { return ok(); }

  const Error& error(const char* file = __builtin_FILE(), int line = __builtin_LINE()) const {
    if (ok()) Stop(file, line, "error() of a Result that has a value; ask ok() first");
    return *std::get_if<Error>(&state_);
  }

  T& value(const char* file = __builtin_FILE(), int line = __builtin_LINE()) & {
    Require(file, line);
    return *std::get_if<T>(&state_);
  }
  const T& value(const char* file = __builtin_FILE(), int line = __builtin_LINE()) const& {
    Require(file, line);
    return *std::get_if<T>(&state_);
  }
  T&& value(const char* file = __builtin_FILE(), int line = __builtin_LINE()) && {
    Require(file, line);
    return std::move(*std::get_if<T>(&state_));
  }

 private:
  void Require(const char* file, int line) const {
    if (!ok()) Stop(file, line, std::get_if<Error>(&state_)->message.c_str());
  }
  [[noreturn]] static void Stop(const char* file, int line, const char* message) {
    std::fprintf(stderr, "%s:%d: timock: %s\n", file, line, message);
    std::abort();
  }

  std::variant<T, Error> state_;
};

/// What a Result holds when success has nothing to tell.
using Done = std::monostate;

}  // namespace timock

#endif  // TIMOCK_RESULT_H_
