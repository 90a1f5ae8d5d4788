#ifndef TIMOCK_CONFORMANCE_CASES_MEMBERS_H_
#define TIMOCK_CONFORMANCE_CASES_MEMBERS_H_

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "cases/case.h"
#include "wire/config_error.h"

namespace timock::conformance {

/// Reads the members of one JSON object, and refuses those that nobody asked for. Every complaint
/// is a ConfigError that begins with `where`.
class Members {
 public:
  Members(const nlohmann::json& object, std::string where)
      : object_(object), where_(std::move(where)) {
    if (!object.is_object()) Fail("expected an object");
    for (const auto& [name, value] : object.items()) left_.push_back(name);
  }

  /// The member, or null when there is none.
  const nlohmann::json* Find(const std::string& name) {
    std::erase(left_, name);
    const auto found = object_.find(name);
    return found == object_.end() ? nullptr : &*found;
  }
  const nlohmann::json& Need(const std::string& name) {
    const nlohmann::json* found = Find(name);
    if (found == nullptr) Fail("lacks the member " + name);
    return *found;
  }
  template <typename T>
  void Read(const std::string& name, T* out) {
    if (const nlohmann::json* found = Find(name)) *out = Get<T>(name, *found);
  }
  template <typename T>
  void Read(const std::string& name, std::optional<T>* out) {
    if (const nlohmann::json* found = Find(name)) *out = Get<T>(name, *found);
  }
  template <typename T>
  T Get(const std::string& name, const nlohmann::json& value) const {
    try {
      return value.get<T>();
    } catch (const nlohmann::json::exception&) {
      Fail("member " + name + " has a wrong type: " + value.dump());
    }
  }
  void Done() const {
    if (!left_.empty()) Fail("unknown member " + left_.front());
  }
  [[noreturn]] void Fail(const std::string& what) const { throw ConfigError(where_ + ": " + what); }
  const std::string& where() const { return where_; }

 private:
  const nlohmann::json& object_;
  std::string where_;
  std::vector<std::string> left_;
};

}  // namespace timock::conformance

#endif  // TIMOCK_CONFORMANCE_CASES_MEMBERS_H_
