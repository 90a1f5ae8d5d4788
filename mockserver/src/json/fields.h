#ifndef TIMOCK_JSON_FIELDS_H_
#define TIMOCK_JSON_FIELDS_H_

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "json/json_pointer.h"
#include "timock/result.h"

/// A JSON object is described once, by a table of its members: name, type and bounds. The table
/// reads, writes and checks it, and gives its JSON Schema, to which fixtures/openapi.json is held.
///
/// A *type* below reads and writes one kind of value: `Read(json, T*)`, `Write(T)`, `Schema()`. An
/// error of Read has the pointer relative to the value.
namespace timock {

using Problem = std::optional<Error>;

inline Error Expected(std::string_view what, std::string pointer = {}) {
  return {.message = "expected " + std::string(what), .pointer = std::move(pointer)};
}

/// The value of `read` goes to `*out`, or its Error is the problem.
template <typename Value, typename Out>
Problem Take(Result<Value> read, Out* out) {
  if (!read) return read.error();
  *out = std::move(read).value();
  return {};
}

/// `value` as JSON, cut to a length that suits a message.
std::string ShownJson(const nlohmann::json& value);

/// Whether `value` is a whole number of this range. A document holds one that is not negative as
/// unsigned or, where a program put it there, as signed.
bool IsWhole(const nlohmann::json& value, std::int64_t min, std::uint64_t max);

struct FlagType {
  Problem Read(const nlohmann::json& value, bool* out) const;
  nlohmann::ordered_json Write(bool value) const;
  nlohmann::json Schema() const;
};

struct TextType {
  Problem Read(const nlohmann::json& value, std::string* out) const;
  nlohmann::ordered_json Write(const std::string& value) const;
  nlohmann::json Schema() const;
};

struct NumberType {
  Problem Read(const nlohmann::json& value, double* out) const;
  nlohmann::ordered_json Write(double value) const;
  nlohmann::json Schema() const;
};

/// A whole number from `min` to `max`. fields.cc instantiates it for each type that is used.
template <typename Integer>
struct WholeType {
  Integer min = std::numeric_limits<Integer>::min();
  Integer max = std::numeric_limits<Integer>::max();
  std::string_view what = {};  ///< For "expected ...", in place of the range.

  Problem Read(const nlohmann::json& value, Integer* out) const;
  nlohmann::ordered_json Write(Integer value) const;
  nlohmann::json Schema() const;
  std::string What() const;
};

/// A time as its whole number of milliseconds.
struct MillisecondsType {
  WholeType<std::uint32_t> count = {};

  Problem Read(const nlohmann::json& value, std::chrono::milliseconds* out) const;
  nlohmann::ordered_json Write(std::chrono::milliseconds value) const;
  nlohmann::json Schema() const;
};

/// One of some texts. A value without a text, such as "none of them", is left out.
template <typename Value>
struct ChoiceType {
  std::vector<std::pair<std::string_view, Value>> choices;

  Problem Read(const nlohmann::json& value, Value* out) const {
    std::string texts;
    for (std::size_t i = 0; i < choices.size(); ++i) {
      const auto& [text, choice] = choices[i];
      if (value == text) {
        *out = choice;
        return {};
      }
      texts += i == 0 ? "\"" : i + 1 < choices.size() ? ", \"" : " or \"";
      texts.append(text) += '"';
    }
    return Expected(texts);
  }
  nlohmann::ordered_json Write(const Value& value) const {
    for (const auto& [text, choice] : choices) {
      if (choice == value) return text;
    }
    return {};
  }
  nlohmann::json Schema() const {
    nlohmann::json texts = nlohmann::json::array();
    for (const auto& choice : choices) texts.push_back(choice.first);
    return {{"enum", texts}};
  }
};

/// A value that may be absent.
template <typename Type>
struct OptionalType {
  Type type = {};

  template <typename Value>
  Problem Read(const nlohmann::json& value, std::optional<Value>* out) const {
    return type.Read(value, &out->emplace());
  }
  template <typename Value>
  nlohmann::ordered_json Write(const std::optional<Value>& value) const {
    return value ? nlohmann::ordered_json(type.Write(*value)) : nlohmann::ordered_json();
  }
  nlohmann::json Schema() const { return type.Schema(); }
};

/// An array of values of one type.
template <typename Type>
struct ListType {
  Type type = {};
  std::string_view what = "an array of strings";

