#ifndef TIMOCK_RESULT_H_
#define TIMOCK_RESULT_H_

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

namespace timock {

/// Why something outside the program's control failed.
struct Error {
  enum class Code : std::uint8_t {
    kInvalid,   ///< What was given is wrong.
    kNotFound,  ///< It names something that does not exist.
    kFull,      ///< A bound is reached.
  };

  std::string message = {};  ///< What was wrong and what to do, in English.
  /// RFC 6901: the bad member of a JSON document, or of a structure as its JSON form has it.
  /// Empty: the whole of it.
  std::string pointer = {};
  std::size_t line = 0;    ///< Where a text is not JSON, from 1; 0 when that is not the error.
  std::size_t column = 0;  ///< In bytes, from 1.
  Code code = Code::kInvalid;

  /// All of it for people: "/apps/0/key: missing", "line 3, column 7: ..." or the message alone.
  std::string Text() const {
    if (line > 0) {
      return "line " + std::to_string(line) + ", column " + std::to_string(column) + ": " + message;
    }
    return pointer.empty() ? message : pointer + ": " + message;
  }

  /// The same error in a document that holds its own at `parent`.
  Error Below(std::string_view parent) const {
    Error error = *this;
    error.pointer.insert(0, parent);
    return error;
  }
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
    if (!ok()) Stop(file, line, std::get_if<Error>(&state_)->Text().c_str());
  }
  [[noreturn]] static void Stop(const char* file, int line, const char* message) {
    std::fprintf(stderr, "%s:%d: timock: %s\n", file, line, message);
    std::abort();
  }

  std::variant<T, Error> state_;
};

/// The value of a Result that carries none.
using Done = std::monostate;

}  // namespace timock

#endif  // TIMOCK_RESULT_H_