  template <typename Value>
  Problem Read(const nlohmann::json& value, std::vector<Value>* out) const {
    if (!value.is_array()) return Expected(what);
    out->clear();
    for (std::size_t i = 0; i < value.size(); ++i) {
      if (Problem problem = type.Read(value[i], &out->emplace_back())) {
        return problem->Below('/' + std::to_string(i));
      }
    }
    return {};
  }
  template <typename Value>
  nlohmann::ordered_json Write(const std::vector<Value>& values) const {
    auto out = nlohmann::ordered_json::array();
    for (const Value& value : values) out.push_back(type.Write(value));
    return out;
  }
  nlohmann::json Schema() const { return {{"type", "array"}, {"items", type.Schema()}}; }
};

/// One member of an object that is an `Object` in C++.
template <typename Object>
struct Field {
  std::string name;
  std::function<Problem(const nlohmann::json&, Object*)> read;
  std::function<nlohmann::ordered_json(const Object&)> write;  ///< Null: it is left out.
  nlohmann::json schema;
};

template <typename Object, typename Member, typename Type>
Field<Object> Describe(std::string name, Member Object::*member, Type type) {
  nlohmann::json schema = type.Schema();
  const auto read = [member, type](const nlohmann::json& value, Object* out) -> Problem {
    return type.Read(value, &(out->*member));
  };
  const auto write = [member, type](const Object& object) -> nlohmann::ordered_json {
    return type.Write(object.*member);
  };
  return {std::move(name), read, write, std::move(schema)};
}

/// A member that is an object of further members of the same `Object` in C++. Left out when empty.
template <typename Object, typename Type>
Field<Object> DescribePart(std::string name, Type fields) {
  nlohmann::json schema = fields.Schema();
  const auto read = [fields](const nlohmann::json& value, Object* out) -> Problem {
    return fields.Read(value, out);
  };
  const auto write = [fields](const Object& object) -> nlohmann::ordered_json {
    nlohmann::ordered_json value = fields.Write(object);
    return value.empty() ? nlohmann::ordered_json() : value;
  };
  return {std::move(name), read, write, std::move(schema)};
}

struct FieldsOptions {
  std::string_view what = "an object";  ///< For "expected ...", where it is not one.
  std::string_view unknown = {};        ///< Instead of the list of members, for an unknown one.
  bool shows_values = false;            ///< Errors show the bad value; never where a secret is.
  bool leaves_out_defaults = false;     ///< Write gives only what differs from an Object{}.
};

/// The members of an object, in the order in which they are written. All are optional to Read,
/// which changes just those that are there. It is a type as well: a member may be an object.
template <typename Object>
class Fields {
 public:
  explicit Fields(std::vector<Field<Object>> all, FieldsOptions options = {})
      : all_(std::move(all)), options_(options) {}

  Problem Read(const nlohmann::json& value, Object* out) const {
    if (!value.is_object()) return Expected(options_.what);
    for (const auto& [key, member] : value.items()) {
      Problem problem = ReadMember(key, member, out);
      if (problem) return problem->Below(JsonPointerBelow("", key));
    }
    return {};
  }

  /// Reads one member; the pointer of an error is relative to `value`.
  Problem ReadMember(const std::string& key, const nlohmann::json& value, Object* out) const {
    std::string names;
    for (const Field<Object>& field : all_) {
      if (field.name == key) {
        Problem problem = field.read(value, out);
        if (problem && problem->pointer.empty() && options_.shows_values) {
          problem->message = ShownJson(value) + " is not allowed; " + problem->message;
        }
        return problem;
      }
      names.append(names.empty() ? "" : ", ").append(field.name);
    }
    if (!options_.unknown.empty()) return Error{std::string(options_.unknown)};
    return Error{"unknown member; expected one of " + names};
  }

  nlohmann::ordered_json Write(const Object& object) const {
    static const Object defaults{};
    auto out = nlohmann::ordered_json::object();
    for (const Field<Object>& field : all_) {
      nlohmann::ordered_json value = field.write(object);
      if (value.is_null()) continue;
      if (options_.leaves_out_defaults && value == field.write(defaults)) continue;
      out[field.name] = std::move(value);
    }
    return out;
  }

  nlohmann::json Schema() const {
    nlohmann::json properties = nlohmann::json::object();
    for (const Field<Object>& field : all_) properties[field.name] = field.schema;
    return {{"type", "object"}, {"properties", properties}, {"additionalProperties", false}};
  }

 private:
  std::vector<Field<Object>> all_;
  FieldsOptions options_;
};

}  // namespace timock

#endif  // TIMOCK_JSON_FIELDS_H_
